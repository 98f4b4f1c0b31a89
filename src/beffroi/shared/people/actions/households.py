"""Homes: who lives together, from when to when. A person may live in two."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import Household, HouseholdMember, Person


@transaction.atomic
def create_household(*, actor, person: Person, relation: str = "", start: datetime.date | None = None, **values):
    """Write a home in which `person` lives."""
    household = Household.objects.create(**values)
    journal.record("people.household", household, actor=actor)
    add_member(household, person, actor=actor, relation=relation, start=start)
    return household


@transaction.atomic
def change_household(household: Household, *, actor, **values) -> list[str]:
    """Change its name or address; returns what changed. Raises ValidationError."""
    Household.objects.select_for_update().get(pk=household.pk)
    changed = [name for name, value in values.items() if getattr(household, name) != value]
    for name in changed:
        setattr(household, name, values[name])
    if changed:
        household.full_clean()
        household.save(update_fields=changed)
        journal.record("people.household_update", household, actor=actor, data={"fields": sorted(changed)})
    return changed


@transaction.atomic
def add_member(
    household: Household, person: Person, *, actor, relation: str = "", start: datetime.date | None = None
) -> HouseholdMember:
    """Say that a person lives there. Raises Refused when they already do."""
    Household.objects.select_for_update().get(pk=household.pk)
    if household.members.filter(person=person, end=None).exists():
        raise Refused(f"{person} est déjà dans ce foyer.")
    member = HouseholdMember.objects.create(
        household=household, person=person, relation=relation, start=start or timezone.localdate()
    )
    journal.record("people.household_join", household, actor=actor, data={"person": person.pk})
    return member


@transaction.atomic
def end_membership(member: HouseholdMember, *, actor, end: datetime.date | None = None) -> None:
    """Say that a person no longer lives there. Raises Refused for a day before they came."""
    end = end or timezone.localdate()
    if end < member.start:
        raise Refused("La personne ne peut pas quitter le foyer avant d’y être entrée.")
    member.end = end
    member.save(update_fields=["end"])
    data = {"person": member.person_id, "end": end.isoformat()}
    journal.record("people.household_leave", member.household, actor=actor, data=data)
