"""Set the mailboxes of a body; register what comes in them."""

from email.message import EmailMessage
from email.utils import parseaddr

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import imap, journal
from beffroi.modules.mail.actions.correspondents import find_or_add
from beffroi.modules.mail.actions.registering import register_letter
from beffroi.modules.mail.models import Correspondent, Letter, Mailbox, ReceivedMail
from beffroi.modules.mail.models.letter import Channel
from beffroi.modules.mail.models.register import Kind
from beffroi.shared.documents.reading.texts import body_of
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def save_mailbox(mailbox: Mailbox, *, actor) -> Mailbox:
    """Add or change a mailbox. Records "mail.mailbox", without its account."""
    if mailbox.register.organisation_id != mailbox.organisation_id or mailbox.register.kind != Kind.INCOMING:
        raise ValidationError({"register": "Choisissez un registre d’arrivée de l’organisme."})
    mailbox.fault = ""
    mailbox.full_clean()
    mailbox.save()
    journal.record("mail.mailbox", mailbox, actor=actor)
    return mailbox


def note_mailbox(mailbox: Mailbox, fault: str = "") -> None:
    """Write when a mailbox was read, and what was missing."""
    Mailbox.objects.filter(pk=mailbox.pk).update(read_at=timezone.now(), fault=fault[:200])


@transaction.atomic
def set_mail_aside(mailbox: Mailbox, received: imap.Message, why: str) -> None:
    """Remember a message that is no letter, or that cannot be kept, so that it is not looked at again."""
    ReceivedMail.objects.get_or_create(mailbox=mailbox, key=received.key, defaults={"fault": why[:200]})


@transaction.atomic
def register_mail(
    mailbox: Mailbox, received: imap.Message, message: EmailMessage, *, pieces: list[StoredFile]
) -> Letter | None:
    """Register a message as an arrival: its subject, its sender, its words, the day the server received it; the whole
    message and its attachments are its pieces. Someone then qualifies it, as any arrival. Records "mail.register".

    A message that was registered already, under this key or under its own identifier, changes nothing: returns None.
    Two readers at once register it once.
    """
    own_id = str(message.get("message-id") or "").strip()[:200]
    known = ReceivedMail.objects.filter(mailbox=mailbox, message_id=own_id).exists() if own_id else False
    ReceivedMail.objects.bulk_create(
        [
            ReceivedMail(
                mailbox=mailbox,
                key=received.key,
                message_id="" if known else own_id,
                at=received.at,
                fault="déjà enregistré" if known else "",
            )
        ],
        ignore_conflicts=True,
    )
    arrival = ReceivedMail.objects.select_for_update().filter(mailbox=mailbox, key=received.key).first()
    if arrival is None or known or arrival.letter_id is not None or arrival.fault:
        return None
    day = timezone.localdate(received.at)
    letter = Letter(
        register=mailbox.register,
        object=_line(message.get("subject"), 300) or "Message sans objet",
        details=body_of(message).replace("\x00", "").strip()[:4000],
        channel=Channel.EMAIL,
        arrived_on=min(day, timezone.localdate()),
        document_date=_dated(message, day),
        correspondent=_sender(mailbox, message),
    )
    arrival.letter = register_letter(letter, actor=None, pieces=pieces)
    arrival.save(update_fields=["letter"])
    return arrival.letter


def _line(words, most: int) -> str:
    return " ".join(str(words or "").replace("\x00", "").split())[:most]


def _dated(message: EmailMessage, arrived):
    moment = getattr(message["date"], "datetime", None) if message["date"] else None
    if moment is None:
        return None
    day = timezone.localdate(moment) if timezone.is_aware(moment) else moment.date()
    return day if day <= arrived else None


def _sender(mailbox: Mailbox, message: EmailMessage) -> Correspondent | None:
    """The record that bears the address, else one made of the name and the address that the message gives."""
    name, address = parseaddr(str(message.get("reply-to") or message.get("from") or ""))
    name, address = _line(name, 160), _line(address, 254)
    if not (name or address):
        return None
    body = mailbox.organisation
    if address:
        own = Correspondent.objects.filter(organisation=body, email__iexact=address).select_related("merged_into")
        if found := own.order_by("pk").first():
            return found.shown
    try:
        with transaction.atomic():
            return find_or_add(body, name or address, actor=None, email=address)
    except ValidationError:  # an address that no one can write to: the name alone is kept
        return find_or_add(body, name or address.replace("@", " à "), actor=None)
