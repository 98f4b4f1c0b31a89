"""Send what is signed: e-mail, post, registered post with its number, lists of deposit."""

import datetime

from django.core import signing
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import access, journal
from beffroi.kernel.notices import outbox
from beffroi.kernel.notices.filling import absolute
from beffroi.modules.mail import rights
from beffroi.modules.mail.actions.answering import answer_by
from beffroi.modules.mail.models import Deposit, Dispatch, Letter, NumberRange
from beffroi.modules.mail.models.dispatch import DIGITS
from beffroi.modules.mail.workflow import workflow
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation

SALT = "beffroi.mail.read"
MONTH = 30 * 24 * 3600


def check_figure(digits: str) -> int:
    """The last figure of a national number of registered post: weights 3 and 1 from the right, complement to ten."""
    total = sum(int(figure) * (3 if rank % 2 == 0 else 1) for rank, figure in enumerate(reversed(digits)))
    return -total % 10


def registered_number(service: str, serial: int) -> str:
    """« 2C 012 345 6789 0 », as it is written on the slip."""
    digits = f"{serial:0{DIGITS}d}"
    return f"{service} {digits[:3]} {digits[3:6]} {digits[6:]} {check_figure(digits)}"


def _next_number(organisation_id: int) -> str:
    """Take the next number of the ranges of the body, under their lock. Raises ValidationError when none is left."""
    ranges = NumberRange.objects.select_for_update().filter(organisation=organisation_id, is_active=True)
    for one in ranges.order_by("first"):
        if one.left > 0:
            number = registered_number(one.service, one.next)
            one.next += 1
            one.save(update_fields=["next"])
            return number
    raise ValidationError({"number": "Les tranches de numéros sont épuisées : donnez le numéro du bordereau papier."})


@transaction.atomic
def send_letter(
    letter: Letter, *, actor, mode: str, day: datetime.date | None = None, address: str = "", number: str = ""
) -> Dispatch:
    """A signed letter leaves; the one to which it replies is answered. Records "mail.send", then "mail.answer".

    By e-mail, the recipient gets a link to the signed document, good for a month. Registered: `number` is the one of
    the paper slip, or empty for the next of the ranges of the body. Raises ValidationError, TransitionRefused.
    """
    day = day or timezone.localdate()
    if day > timezone.localdate():
        raise ValidationError({"day": "Cette date est dans le futur."})
    if mode == Dispatch.Mode.EMAIL and not address:
        raise ValidationError({"address": "Donnez l’adresse électronique du destinataire."})
    if mode != Dispatch.Mode.EMAIL:
        address = ""
    workflow.fire("send", letter, actor=actor, update={"sent_on": day}, data={"mode": mode})
    if mode == Dispatch.Mode.REGISTERED:
        number = " ".join(number.upper().split()) or _next_number(letter.organisation_id)
        if Dispatch.objects.filter(number=number).exists():
            raise ValidationError({"number": f"Le numéro {number} est déjà pris."})
    dispatch = Dispatch(letter=letter, mode=mode, day=day, address=address)
    if mode == Dispatch.Mode.REGISTERED:
        dispatch.number, dispatch.outcome = number, Dispatch.Outcome.WAITING
    dispatch.full_clean(validate_constraints=False)
    dispatch.save(force_insert=True)
    if mode == Dispatch.Mode.EMAIL:
        _post(dispatch)
    answer_by(letter, actor=actor, day=day)
    return dispatch


def _post(dispatch: Dispatch) -> None:
    """Put the message in the outbox: the letter itself is behind the link, never in the message."""
    letter = dispatch.letter
    link = absolute(reverse("mail:read", args=[key_of(dispatch)]))
    outbox.post(
        key=f"mail.dispatch:{dispatch.pk}",
        channel="email",
        address=dispatch.address,
        subject=f"Une lettre pour vous : {letter.organisation.name} ({letter.chrono})",
        body=(
            f"Bonjour,\n\nUne lettre vous attend, enregistrée sous le numéro {letter.chrono}. Lisez-la et gardez-la "
            f"ici, pendant un mois :\n{link}\n\n{letter.organisation.name}"
        ),
    )


