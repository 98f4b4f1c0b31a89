"""The other parent of a home: invited by e-mail or by a code on paper, then answering for its children."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import ChildHome, Guardian, ParentInvitation
from beffroi.shared.people import actions as people
from beffroi.shared.people.models import Household

VALID = datetime.timedelta(days=30)
MOST = 3


@transaction.atomic
def invite_parent(household: Household, *, actor, relation: str, email: str = "") -> ParentInvitation:
    """Invite somebody to answer for the children of a home; with an address, the link is sent there.

    Raises Refused past three invitations that wait. Records "childcare.invite", which sends the link.
    """
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    waiting = ParentInvitation.objects.open().filter(household=household)
    if waiting.count() >= MOST:
        raise Refused("Trois invitations attendent déjà une réponse : retirez-en une d’abord.")
    if email and waiting.filter(email__iexact=email).exists():
        raise Refused("Une invitation attend déjà la réponse de cette adresse.")
    invitation = ParentInvitation.objects.create(
        household=household,
        relation=relation,
        email=email,
        created_by=account_of(actor),
        expires_at=timezone.now() + VALID,
    )
    journal.record("childcare.invite", invitation, actor=actor, data={"household": household.pk})
    return invitation


@transaction.atomic
def withdraw_invitation(invitation: ParentInvitation, *, actor) -> None:
    """The link and the code are worth nothing more."""
    held = ParentInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not held.is_open:
        raise Refused("Cette invitation n’attend plus de réponse.")
    held.withdrawn_at = timezone.now()
    held.save(update_fields=["withdrawn_at"])
    journal.record("childcare.invite_withdraw", held, actor=actor)


@transaction.atomic
def accept_invitation(invitation: ParentInvitation, *, actor) -> list[Guardian]:
    """The owner of the account answers for the children of the home from now on, and is one of its members.

    Raises Refused: over, already there, or in the other home of each of its children. Records "childcare.guardian"
    for each child, and "childcare.invite_accept", which tells those of the home.
    """
    held = ParentInvitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if not held.is_open:
        raise Refused("Cette invitation n’est plus valable.")
    person = people.person_of(actor)
    elsewhere = Guardian.objects.active().filter(person=person).values("home__child")
    homes = ChildHome.objects.current().filter(household=held.household_id, child__erased_at=None)
    if homes.filter(guardians__person=person, guardians__end=None).exists():
        raise Refused("Vous êtes déjà dans ce foyer.")
    joined = list(homes.exclude(child__in=elsewhere).select_related("child").order_by("pk"))
    if not joined:
        raise Refused("Aucun enfant de ce foyer ne peut vous être relié : appelez le service enfance.")
    made = [Guardian.objects.create(home=home, person=person, relation=held.relation) for home in joined]
    for guardian in made:
        journal.record("childcare.guardian", guardian.home.child, actor=actor, data={"home": guardian.home_id})
    household = Household.objects.get(pk=held.household_id)
    if not household.members.filter(person=person, end=None).exists():
        people.add_member(household, person, actor=actor, relation="parent")
    held.accepted_at = timezone.now()
    held.save(update_fields=["accepted_at"])
    journal.record("childcare.invite_accept", held, actor=actor, data={"children": len(made)})
    return made
