"""How the portal writes distances, telephone links and addresses of sites."""

from django import template

from beffroi.kernel.ui.formats import NARROW, nb
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
