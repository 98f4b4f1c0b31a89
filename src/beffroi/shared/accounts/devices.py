"""The browsers from which a person has already signed in, and how a browser is named.

A signed cookie holds keyed digests of account numbers: nothing is kept on our side. It only spares a warning.
"""

import re

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

COOKIE = "beffroi_appareil"
SALT = "beffroi.accounts.device"
KEEP = 365 * 24 * 3600
MOST = 8

BROWSERS = (("Firefox", "Firefox"), ("Edg", "Edge"), ("OPR", "Opera"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("Linux", "Linux"),
)


def digest(value) -> str:
    """A keyed digest, short: recognises, never reveals."""
    return salted_hmac(SALT, str(value), algorithm="sha256").hexdigest()[:16]


def _known(request) -> list[str]:
    try:
        return list(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=KEEP))
    except signing.BadSignature:
        return []


def is_known(request, user) -> bool:
    """Has this browser been used by this person before?"""
    return digest(user.pk) in _known(request)


def remember(request, response, user) -> None:
    """Note in the browser that this person used it."""
    mine = digest(user.pk)
    known = [mine, *(one for one in _known(request) if one != mine)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=SALT),
        max_age=KEEP,
        path="/compte/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def name(agent: str) -> str:
    """« Firefox sur Windows », from what the browser says of itself."""
    browser = next((label for mark, label in BROWSERS if re.search(rf"\b{mark}/", agent)), "Navigateur")
    system = next((label for mark, label in SYSTEMS if mark in agent), "")
    return f"{browser} sur {system}" if system else browser


def label(request) -> str:
    return name(request.META.get("HTTP_USER_AGENT", ""))
