"""Incomplete requests, requests for another administration, acknowledgments of receipt."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.notices import outbox
from beffroi.kernel.ui import formats
from beffroi.modules.mail import mentions as wording
from beffroi.modules.mail import paper, rights
from beffroi.modules.mail.actions.dates import reckon
from beffroi.modules.mail.models import Kind, Letter, Receipt, Suspension
from beffroi.modules.mail.workflow import State, workflow
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import pades


@transaction.atomic
def ask_pieces(letter: Letter, *, actor, pieces: str, until: datetime.date) -> Letter:
    """Ask for what is missing, with a delay: the legal clock stops or waits (CRPA L114-5). Records "mail.ask_pieces".

    Telling the person is another gesture: the acknowledgment of receipt made afterwards says what is missing.
    """
    today = timezone.localdate()
    if until <= today:
        raise ValidationError({"until": "Laissez au moins un jour."})
    workflow.fire("ask_pieces", letter, actor=actor)
    suspension = Suspension(letter=letter, pieces=pieces.strip(), asked_on=today, until=until)
    suspension.full_clean(validate_constraints=False)
    suspension.save()
    _again(letter)
    return letter


@transaction.atomic
def receive_pieces(letter: Letter, *, actor, received_on: datetime.date) -> Letter:
    """The pieces came: the clock goes on. Records "mail.receive_pieces"."""
    pending = letter.suspensions.select_for_update().filter(received_on=None).first()
    if pending is not None:
        if not pending.asked_on <= received_on <= timezone.localdate():
            raise ValidationError({"received_on": "Cette date se place entre la demande de pièces et aujourd’hui."})
        pending.received_on = received_on
        pending.save(update_fields=["received_on"])
    workflow.fire("receive_pieces", letter, actor=actor)
    _again(letter)
    return letter


def _again(letter: Letter) -> None:
    if changed := reckon(letter):
        letter.save(update_fields=list(changed))


@transaction.atomic
def forward_letter(letter: Letter, *, actor, to: str) -> Letter:
    """Pass a request on to the administration that is competent, and say so (CRPA L114-2). Records "mail.forward"."""
    update = {"forwarded_to": to.strip(), "due_on": None, "alarm1_on": None, "alarm2_on": None}
    workflow.fire("forward", letter, actor=actor, update=update)
    return letter


@transaction.atomic
def acknowledge_letter(letter: Letter, *, actor, address: str = "", sealed: bool = False) -> Receipt:
    """Make the acknowledgment of receipt, keep its PDF with its fingerprint, and send it when `address` is given;
    `sealed` = with the seal of the installation, whose level is said on its page.

    Records "mail.acknowledge". Raises ValidationError when nobody wrote, or before the letter is qualified.
    """
    if not (rights.is_clerk(actor, letter) or rights.can_handle(actor, letter)):
        raise PermissionDenied(rights.HANDLE)
    letter = Letter.objects.select_for_update(of=("self",)).with_parties().get(pk=letter.pk)
    if letter.kind != Kind.INCOMING or letter.correspondent is None:
        raise ValidationError("Seul un courrier reçu de quelqu’un donne lieu à un accusé de réception.")
    if letter.state == State.NEW:
        raise ValidationError("Qualifiez d’abord ce courrier : son type dit ce que vaut le silence.")
    told = wording.mentions(letter)
    receipt = Receipt(letter=letter, body="\n\n".join(told), decision_on=letter.implicit_on, address=address)
    receipt.made_by = actor
    content = paper.notice(letter, "Accusé de réception", told, at=receipt.made_at)
    if sealed:
        stamp = f"Cachet\n{letter.organisation.name[:44]}\n{formats.short_day(receipt.made_at)}"
        content = pades.sign_with_seal(content, text=stamp, reason=f"Accusé de réception {letter.chrono}")
    upload = SimpleUploadedFile(f"accuse-de-reception-{letter.chrono}.pdf", content, "application/pdf")
    file = store_upload(upload, actor=actor, kind="receipt", target=letter)
    receipt.sha256 = file.blob.sha256
    receipt.save(force_insert=True)
    data = {"receipt": receipt.pk, "sha256": receipt.sha256, "by": "email" if address else "paper"}
    journal.record("mail.acknowledge", letter, actor=actor, data=data)
    if address:
        body = letter.organisation.name
        outbox.post(
            key=f"mail.receipt:{receipt.pk}",
            channel="email",
            address=address,
            subject=f"Accusé de réception de votre courrier ({letter.chrono})",
            body=f"Bonjour,\n\n{receipt.body}\n\n{body}",
        )
    return receipt


@transaction.atomic
def certify_acceptance(letter: Letter, *, actor) -> StoredFile:
    """Make the certificate of an acceptance by silence, which the person may ask for (CRPA L232-3), and keep it.

    Records "mail.certify". Raises ValidationError when silence has accepted nothing.
    """
    if not (rights.is_clerk(actor, letter) or rights.can_handle(actor, letter)):
        raise PermissionDenied(rights.HANDLE)
    letter = Letter.objects.with_parties().get(pk=letter.pk)
    if letter.accepted_on is None or letter.correspondent is None:
        raise ValidationError("Aucune acceptation n’est née du silence.")
    now = timezone.now()
    content = paper.notice(letter, "Attestation d’acceptation implicite", wording.certificate(letter), at=now)
    upload = SimpleUploadedFile(f"attestation-{letter.chrono}.pdf", content, "application/pdf")
    file = store_upload(upload, actor=actor, kind="certificate", target=letter)
    journal.record("mail.certify", letter, actor=actor, data={"sha256": file.blob.sha256})
    return file
