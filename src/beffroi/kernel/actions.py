"""What a person writes in the kernel's own tables: how to be told, what has been read, which device to notify."""

from collections.abc import Iterable, Mapping
from datetime import time

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.kernel.models import Delivery, NoticePreference, PushSubscription, QuietHours
from beffroi.kernel.notices import outbox, push

MOST_DEVICES = 10


class DeviceRefused(Exception):
    """This is not the address of a notification service; the message is for the user."""


@transaction.atomic
def save_preferences(user, *, channels: Mapping[str, Iterable[str]], quiet: tuple[time, time]) -> None:
    """Keep how `user` wants to be told: {category: channels}, and the hours without disturbance.

    Nothing of it is written in the journal: it concerns nobody else.
    """
    lines = [
        NoticePreference(user=user, category=category, **{name: name in chosen for name in ("email", "sms", "push")})
        for category, chosen in channels.items()
    ]
    NoticePreference.objects.bulk_create(
        lines,
        update_conflicts=True,
        unique_fields=["user", "category"],
        update_fields=["email", "sms", "push"],
    )
    start, end = quiet
    QuietHours.objects.update_or_create(user=user, defaults={"start": start, "end": end})


def mark_read(user, pk=None) -> int:
    """Mark one notice of `user`, or all of them, as read; returns how many were not."""
    notices = Delivery.objects.filter(user=user, channel=Delivery.Channel.INAPP, read_at=None)
    if pk is not None:
        notices = notices.filter(pk=pk)
    return notices.update(read_at=timezone.now())


@transaction.atomic
def add_device(user, *, endpoint: str, p256dh: str, auth: str, label: str) -> PushSubscription:
    """Notify this browser from now on. One that belonged to another account changes hands. Raises DeviceRefused."""
    if not push.is_service(endpoint) or not p256dh or not auth:
        raise DeviceRefused("Ce navigateur ne donne pas d’adresse de notification que nous connaissions.")
    device, _created = PushSubscription.objects.update_or_create(
        endpoint=endpoint,
        defaults={"user": user, "p256dh": p256dh, "auth": auth, "label": label[:120]},
    )
    kept = user.push_subscriptions.order_by("-created_at").values_list("pk", flat=True)[:MOST_DEVICES]
    user.push_subscriptions.exclude(pk__in=list(kept)).delete()
    return device


def remove_device(user, pk: int) -> int:
    """Stop notifying one device of `user`; returns how many were removed."""
    return PushSubscription.objects.filter(user=user, pk=pk).delete()[0]


@transaction.atomic
def resend(pks: Iterable, *, actor) -> int:
    """Send again messages that were refused, that wait, or of which nobody knows whether they left."""
    chosen = list(Delivery.objects.filter(pk__in=list(pks)))
    count = outbox.waiting_again([delivery.pk for delivery in chosen])
    if count:
        journal.record("kernel.resend", actor, actor=actor, data={"count": count})
        jobs.defer("kernel.send_outbox")
    return count
