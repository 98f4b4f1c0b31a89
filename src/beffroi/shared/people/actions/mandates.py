"""Mandates: given at the desk or from one's own space, proved, revoked."""

import datetime
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.models import User
from beffroi.shared.people.actions.codes import check_code, send_code
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import (
    LONGEST_MONTHS,
    Mandate,
    Person,
    RelativeInvitation,
    VerificationCode,
    months_later,
)

Consent = Mandate.Consent
PROVED_AT_ONCE = (Consent.PAPER, Consent.ORAL)
INVITATION = timedelta(days=14)


@transaction.atomic
def create_mandate(
    person: Person,
    *,
    actor,
    agent,
    quality: str,
    scope: str,
    consent: str,
    end: datetime.date,
    start: datetime.date | None = None,
    organisation=None,
    services: list[str] | None = None,
    agreed: bool = False,
) -> Mandate:
    """Record that `person` lets `agent` act for them.

    A signed paper or a consent given at the counter makes it valid at once, on the word of the agent who records it;
    by code or from the person's own space, it waits for the proof, unless it was `agreed` to already. Raises Refused:
    more than a year, or for oneself.
    """
    start = start or timezone.localdate()
    if end < start:
        raise Refused("La fin ne peut pas précéder le début.")
    if end > months_later(start, LONGEST_MONTHS):
        raise Refused("Un mandat dure un an au plus.")
    if person.user_id == agent.pk:
        raise Refused("On ne se donne pas mandat à soi-même.")
    mandate = Mandate.objects.create(
        reference=f"provisoire-{secrets.token_hex(4)}",
        person=person,
        agent=agent,
        organisation=organisation,
        quality=quality,
        services=sorted(services or []),
        scope=scope,
        consent=consent,
        start=start,
        end=end,
        agreed_at=timezone.now() if agreed or consent in PROVED_AT_ONCE else None,
    )
    mandate.reference = f"MAN-{start.year}-{mandate.pk:06d}"
    mandate.save(update_fields=["reference"])
    data = {"consent": consent, "quality": quality, "end": end.isoformat()}
    journal.record("people.mandate", mandate, actor=actor, data=data)
    if mandate.agreed_at:
        journal.record("people.mandate_agreed", mandate, actor=actor, data={"consent": consent})
    elif consent in (Consent.SMS, Consent.EMAIL):
        send_mandate_code(mandate, actor=actor)
    else:
        journal.record("people.mandate_proposed", mandate, actor=actor)
    return mandate


def create_relative_mandate(
    person: Person, *, actor, email: str, quality: str, scope: str, end: datetime.date, organisation=None, services=None
) -> Mandate:
    """Record at the desk, on a paper that the agent saw, that the holder of the account `email` acts for `person`.

    `quality` is RELATIVE (the person signed, Code civil art. 1984) or GUARDIAN (a decision or the law gives the
    quality, Code civil art. 382 and 425). Raises Refused: no such account, the agent themselves, the person, too long.
    """
    if quality not in (Mandate.Quality.RELATIVE, Mandate.Quality.GUARDIAN):
        raise Refused("Dites si la personne agit comme proche ou comme représentant légal.")
    agent = User.objects.filter(email__iexact=email.strip(), is_active=True, erased_at=None).first()
    if agent is None:
        raise Refused("Aucun compte n’a cette adresse : la personne qui agira crée d’abord le sien.")
    if agent == actor:
        raise Refused("C’est votre propre compte : pour un proche à vous, demandez à un collègue de l’enregistrer.")
    return create_mandate(
        person,
        actor=actor,
        agent=agent,
        quality=quality,
        scope=scope,
        consent=Consent.PAPER,
        end=end,
        organisation=organisation,
        services=services,
    )


def send_mandate_code(mandate: Mandate, *, actor) -> VerificationCode:
    """Send the person the code by which they agree. Raises Refused."""
    _still_waiting(mandate)
    return send_code(mandate.person, mandate.consent, actor=actor, mandate=mandate)


def _still_waiting(mandate: Mandate) -> None:
    if mandate.agreed_at or mandate.is_over:
        raise Refused("Ce mandat n’attend plus d’accord.")


def confirm_mandate(mandate: Mandate, digits: str, *, actor) -> None:
    """The person gave the code that they received: the mandate is valid. Raises WrongCode or Refused."""
    _still_waiting(mandate)
    check_code(mandate.person, mandate.consent, digits, mandate=mandate)
    _agree(mandate, actor=actor)


def agree_online(mandate: Mandate, *, actor) -> None:
    """The person agrees from their own account."""
    if mandate.person.user_id is None or actor.pk != mandate.person.user_id:
        raise Refused("Seule la personne peut donner son accord depuis son espace.")
    _agree(mandate, actor=actor)


@transaction.atomic
def _agree(mandate: Mandate, *, actor) -> None:
    held = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    _still_waiting(held)
    held.agreed_at = timezone.now()
    held.save(update_fields=["agreed_at"])
    journal.record("people.mandate_agreed", held, actor=actor, data={"consent": held.consent})


@transaction.atomic
def revoke_mandate(mandate: Mandate, *, actor, reason: str = "") -> None:
    """End it now: by the person, by its holder, or by the body that recorded it. Raises Refused when it is over."""
    held = Mandate.objects.select_for_update(of=("self",)).get(pk=mandate.pk)
    if held.is_over:
        raise Refused("Ce mandat est déjà terminé.")
    held.revoked_at = timezone.now()
    held.revoked_by = actor
    held.revoked_reason = reason.strip()
    held.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    held.codes.all().delete()
    journal.record("people.mandate_revoked", held, actor=actor)


@transaction.atomic
def invite_relative(person: Person, *, actor, email: str, scope: str, months: int, services: list[str] | None = None):
    """Ask a relative, by e-mail, to act for the person. Raises Refused: oneself, or one already asked."""
    if email.strip().lower() == actor.email.lower():
        raise Refused("Donnez l’adresse de votre proche, pas la vôtre.")
    now = timezone.now()
    waiting = person.relative_invitations.filter(mandate=None, withdrawn_at=None, expires_at__gt=now)
    if waiting.filter(email__iexact=email.strip()).exists():
        raise Refused("Une invitation attend déjà la réponse de cette personne.")
    if waiting.count() >= 5:
        raise Refused("Cinq invitations attendent déjà une réponse.")
    invitation = RelativeInvitation.objects.create(
        person=person,
        email=email.strip(),
        scope=scope,
        services=sorted(services or []),
        months=months,
        token=secrets.token_urlsafe(32),
        expires_at=now + INVITATION,
    )
    journal.record("people.relative_invited", invitation, actor=actor)
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: RelativeInvitation, *, actor) -> None:
    """The link that was sent is worth nothing more."""
    invitation.withdrawn_at = timezone.now()
    invitation.save(update_fields=["withdrawn_at"])
    journal.record("people.relative_withdrawn", invitation, actor=actor)


@transaction.atomic
def accept_invitation(invitation: RelativeInvitation, *, actor) -> Mandate:
    """The relative accepts: the mandate begins today. Raises Refused: too late, already answered, or oneself."""
    held = RelativeInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not held.is_open:
        raise Refused("Cette invitation n’est plus valable.")
    today = timezone.localdate()
    mandate = create_mandate(
        held.person,
        actor=actor,
        agent=actor,
        quality=Mandate.Quality.RELATIVE,
        scope=held.scope,
        services=held.services,
        consent=Consent.ONLINE,
        start=today,
        end=months_later(today, held.months),
        agreed=True,  # by sending the invitation from their own space
    )
    held.mandate = mandate
    held.save(update_fields=["mandate"])
    return mandate
