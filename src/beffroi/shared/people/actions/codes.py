"""Codes of six digits: sent to an address or a telephone, checked, worth ten minutes and five tries."""

import secrets
import uuid
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from beffroi.kernel import journal, limits
from beffroi.kernel.notices import filling, outbox, sms
from beffroi.shared.people.errors import Refused, WrongCode
from beffroi.shared.people.models import Mandate, Person, VerificationCode

LIFETIME = timedelta(minutes=10)
MOST_TRIES = 5
MOST_CODES, HOUR = 5, 3600
Channel = VerificationCode.Channel


def _digest(code: VerificationCode, digits: str) -> str:
    about = f"{code.person_id}:{code.mandate_id}:{code.channel}:{code.address}:{digits}"
    return salted_hmac("beffroi.people.codes", about, algorithm="sha256").hexdigest()


def can_send(channel: str) -> bool:
    """Can this installation send a code that way?"""
    return channel == Channel.EMAIL or sms.is_available()


@transaction.atomic
def send_code(person: Person, channel: str, *, actor, mandate: Mandate | None = None) -> VerificationCode:
    """Send a new code to the person's address or telephone; those sent before by that way are worth nothing more.

    Raises Refused: no address, impossible number, no SMS here, or more than five codes in an hour.
    """
    address = (person.reach if mandate else person.email) if channel == Channel.EMAIL else person.phone
    if not address:
        raise Refused("Il manque l’adresse ou le numéro où envoyer le code.")
    if not can_send(channel):
        raise Refused("Cette installation n’envoie pas de SMS.")
    if channel == Channel.SMS:
        try:
            address = sms.international(address)
        except sms.SmsRefused:
            raise Refused("Ce numéro ne peut pas recevoir de SMS.") from None
    try:
        limits.limit_key("people.codes", f"{channel}:{address.lower()}", most=MOST_CODES, seconds=HOUR)
    except limits.TooMany:
        raise Refused("Trop de codes ont été envoyés : recommencez dans une heure.") from None
    VerificationCode.objects.filter(person=person, channel=channel, mandate=mandate, used_at=None).delete()
    digits = f"{secrets.randbelow(10**6):06d}"
    now = timezone.now()
    code = VerificationCode(person=person, mandate=mandate, channel=channel, address=address, expires_at=now + LIFETIME)
    code.digest = _digest(code, digits)
    code.save()
    subject, body = _words(digits, channel, mandate)
    outbox.post(
        key=f"people.code:{uuid.uuid4()}", channel=channel, address=address, subject=subject, body=body, ephemeral=True
    )
    journal.record("people.code_sent", person, actor=actor, data={"channel": channel})
    return code


def _words(digits: str, channel: str, mandate: Mandate | None) -> tuple[str, str]:
    name = filling.territory().name
    if mandate is None:
        what = "pour vérifier que cette adresse est la vôtre" if channel == Channel.EMAIL else "pour vérifier ce numéro"
    else:
        what = f"pour accepter que {mandate.agent} agisse pour vous ({mandate.scope})"
    if channel == Channel.SMS:
        return "Votre code", f"{name} : {digits} est votre code {what}. Valable 10 minutes."
    return "Votre code de vérification", (
        f"Bonjour,\n\nVoici votre code {what} :\n\n{digits}\n\nIl est valable dix minutes. Si vous n’avez rien "
        "demandé, ne le donnez à personne."
    )


def check_code(person: Person, channel: str, digits: str, *, mandate: Mandate | None = None) -> VerificationCode:
    """The code, marked as used, if these are its digits. Raises WrongCode, having counted the try.

    The try is committed by itself: a caller's transaction that fails afterwards must not give it back.
    """
    digits = "".join(one for one in digits if one.isdigit())
    with transaction.atomic():
        code = (
            VerificationCode.objects.select_for_update()
            .filter(person=person, channel=channel, mandate=mandate, used_at=None)
            .order_by("-created_at")
            .first()
        )
        alive = code is not None and code.expires_at > timezone.now() and code.attempts < MOST_TRIES
        right = alive and constant_time_compare(code.digest, _digest(code, digits))
        if alive:
            code.attempts += 1
            code.used_at = timezone.now() if right else None
            code.save(update_fields=["attempts", "used_at"])
    if right:
        return code
    if not alive:
        raise WrongCode("Ce code n’est plus valable : envoyez-en un nouveau.")
    left = MOST_TRIES - code.attempts
    raise WrongCode(
        f"Ce n’est pas le bon code. Il reste {left} essai{'s' if left > 1 else ''}."
        if left
        else "Ce n’est pas le bon code. Envoyez-en un nouveau."
    )


def verify_contact(person: Person, channel: str, digits: str, *, actor) -> None:
    """Mark the person's address or telephone as verified, if the code is right. Raises WrongCode."""
    code = check_code(person, channel, digits)
    with transaction.atomic():
        held = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
        current = held.email if channel == Channel.EMAIL else sms.international(held.phone or "0")
        if current != code.address:
            raise WrongCode("L’adresse ou le numéro a changé : envoyez un nouveau code.")
        name = "email_verified_at" if channel == Channel.EMAIL else "phone_verified_at"
        setattr(held, name, timezone.now())
        held.save(update_fields=[name])
        journal.record("people.verify", held, actor=actor, data={"channel": channel})
