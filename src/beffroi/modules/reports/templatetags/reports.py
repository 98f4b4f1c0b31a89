"""What the messages and pages of reports write."""

from django.template import Library

from beffroi.modules.reports.models import Report
from beffroi.shared.cases.notices import message_of

register = Library()


@register.simple_tag
def quoted(entry):
    """The words of the agent that a step carries, as they were written."""
    message = message_of(entry)
    return message.body if message else ""


@register.simple_tag
def overdue(entry):
    """The reports that a reminder names and that are still open, the oldest deadline first."""
    named = Report.objects.open().filter(reference__in=entry.data.get("references", ()))
    return named.select_related("category", "commune").order_by("due_at", "pk")


@register.filter
def coordinate(value):
    """A coordinate in degrees, « 50,15694 »."""
    return f"{value:.5f}".replace(".", ",")


@register.simple_tag
def thumbnail(file, size="petite"):
    """The address of a smaller picture of a photo that everyone may see."""
    return file.thumbnail_url(size)


@register.simple_tag
def place_view(report):
    """What a map shows at first: "lat,lon,zoom"."""
    longitude, latitude = report.location
    return f"{latitude:.6f},{longitude:.6f},{14 if report.is_approximate else 16}"
