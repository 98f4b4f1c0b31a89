"""Sends what the outbox holds, each message once.

A message is first taken, under a lock that no other worker waits for, and that is committed before anything leaves.
Then it is sent, then marked. A process that dies in between leaves it « being sent »: nobody knows whether it left,
so after a while it becomes uncertain, is never sent again by itself, and is shown to the administrator, who may. A
server that does not answer makes it wait, longer each time, for three days at most (one for a telephone).
"""

import logging
import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import jobs
from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import preferences, push, sms
from beffroi.kernel.notices.email import EmailRefused, Postman
from beffroi.kernel.notices.smtp import AnswerLost

log = logging.getLogger("beffroi.notices")

BATCH = 20
# Minutes before the next attempt, by number of attempts already made.
DELAYS = (1, 2, 5, 15, 30, 60, 120, 240)
LONGEST_SENDING = timedelta(minutes=10)
MAX_AGE = {"email": timedelta(days=3), "sms": timedelta(days=1), "push": timedelta(days=1)}

State = Delivery.State


def post(*, key: str, channel: str, address: str, subject: str, body: str, user=None, ephemeral: bool = False) -> None:
    """Put in the outbox a message that no line of the journal tells (a code to prove an address); it leaves at once.

    `key` makes a second identical one impossible; with `ephemeral` its text is wiped when it has left.
    """
    with transaction.atomic():
        Delivery.objects.bulk_create(
            [
                Delivery(
                    key=key,
                    channel=channel,
                    user=user,
                    address=address,
                    subject=subject,
                    body=body,
                    urgent=True,
                    ephemeral=ephemeral,
                )
            ],
            ignore_conflicts=True,
        )
        jobs.defer("kernel.send_outbox")


def _due(now: datetime):
    ready = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return Delivery.objects.filter(ready, state=State.WAITING).order_by("created_at")


def _take(now: datetime) -> list[Delivery]:
    """Take a few messages: no other worker will. Returned in the state « being sent », committed."""
    with transaction.atomic():
        taken = list(_due(now).select_for_update(skip_locked=True, of=("self",))[:BATCH])
        for delivery in taken:
            delivery.state, delivery.claimed_at, delivery.attempts = State.SENDING, now, delivery.attempts + 1
        Delivery.objects.bulk_update(taken, ["state", "claimed_at", "attempts"])
    return taken


def send_due(*, most: int = 2000) -> int:
    """Send what is due, by batches; returns how many have left. Several workers may run it together."""
    sweep()
    left = handled = 0
    while handled < most and (batch := _take(timezone.now())):
        handled += len(batch)
        left += _send_batch(batch)
    return left


def sweep() -> None:
    """What has been « being sent » for too long was so when its process died."""
    limit = timezone.now() - LONGEST_SENDING
    lost = Delivery.objects.filter(state=State.SENDING, claimed_at__lt=limit)
    count = lost.update(state=State.UNCERTAIN, error="le programme s’est arrêté pendant l’envoi")
    if count:
        log.warning("outbox uncertain=%s", count)


def _send_batch(batch: list[Delivery]) -> int:
    kept: list[Delivery] = []
    for delivery in batch:
        if not _postponed(delivery) and not _too_old(delivery):
            kept.append(delivery)
    letters = [d for d in kept if d.channel == Delivery.Channel.EMAIL]
    left = _send_letters(letters) if letters else 0
    for delivery in kept:
        if delivery.channel == Delivery.Channel.SMS:
            left += _try(delivery, lambda one: sms.send(one.address, one.body, key=str(one.pk)))
        elif delivery.channel == Delivery.Channel.PUSH:
            left += _try(delivery, push.send)
    return left


def _postponed(delivery: Delivery) -> bool:
    """A new attempt may fall in the quiet hours."""
    if delivery.urgent or delivery.channel == Delivery.Channel.EMAIL:
        return False
    until = preferences.quiet_until(delivery.user, timezone.now())
    if until is None:
        return False
    _mark(delivery, State.WAITING, not_before=until, attempts=delivery.attempts - 1)
    return True


def _too_old(delivery: Delivery) -> bool:
    if timezone.now() - delivery.created_at <= MAX_AGE.get(delivery.channel, timedelta(days=3)):
        return False
    reason = f"abandonné : trop ancien. {delivery.error}".strip()
    _mark(delivery, State.REFUSED, error=reason)
    return True


def _send_letters(letters: Iterable[Delivery]) -> int:
    """One connection for all; when the server does not answer, all of them wait, and none has left."""
    letters = list(letters)
    postman = Postman()
    try:
        postman.open()
    except Exception as fault:  # noqa: BLE001  whatever stops the connection, the messages wait
        log.warning("smtp unreachable error=%s waiting=%s", type(fault).__name__, len(letters))
        for delivery in letters:
            _again(delivery, fault)
        return 0
    try:
        return sum(_try(delivery, postman.send) for delivery in letters)
    finally:
        _hang_up(postman)


def _hang_up(postman: Postman) -> None:
    try:
        postman.close()
    except OSError as fault:
        log.info("smtp close error=%s", type(fault).__name__)


def _try(delivery: Delivery, send) -> int:
    try:
        send(delivery)
    except (EmailRefused, sms.SmsRefused, push.NoDevice) as fault:
        _mark(delivery, State.REFUSED, error=str(fault))
        return 0
    except AnswerLost as fault:
        _mark(delivery, State.UNCERTAIN, error=str(fault))
        return 0
    except Exception as fault:  # noqa: BLE001  one message that breaks must not stop the others
        _again(delivery, fault)
        return 0
    _mark(delivery, State.SENT, error="", sent_at=timezone.now())
    return 1


def _again(delivery: Delivery, fault: Exception) -> None:
    delay = DELAYS[min(delivery.attempts - 1, len(DELAYS) - 1)]
    _mark(
        delivery,
        State.WAITING,
        error=f"{type(fault).__name__} : {fault}",
        not_before=timezone.now() + timedelta(minutes=delay),
    )


def _mark(delivery: Delivery, state: str, **fields) -> None:
    """Write what became of a message; the text of an ephemeral one goes as soon as it is of no use."""
    if "error" in fields:
        fields["error"] = fields["error"][:300]
    if delivery.ephemeral and state in {State.SENT, State.REFUSED}:
        fields["body"] = fields["subject"] = ""
    # Uncertain too: an answer that came very late still says what became of the message.
    Delivery.objects.filter(pk=delivery.pk, state__in=[State.SENDING, State.UNCERTAIN]).update(state=state, **fields)


def waiting_again(pks: Iterable[uuid.UUID]) -> int:
    """Put back in the queue messages refused, uncertain, or waiting for their next attempt; returns how many."""
    again = Delivery.objects.filter(pk__in=list(pks), state__in=[State.REFUSED, State.UNCERTAIN, State.WAITING])
    return again.exclude(body="", ephemeral=True).update(
        state=State.WAITING, not_before=None, attempts=0, created_at=timezone.now()
    )
