"""Pages that break every rule, to see that the contract names each fault."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse

from tests.sample.models import Note, Task

PAGE = """<!doctype html><html><head></head><body><h1>A</h1><h1>B</h1><script>alert(1)</script>
<p style="color:red" onclick="x()">C</p><form method="post"><input name="q"></form></body></html>"""


@login_not_required
def faulty(request):
    """Open to all, without language, title or label, with inline code."""
    return HttpResponse(PAGE)


@login_not_required
def broken(request):
    """Always breaks."""
    raise ValueError("cassée")


@login_not_required
def slow(request):
    """One query for each row."""
    return HttpResponse(PAGE + "".join(str(Note.objects.filter(pk=number).count()) for number in range(5)))


@login_not_required
def listing(request):
    """A list in order: one query, however long it is."""
    lines = [f"<li>{task.title}</li>" for task in Task.objects.order_by("pk")[:50]]
    return HttpResponse(PAGE + "".join(lines))


@login_not_required
def growing(request):
    """The same, which asks again for each line."""
    lines = [f"<li>{Note.objects.get(pk=task.pk).title}</li>" for task in Task.objects.order_by("pk")[:50]]
    return HttpResponse(PAGE + "".join(lines))
