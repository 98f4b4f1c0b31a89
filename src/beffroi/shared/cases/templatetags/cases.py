"""What the pages and the notices of cases ask beside their own context."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from beffroi.kernel.ui import formats
from beffroi.kernel.ui.tags.content import state
from beffroi.kernel.ui.tags.formats import when
from beffroi.shared.cases import notices

register = template.Library()
PRIORITY_TONES = {3: "waiting", 4: "late"}


@register.simple_tag
def case_cell(case, column) -> SafeString:
    """The cell of one column of the list."""
    match column.code:
        case "etat":
            return state(case.desk_state, case.tone)
        case "echeance":
            return due_tag(case)
        case "recue":
            return when(case.created_at, "near_day")
        case "priorite":
            return priority_tag(case)
        case "objet":
            mark = state("Message", "new") if case.unread_at else ""
            return format_html("{} {}", formats.typo(case.title), mark)
        case _:
            return format_html("{}", column.value(case))


@register.simple_tag
def due_tag(case) -> SafeString:
    """The deadline, and « En retard » where it is missed."""
    if case.is_late:
        return format_html("{} {}", when(case.due_at, "near_day"), state("En retard", "late"))
    if not case.is_open:
        return format_html('<span class="soft">close {}</span>', formats.near_day(case.closed_at))
    if case.paused_at is not None:
        return SafeString('<span class="soft">suspendue</span>')
    return when(case.due_at, "near_day") if case.due_at else SafeString('<span class="soft">sans échéance</span>')


@register.simple_tag
def priority_tag(case) -> SafeString:
    """« Urgente » stands out, « Normale » does not."""
    tone = PRIORITY_TONES.get(case.priority)
    return state(case.get_priority_display(), tone) if tone else format_html("{}", case.get_priority_display())


@register.simple_tag
def said(entry) -> str:
    """The text that a line of the journal carries, for the notices; empty when it carries none."""
    message = notices.message_of(entry)
    return message.body if message is not None and not message.internal else ""
