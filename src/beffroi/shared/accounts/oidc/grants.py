"""Asking an identity service for the right to read something about the person, once, besides knowing who they are.

A module makes its grant known when it starts:

    grants.register(Grant(code="quotient", provider="franceconnect", scopes=("…",), receive=receive))

A page sends the person by `accounts:identity_begin` with `grant=quotient`. Once back, when the service names the very
person who is linked to the account, `receive(request, access_token)` uses the token, keeps nothing of it, and gives the
address where to go.
"""

from collections.abc import Callable
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What is asked for: `scopes` are added to those of the service."""

    code: str
    provider: str
    scopes: tuple[str, ...]
    receive: Callable[[object, str], str]


_grants: dict[str, Grant] = {}


def register(grant: Grant) -> None:
    """Make a grant known; the last one of a code wins."""
    _grants[grant.code] = grant


def find(code: str, provider: str) -> Grant | None:
    """The grant of that code for that service, or None."""
    grant = _grants.get(code)
    return grant if grant is not None and grant.provider == provider else None


def is_linked(user, provider: str, uid: str | None = None) -> bool:
    """Is the account linked to that service; to that very person there, when `uid` is given?"""
    if not user.is_authenticated:
        return False
    found = SocialAccount.objects.filter(user=user, provider=provider)
    return (found if uid is None else found.filter(uid=uid)).exists()
