"""What the pages of accounts ask beside their own context."""

from django import template
from django.conf import settings

from beffroi.shared.accounts import access, devices
from beffroi.shared.accounts.oidc import servers

register = template.Library()


@register.simple_tag
def identity_services() -> list[dict]:
    """The identity services to offer; `has_image` when the installation holds the official button."""
    return [{"server": server, "has_image": servers.button(server) is not None} for server in servers.configured()]


@register.filter
def device_name(user_agent: str) -> str:
    """« Firefox sur Windows », from what the browser says of itself."""
    return devices.name(user_agent)


@register.filter
def role_label(code: str) -> str:
    """The French name of a role."""
    return access.role_label(code)


@register.simple_tag
def is_demonstration() -> bool:
    """Is this a demonstration, whose accounts anyone may try?"""
    return settings.DEMO
