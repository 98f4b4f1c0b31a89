"""Filters that write dates, hours, money and numbers; empty values stay empty."""

from datetime import datetime

from django.utils import timezone
from django.utils.html import conditional_escape, format_html

from beffroi.kernel.ui import formats
from beffroi.kernel.ui.tags import register


def _add(name: str, write) -> None:
    def written(value):
        return "" if value is None or value == "" else write(value)

    written.__doc__ = write.__doc__
    register.filter(name, written)


for _name in ("day", "short_day", "hour", "moment", "near_day", "nb", "euros", "percent", "size", "duration"):
    _add(_name, getattr(formats, _name))


@register.filter
def day_month(value):
    """« mardi 24 novembre »."""
    return formats.day(value, year=False) if value else ""


@register.filter
def units(unit, quantity):
    """`{{ part.unit|units:part.quantity }}`: « pièces »."""
    return formats.units(unit, quantity or 0)


@register.filter
def counted(value, words):
    """`{{ n|counted:"commune" }}`: « 3 communes »."""
    return formats.counted(value or 0, words)


@register.filter
def decimals(value, places):
    """`{{ rate|decimals:1 }}`: « 12,5 »."""
    return "" if value is None or value == "" else formats.nb(value, int(places))


@register.filter
def typo(value):
    """The unbreakable spaces and curled apostrophes of French in a plain text; what is already HTML stays as it is."""
    return value if hasattr(value, "__html__") else conditional_escape(formats.typo(value))


@register.simple_tag
def when(value, style="moment"):
    """`{% when case.created_at "near_day" %}`: a `<time>` written by the filter of that name."""
    if not value:
        return ""
    write = {"day_month": day_month}.get(style) or getattr(formats, style)
    machine = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    if isinstance(machine, datetime):
        machine = machine.replace(microsecond=0)
    return format_html('<time datetime="{}">{}</time>', machine.isoformat(), write(value))


@register.simple_tag
def period(start, end=None):
    """`{% period event.start event.end %}`: « du 24 au 27 novembre 2026 »."""
    return formats.period(start, end)
