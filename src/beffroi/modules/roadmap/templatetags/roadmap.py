from datetime import date

from django import template

from beffroi.kernel.ui.formats import short_day

register = template.Library()


@register.filter
def iso_day(text: str) -> str:
    """« 30 nov. 2026 » from the « 2026-11-30 » that the journal keeps."""
    return short_day(date.fromisoformat(text)) if text else ""
