"""How the portal writes distances, telephone links and addresses of sites."""

from django import template
from django.utils import timezone

from beffroi.kernel.ui.formats import NARROW, SHORT_MONTHS, day, hour, nb, period
from beffroi.modules.portal import text
from beffroi.modules.portal.context import say_communes
from beffroi.modules.portal.town_halls import phone_link

register = template.Library()


@register.filter
def tel(phone: str) -> str:
    """« 03 22 77 00 01 » as a `tel:` address wants it."""
    return phone_link(phone)


@register.filter
def km(distance: float | None) -> str:
    """« 4,2 km », « 12 km », « moins de 100 m »."""
    if distance is None:
        return ""
    if distance < 0.1:
        return f"moins de 100{NARROW}m"
    if distance < 1:
        return f"{round(distance, 1) * 1000:.0f}{NARROW}m"
    return f"{nb(distance, 0 if distance >= 10 else 1)}{NARROW}km"


@register.filter
def site(address: str) -> str:
    """« www.beauval.fr » from « https://www.beauval.fr/ »."""
    return address.split("://", 1)[-1].strip("/")


@register.filter
def when_said(occurrence) -> str:
    """« samedi 28 novembre 2026, de 10 h à 19 h » of one date of an event."""
    first, last = timezone.localtime(occurrence.starts_at), timezone.localtime(occurrence.ends_at)
    if occurrence.event.all_day or first.date() != last.date():
        last_day = occurrence.last_day
        return day(first) if first.date() == last_day else period(first.date(), last_day)
    hours = f"de {hour(first)} à {hour(last)}" if last > first else f"à {hour(first)}"
    return f"{day(first)}, {hours}"


@register.filter
def hours_said(occurrence) -> str:
    """« 10 h à 19 h », « toute la journée », « jusqu’au 3 décembre 2026 »: beside the day, in a list."""
    first, last = timezone.localtime(occurrence.starts_at), timezone.localtime(occurrence.ends_at)
    if first.date() != occurrence.last_day:
        return f"jusqu’au {day(occurrence.last_day)}"
    if occurrence.event.all_day:
        return "toute la journée"
    return f"{hour(first)} à {hour(last)}" if last > first else hour(first)


@register.filter
def month_short(moment) -> str:
    """« nov. »."""
    return SHORT_MONTHS[timezone.localtime(moment).month - 1]


@register.filter
def day_number(moment) -> str:
    number = timezone.localtime(moment).day
    return "1er" if number == 1 else str(number)


@register.filter
def markdown(source: str) -> str:
    """Light Markdown made into safe HTML."""
    return text.html(source)


@register.filter
def thumbnail(photo, size: str = "moyenne") -> str:
    """The address of a smaller picture of a photo: "petite", "moyenne" or "grande"."""
    return photo.thumbnail_url(size)


@register.filter
def said_communes(communes) -> str:
    """« Beauval, Naours et 3 autres communes »."""
    return say_communes(communes)
