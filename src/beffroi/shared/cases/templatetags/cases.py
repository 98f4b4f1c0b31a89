"""What the pages and the notices of cases ask beside their own context."""

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from beffroi.kernel.ui.tags.content import state
from beffroi.shared.cases import notices, rows

register = template.Library()


@register.simple_tag
def desk_rows(kept, lines, columns) -> SafeString:
    """`<tbody>{% desk_rows kept page columns %}</tbody>`: the lines of a list of the desk, written at once."""
    return kept.written(lines, columns)


@register.simple_tag
def due_tag(case) -> SafeString:
    """The deadline, and « En retard » where it is missed."""
    return SafeString(rows.due(case, timezone.localdate()))


@register.simple_tag
def priority_tag(case) -> SafeString:
    """« Urgente » stands out, « Normale » does not."""
    tone = rows.PRIORITY_TONES.get(case.priority)
    return state(case.get_priority_display(), tone) if tone else format_html("{}", case.get_priority_display())


@register.simple_tag
def said(entry) -> str:
    """The text that a line of the journal carries, for the notices; empty when it carries none."""
    message = notices.message_of(entry)
    return message.body if message is not None and not message.internal else ""
