"""What the messages and pages of reports write."""

from django.template import Library

from beffroi.shared.cases.notices import message_of

register = Library()


@register.simple_tag
def quoted(entry):
    """The words of the agent that a step carries, as they were written."""
    message = message_of(entry)
    return message.body if message else ""


@register.filter
def coordinate(value):
    """A coordinate in degrees, « 50,15694 »."""
    return f"{value:.5f}".replace(".", ",")
