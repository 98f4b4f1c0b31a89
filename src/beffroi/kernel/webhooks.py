"""Tell other programs what happens here: signed, sent again until it is received, never inside our own network.

A trigger of the database adds a `HookDelivery` with the line of the journal itself, for each active webhook that wants
its verb: the call exists if, and only if, the fact is committed. The job sends what is due. Signature, headers and
retries follow « Standard Webhooks » (https://www.standardwebhooks.com/): `webhook-id`, `webhook-timestamp`, and
`webhook-signature: v1,<base64 of HMAC-SHA256(secret, "id.timestamp.body")>`. The body says what happened to which
object, never who did it nor anything personal: the receiver asks the API, under its own rights, for the rest.
"""

import base64
import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
import time
from datetime import timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.models import HookDelivery, Webhook

TIMEOUT = 10
LONGEST_ANSWER = 4096
BATCH = 20
# Minutes before the next attempt, by number of attempts made; after the last, it is abandoned (about three days).
DELAYS = (1, 5, 15, 60, 180, 720, 1440, 1440)
TAKEN = timedelta(minutes=5)
TRIAL = "kernel.trial"
AGENT = "Beffroi-Webhooks/1"

State = HookDelivery.State


class AddressRefused(ValueError):
    """This address is not called: it leads inside our own network, or it is not one."""


def targets(url: str) -> tuple[str, int, bool, list[str]]:
    """(host, port, secure, addresses) of a URL that may be called.

    Raises AddressRefused for anything but HTTP(S), and for a host one of whose addresses is private, unless
    BEFFROI_WEBHOOK_PRIVATE names it ("host:port"). The name is resolved here, and the connection made to what was
    found: it cannot change in between.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    try:
        port = parts.port or (443 if secure else 80)
    except ValueError as error:
        raise AddressRefused("le port est impossible") from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise AddressRefused("une adresse http(s), sans nom ni mot de passe")
    allowed = f"{host}:{port}" in settings.WEBHOOK_PRIVATE
    if not secure and not allowed:
        raise AddressRefused("une adresse https : le secret et les faits ne voyagent pas en clair")
    addresses = _resolved(host, port)
    if not allowed and not all(is_public(address) for address in addresses):
        raise AddressRefused("cette adresse est dans un réseau privé")
    return host, port, secure, addresses


def _resolved(host: str, port: int) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("ce nom n’existe pas") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Is this IP address one of the internet, and not of our own machines or networks?"""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return is_public(str(inner)) and (ip.ipv4_mapped is not None or ip.is_global)
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to an address already chosen, for a name."""

    def __init__(self, host: str, port: int, address: str, secure: bool):
        super().__init__(host, port, timeout=TIMEOUT)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        sock = socket.create_connection((self.address, self.port), TIMEOUT)
        if self.secure:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
        self.sock = sock


def signature(secret: str, identifier: str, timestamp: int, body: bytes) -> str:
    """What the receiver computes again to know that it comes from here."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{identifier}.{timestamp}.".encode() + body
    return f"v1,{base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def payload(delivery: HookDelivery) -> dict:
    """What is sent: the fact, its object, where it is read."""
    entry = delivery.entry
    if entry is None:
        return {"type": TRIAL, "timestamp": delivery.created_at.isoformat(), "data": {"message": "Essai de Beffroi"}}
    target = entry.target
    address = getattr(target, "get_absolute_url", None)
    told = {
        "kind": f"{entry.target_type.app_label}.{entry.target_type.model}",
        "id": entry.target_id,
        "reference": getattr(target, "reference", "") or "",
        "url": settings.SITE_URL + address() if address and entry.target_type.app_label != "kernel" else "",
    }
    return {
        "type": entry.verb,
        "timestamp": entry.at.isoformat(),
        "data": {"label": journal.words(entry.verb), "object": told, "details": entry.data},
    }


def post(webhook: Webhook, delivery: HookDelivery) -> int:
    """Send one delivery; returns the status. Raises AddressRefused, OSError or http.client.HTTPException."""
    host, port, secure, addresses = targets(webhook.url)
    body = json.dumps(payload(delivery), ensure_ascii=False).encode()
    now = int(time.time())
    parts = urlsplit(webhook.url)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": str(now),
        "webhook-signature": signature(webhook.secret, str(delivery.pk), now, body),
    }
    connection = _Pinned(host, port, addresses[0], secure)
    try:
        connection.request("POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body, headers)
        answer = connection.getresponse()
        answer.read(LONGEST_ANSWER)
        return answer.status
    finally:
        connection.close()


def _take() -> list[HookDelivery]:
    """Take a few that are due: nobody else will for five minutes, after which one whose sender died is due again."""
    now = timezone.now()
    with transaction.atomic():
        due = HookDelivery.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=State.WAITING, not_before__lte=now, webhook__is_active=True
        )
        taken = list(due.select_related("webhook", "entry__target_type").order_by("not_before")[:BATCH])
        HookDelivery.objects.filter(pk__in=[one.pk for one in taken]).update(not_before=now + TAKEN)
    return taken


def send_due() -> int:
    """Send what is due; returns how many were received."""
    received = 0
    while taken := _take():
        for delivery in taken:
            received += _send(delivery)
    return received


def _send(delivery: HookDelivery) -> bool:
    status, error = None, ""
    try:
        status = post(delivery.webhook, delivery)
    except AddressRefused as refusal:
        error = f"Adresse refusée : {refusal}"
    except (OSError, http.client.HTTPException) as failure:
        error = f"{type(failure).__name__} : {failure}"
    now = timezone.now()
    delivery.attempts += 1
    delivery.status, delivery.error = status, error[:250]
    ok = status is not None and 200 <= status < 300
    if ok:
        delivery.state, delivery.sent_at = State.SENT, now
    elif status == 410 or delivery.attempts > len(DELAYS):
        delivery.state = State.FAILED
    else:
        delivery.not_before = now + timedelta(minutes=DELAYS[delivery.attempts - 1])
    delivery.save(update_fields=["attempts", "status", "error", "state", "sent_at", "not_before"])
    return ok