def key_of(dispatch: Dispatch) -> str:
    """The secret of the page at which the recipient reads the letter."""
    return signing.TimestampSigner(salt=SALT).sign(str(dispatch.pk))


def opened_by(key: str) -> StoredFile | None:
    """The signed document that this key opens, for a month."""
    try:
        pk = signing.TimestampSigner(salt=SALT).unsign(key, max_age=MONTH)
    except signing.BadSignature:
        return None
    dispatch = Dispatch.objects.filter(pk=pk, mode=Dispatch.Mode.EMAIL).select_related("letter").first()
    if dispatch is None:
        return None
    return StoredFile.objects.about(dispatch.letter).filter(kind="signed").last()


@transaction.atomic
def deposit_registered(organisation: Organisation, *, actor) -> Deposit:
    """Put on one list all the registered letters of the body that are on none. Records "mail.deposit".

    Raises ValidationError when there is none.
    """
    if not access.can(actor, rights.SEND, organisation):
        raise PermissionDenied(rights.SEND)
    Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    waiting = Dispatch.objects.filter(
        letter__organisation=organisation, mode=Dispatch.Mode.REGISTERED, deposit=None
    ).select_for_update(of=("self",))
    numbers = [one.pk for one in waiting]
    if not numbers:
        raise ValidationError("Aucun recommandé n’attend de bordereau.")
    today = timezone.localdate()
    rank = Deposit.objects.filter(organisation=organisation, day=today).count() + 1
    deposit = Deposit.objects.create(organisation=organisation, day=today, rank=rank)
    Dispatch.objects.filter(pk__in=numbers).update(deposit=deposit)
    journal.record("mail.deposit", deposit, actor=actor, data={"letters": len(numbers)})
    return deposit


@transaction.atomic
def note_outcome(dispatch: Dispatch, *, actor, outcome: str, outcome_on: datetime.date) -> Dispatch:
    """What became of a registered letter, as its slip says. Records "mail.outcome" on the letter."""
    dispatch = Dispatch.objects.select_for_update(of=("self",)).select_related("letter").get(pk=dispatch.pk)
    if not rights.can_send(actor, dispatch.letter):
        raise PermissionDenied(rights.SEND)
    if not dispatch.day <= outcome_on <= timezone.localdate():
        raise ValidationError({"outcome_on": "Cette date se place entre l’envoi et aujourd’hui."})
    dispatch.outcome, dispatch.outcome_on = outcome, outcome_on
    dispatch.full_clean(validate_constraints=False)
    dispatch.save(update_fields=["outcome", "outcome_on"])
    journal.record("mail.outcome", dispatch.letter, actor=actor, data={"outcome": outcome})
    return dispatch


@transaction.atomic
def save_range(one: NumberRange, *, actor) -> NumberRange:
    """Keep a range of numbers given by the operator; it does not cross another. Records "mail.range"."""
    one.service = one.service.strip().upper()
    if one._state.adding:
        one.next = one.first or 0
    elif one.last is not None and one.last < one.next - 1:
        raise ValidationError({"last": "Des numéros après celui-ci sont déjà employés."})
    if one.first is not None and one.last is not None:
        if one.last < one.first:
            raise ValidationError({"last": "Le dernier numéro vient avant le premier."})
        if one.last >= 10**DIGITS:
            raise ValidationError({"last": "Dix chiffres au plus, sans la clé."})
        crossing = NumberRange.objects.filter(service=one.service, first__lte=one.last, last__gte=one.first)
        if crossing.exclude(pk=one.pk).exists():
            raise ValidationError({"first": "Une autre tranche contient déjà de ces numéros."})
    one.full_clean(validate_constraints=False)
    one.save()
    journal.record("mail.range", one, actor=actor)
    return one
