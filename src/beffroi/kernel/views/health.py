"""/sante/: 200 when all is well, 503 when something is not. Details are for the administrators only."""

from django.contrib.auth.decorators import login_not_required
from django.http import JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from beffroi.kernel import health


@login_not_required
@never_cache
def sante(request):
    """HTML for a browser, JSON for a program (`Accept: application/json`, or none).

    `?vital` runs only what a load balancer needs to know: whether this process can serve a page.
    """
    found = list(health.findings(vital="vital" in request.GET))
    status = 200 if all(finding.ok for finding in found) else 503
    database_answers = next(finding.ok for finding in found if finding.code == "database")
    # Who is asking is read from the database: when it does not answer, nobody is.
    detailed = database_answers and request.user.is_authenticated and request.user.is_superuser
    if request.get_preferred_type(["application/json", "text/html"]) == "text/html":
        template = "kernel/health.html" if database_answers else "kernel/health_down.html"
        context = {"findings": found, "well": status == 200, "detailed": detailed}
        return _quietly(render(request, template, context, status=status))
    checks = {
        finding.code: {"ok": finding.ok} | ({"detail": finding.sentence} if detailed else {}) for finding in found
    }
    return _quietly(JsonResponse({"status": "ok" if status == 200 else "fault", "checks": checks}, status=status))


def _quietly(response):
    """A fault that is found is not an error of this page: Django has no line to write in the log at each visit."""
    response._has_been_logged = True
    return response
