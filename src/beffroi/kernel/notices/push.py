"""Notifications on the device (Web Push, RFC 8030), signed with the keys of the installation (VAPID, RFC 8292)."""

import base64
import contextlib
import json
import os
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from py_vapid import Vapid02

from beffroi.kernel.models import Delivery, PushSubscription

TTL = 24 * 3600
TIMEOUT = 10
LONGEST = 300
# The notification services of the browsers: nothing else is ever called, whatever a page declares.
SERVICES = (
    ".googleapis.com",
    ".push.services.mozilla.com",
    ".notify.windows.com",
    ".push.apple.com",
)


class NoDevice(Exception):
    """No device of this person accepts notifications any more."""


def is_service(endpoint: str) -> bool:
    """Is this the address of a known notification service (or one that the installation adds)?"""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.netloc in settings.PUSH_SERVICES:
        return True
    return parts.scheme == "https" and f".{host}".endswith(SERVICES)


@cache
def _keys(place: str) -> Vapid02:
    path = Path(place)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        unfinished = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as handle:
            handle.write(pem)
        # Whoever links first wins: two processes that start together end with the same keys.
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
        unfinished.unlink()
    return Vapid02.from_pem(path.read_bytes())


def keys() -> Vapid02:
    """The keys of the installation, drawn at the first need: `vapid.pem` in its home, or BEFFROI_VAPID_PRIVATE_KEY."""
    if settings.VAPID_PRIVATE_KEY:
        return Vapid02.from_string(settings.VAPID_PRIVATE_KEY)
    return _keys(str(Path(settings.HOME) / "vapid.pem"))


def public_key() -> str:
    """What a browser must be given to subscribe (uncompressed point, base64url)."""
    point = keys().public_key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def send(delivery: Delivery) -> None:
    """Send to every device of the person; one that no longer exists is forgotten.

    Raises NoDevice when none is left, or the last error when no device could be reached.
    """
    from pywebpush import WebPushException

    text = " ".join(delivery.body.split())
    content = json.dumps(
        {
            "title": delivery.subject,
            "text": text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]}…",
            "url": delivery.url or f"{settings.SITE_URL}/compte/avis/",
            "tag": str(delivery.pk),
        },
        ensure_ascii=False,
    )
    reached, last = 0, None
    for device in PushSubscription.objects.filter(user=delivery.user):
        try:
            _send_to(device, content, urgent=delivery.urgent)
            reached += 1
        except WebPushException as fault:
            if fault.response is not None and fault.response.status_code in {403, 404, 410}:
                device.delete()
            else:
                last = fault
        except requests.RequestException as fault:
            last = fault
    if not reached:
        raise last or NoDevice("aucun appareil")


def _send_to(device: PushSubscription, content: str, *, urgent: bool) -> None:
    from pywebpush import webpush

    if not is_service(device.endpoint):
        device.delete()
        return
    webpush(
        {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
        content,
        vapid_private_key=keys(),
        vapid_claims={"sub": f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}"},
        ttl=TTL,
        timeout=TIMEOUT,
        headers={"Urgency": "high" if urgent else "normal"},
    )
