"""From one line of the journal to the messages of the outbox: rendered once, kept under keys that never repeat."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import timezone

from beffroi.kernel import access, modules
from beffroi.kernel.models import Delivery, Entry, PushSubscription
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient, preferences, sms, verified_phone
from beffroi.kernel.ui.context import Shell
from beffroi.kernel.ui.formats import typo

Channel = Delivery.Channel


@dataclass(frozen=True)
class Text:
    """A message in words: `short` is its form for a telephone."""

    subject: str
    body: str
    short: str


def absolute(link: str) -> str:
    """A path of this site as an address that a message can carry."""
    return f"{settings.SITE_URL}{link}" if link.startswith("/") else link


def territory() -> Any:
    """The territory as the pages show it (name, full_name…), outside of any request."""
    return Shell(SimpleNamespace(user=None)).territory


def fill(entry: Entry) -> int:
    """Put in the outbox every message that this line calls for; returns how many are new.

    Running it again, or twice at the same time, adds nothing: the key of a message is its line, notice, recipient and
    channel. A fact whose object has been deleted tells nobody.
    """
    if entry.target is None:
        return 0
    deliveries: list[Delivery] = []
    for notice in modules.collect("notices"):
        if notice.verb == entry.verb:
            deliveries += _messages(notice, entry)
    with transaction.atomic():
        before = Delivery.objects.filter(entry=entry).count()
        Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
        return Delivery.objects.filter(entry=entry).count() - before


def _messages(notice: Notice, entry: Entry) -> Iterator[Delivery]:
    for recipient in _unique(notice.recipients(entry)):
        if recipient.user is not None and not _may_receive(notice, recipient.user):
            continue
        if recipient.user is None and notice.agents:
            continue
        recipient = replace(recipient, link=absolute(recipient.link))
        text = _render(notice, entry, recipient)
        for channel, address in _channels(notice, recipient):
            yield _delivery(notice, entry, recipient, text, channel, address)


def _may_receive(notice: Notice, user) -> bool:
    return user.is_active and user.erased_at is None and (not notice.agents or access.is_agent(user))


def _unique(recipients: Iterable[Recipient]) -> Iterator[Recipient]:
    seen = set()
    for recipient in recipients:
        who = _who(recipient)
        if who and who not in seen:
            seen.add(who)
            yield recipient


def _who(recipient: Recipient) -> str:
    """The recipient in a key: an account by its number, an address by a digest."""
    if recipient.user is not None:
        return f"u{recipient.user.pk}"
    address = recipient.email.strip().lower() or recipient.phone.strip()
    return hashlib.blake2b(address.encode(), digest_size=12).hexdigest() if address else ""


def _channels(notice: Notice, recipient: Recipient) -> Iterator[tuple[str, str]]:
    """By which channels, and at which address, this person is told."""
    if recipient.user is None:
        if recipient.email:
            yield Channel.EMAIL, recipient.email
        elif recipient.phone and sms.is_available():
            yield Channel.SMS, recipient.phone
        return
    user = recipient.user
    wanted = preferences.chosen(user, notice.category)
    yield Channel.INAPP, ""
    if wanted.email or notice.urgent:
        yield Channel.EMAIL, user.email
    if wanted.push and PushSubscription.objects.filter(user=user).exists():
        yield Channel.PUSH, ""
    if wanted.sms and sms.is_available() and (phone := verified_phone(user)):
        yield Channel.SMS, phone


def _render(notice: Notice, entry: Entry, recipient: Recipient) -> Text:
    context = {
        "entry": entry,
        "target": entry.target,
        "recipient": recipient,
        "link": recipient.link,
        "territory": territory(),
    }
    subject = " ".join(render_to_string(f"{notice.template}.subject.txt", context).split())
    body = typo(render_to_string(f"{notice.template}.txt", context).strip())
    short: str
    try:
        short = render_to_string(f"{notice.template}.sms.txt", context)
    except TemplateDoesNotExist:
        short = f"{context['territory'].name} : {subject} {recipient.link}"
    # No unbreakable space in a text message: it would halve what one holds (GSM 03.38).
    return Text(typo(subject), body, " ".join(short.split()))


def _delivery(notice, entry, recipient, text: Text, channel: str, address: str) -> Delivery:
    now = timezone.now()
    quiet = channel in {Channel.SMS, Channel.PUSH} and not notice.urgent
    inapp = channel == Channel.INAPP
    return Delivery(
        key=f"{entry.pk}:{notice.template}:{_who(recipient)}:{channel}",
        entry=entry,
        channel=channel,
        user=recipient.user,
        address=address,
        category=notice.category,
        subject=text.subject[:250],
        body=text.short if channel == Channel.SMS else text.body,
        url=recipient.link if len(recipient.link) <= 300 else "",
        unsubscribe=_unsubscribe(notice, recipient),
        urgent=notice.urgent,
        state=Delivery.State.SENT if inapp else Delivery.State.WAITING,
        sent_at=now if inapp else None,
        not_before=preferences.quiet_until(recipient.user, now) if quiet else None,
    )


def _unsubscribe(notice: Notice, recipient: Recipient) -> str:
    if notice.urgent:
        return ""
    if recipient.user is not None:
        return absolute("/compte/preferences/")
    return absolute(recipient.unsubscribe)[:300]
