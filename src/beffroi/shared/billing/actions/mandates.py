"""SEPA mandates: signed on paper at the counter, or by the payer from their account; changed, revoked."""

import base64
import hashlib
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.kernel.ui import formats
from beffroi.shared.billing.documents import mandate as document
from beffroi.shared.billing.models import DebitMandate, MandateDocument, Regie
from beffroi.shared.billing.sepa import writing
from beffroi.shared.people.models import Person
from beffroi.shared.signing import pades

COMING = "Un prélèvement est en cours sur ce mandat : attendez qu’il soit fait, ou parlez-en à la régie."


def can_sign(regie: Regie) -> bool:
    """May payers allow this régie to debit their account? It needs an account and a creditor identifier of its own."""
    return regie.is_active and bool(regie.creditor_id and regie.iban)


def _check(mandate: DebitMandate) -> None:
    try:
        mandate.iban = writing.bare_iban(mandate.iban or "")
    except ValueError as fault:
        raise ValidationError({"iban": str(fault)}) from None
    mandate.bic = mandate.bic.replace(" ", "").upper()
    if mandate.bic and not writing.BIC.fullmatch(mandate.bic):
        raise ValidationError({"bic": "Ce BIC n’est pas possible : huit ou onze caractères."})
    if mandate.signed_on is not None and mandate.signed_on > timezone.localdate():
        raise ValidationError({"signed_on": "Le mandat ne peut pas être signé demain."})
    mandate.iban_end = mandate.iban[-4:]


def _name(mandate: DebitMandate, actor) -> None:
    """Give its reference; two mandates of one payer written at once wait for one another."""
    Person.objects.select_for_update(of=("self",)).get(pk=mandate.payer_id)
    count = DebitMandate.objects.filter(regie=mandate.regie, payer=mandate.payer).count()
    mandate.rum = f"{mandate.regie.code}-{mandate.payer_id}-{count + 1}"
    mandate.created_by = account_of(actor)


@transaction.atomic
def sign_mandate(mandate: DebitMandate, *, actor) -> DebitMandate:
    """Record a mandate signed by a payer on paper. Records "billing.mandate"; raises ValidationError."""
    _check(mandate)
    _name(mandate, actor)
    mandate.full_clean()
    mandate.save(force_insert=True)
    journal.record("billing.mandate", mandate, actor=actor, data={"way": str(mandate.way)})
    return mandate


@transaction.atomic
def prepare_mandate(mandate: DebitMandate, *, actor) -> DebitMandate:
    """Write a mandate that the payer prints, signs and brings back. Records "billing.mandate_wait".

    It allows nothing before `receive_mandate`. Raises ValidationError: another one waits already, an impossible IBAN.
    """
    if not can_sign(mandate.regie):
        raise ValidationError("Cette régie ne prélève pas.")
    mandate.signed_on, mandate.way = None, DebitMandate.Way.PAPER
    _check(mandate)
    _name(mandate, actor)
    mandate.full_clean()
    mandate.save(force_insert=True)
    journal.record("billing.mandate_wait", mandate, actor=actor)
    return mandate


@transaction.atomic
def sign_online(mandate: DebitMandate, *, actor) -> DebitMandate:
    """The payer signs from their account: the mandate is drawn, sealed in their name, and kept encrypted.

    The one before it, and one that waited on paper, end at the same moment. Records "billing.mandate". Raises
    ValidationError: an impossible IBAN, a debit under way on the one before, a seal that does not answer.
    """
    if actor.pk != mandate.payer.user_id:
        raise ValidationError("Seul le payeur signe son mandat.")
    if not can_sign(mandate.regie):
        raise ValidationError("Cette régie ne prélève pas.")
    mandate.signed_on, mandate.way = timezone.localdate(), DebitMandate.Way.ONLINE
    _check(mandate)
    _name(mandate, actor)
    _replace(mandate, actor)
    mandate.full_clean()
    moment = timezone.localtime()
    text = f"Signé par {mandate.payer}\navec son compte, le {moment:%d/%m/%Y} à {formats.hour(moment)}"
    sealed = pades.sign_with_seal(document.render(mandate), text=text, reason=f"Mandat de prélèvement {mandate.rum}")
    mandate.save(force_insert=True)
    MandateDocument.objects.create(mandate=mandate, content=base64.b64encode(sealed).decode())
    data = {"way": str(mandate.way), "sha256": hashlib.sha256(sealed).hexdigest()}
    journal.record("billing.mandate", mandate, actor=actor, data=data)
    return mandate


@transaction.atomic
def receive_mandate(mandate: DebitMandate, *, signed_on: date, actor) -> DebitMandate:
    """The payer has brought back a mandate signed on paper: it allows to debit from now on, and replaces the former.

    Records "billing.mandate". Raises ValidationError.
    """
    Person.objects.select_for_update(of=("self",)).get(pk=mandate.payer_id)
    mandate = DebitMandate.objects.select_for_update(of=("self",)).select_related("regie", "payer").get(pk=mandate.pk)
    if mandate.signed_on is not None or mandate.revoked_on is not None:
        raise ValidationError(f"Ce mandat est « {mandate.status[0]} ».")
    mandate.signed_on = signed_on
    _check(mandate)
    _replace(mandate, actor)
    mandate.full_clean()
    mandate.save(update_fields=["signed_on", "replaces"])
    journal.record("billing.mandate", mandate, actor=actor, data={"way": str(mandate.way)})
    return mandate


def _replace(mandate: DebitMandate, actor) -> None:
    """End the mandate in force and the one that waits, for the new one. The row of the payer is locked."""
    others = DebitMandate.objects.filter(regie=mandate.regie, payer=mandate.payer, revoked_on__isnull=True)
    for former in others.exclude(pk=mandate.pk).order_by("pk"):
        if former.signed_on is not None:
            mandate.replaces = former
        revoke_mandate(former, actor=actor)


@transaction.atomic
def revoke_mandate(mandate: DebitMandate, *, actor) -> DebitMandate:
    """End a mandate, or give up one that was not signed, whose account is then forgotten at once.

    Records "billing.mandate_end". Raises ValidationError while a debit is under way.
    """
    mandate = DebitMandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if mandate.debits.filter(live=True, payment__isnull=True).exists():
        raise ValidationError(COMING)
    if mandate.revoked_on is None:
        mandate.revoked_on = timezone.localdate()
        if mandate.signed_on is None:
            mandate.iban = None
        mandate.save(update_fields=["revoked_on", "iban"])
        journal.record("billing.mandate_end", mandate, actor=actor)
    return mandate


@transaction.atomic
def read_mandate(mandate: DebitMandate, *, actor) -> bytes:
    """The document, with the whole IBAN: sealed when it was signed online, else to print and sign.

    Records "billing.mandate_read" when it is not the payer who opens it. Raises ValidationError once it is erased.
    """
    if not mandate.iban:
        raise ValidationError("Le compte de ce mandat est effacé.")
    if actor.pk != mandate.payer.user_id:
        journal.record("billing.mandate_read", mandate, actor=actor)
    held = MandateDocument.objects.filter(mandate=mandate).first()
    return base64.b64decode(held.content) if held else document.render(mandate)
