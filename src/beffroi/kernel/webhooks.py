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
import json
import time
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, outgoing
from beffroi.kernel.models import HookDelivery, Webhook

TIMEOUT, WHOLE = 10, 12
LONGEST_ANSWER = 4096
BATCH = 20
# Minutes before the next attempt, by number of attempts made; after the last, it is abandoned (about three days).
DELAYS = (1, 5, 15, 60, 180, 720, 1440, 1440)
TAKEN = timedelta(minutes=5)
TRIAL = "kernel.trial"
AGENT = "Beffroi-Webhooks/1"

State = HookDelivery.State


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
    """Send one delivery; returns the status. Raises outgoing.AddressRefused, OSError or http.client.HTTPException."""
    connection, path = outgoing.connect(webhook.url, timeout=TIMEOUT, whole=WHOLE)
    body = json.dumps(payload(delivery), ensure_ascii=False).encode()
    now = int(time.time())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": str(now),
        "webhook-signature": signature(webhook.secret, str(delivery.pk), now, body),
    }
    try:
        connection.request("POST", path, body, headers)
        with connection.getresponse() as answer:
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
    except outgoing.AddressRefused as refusal:
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
