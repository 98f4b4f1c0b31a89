"""Where homes live: a change asked for with a proof, its answer field by field, what an agent reads at the counter."""

import datetime
from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Move, Residence
from beffroi.shared.files.actions import attach
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people import actions as people
from beffroi.shared.people.models import Household, Person

FIELDS = ("address", "postal_code", "city", "commune")


@transaction.atomic
def check_residence(household: Household, *, actor, commune: Commune | None, start: datetime.date) -> Residence:
    """Write that a proof was seen: this home lives in `commune` (None = outside the territory) from `start` on.

    What was written for later days no longer holds. What is invoiced already does not move. Records
    "childcare.residence".
    """
    Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    Residence.objects.filter(household=household, start__gte=start).delete()
    held = Residence.objects.create(household=household, commune=commune, start=start, checked_by=account_of(actor))
    if household.commune_id != held.commune_id:
        people.change_household(household, actor=actor, commune=commune)
    data = {"start": start.isoformat(), "commune": commune.code_insee if commune else ""}
    journal.record("childcare.residence", household, actor=actor, data=data)
    return held


def _asked(household: Household, values: Mapping) -> dict[str, list]:
    """{field: [before, after]} of what differs; the commune is asked for again as long as it was not proved."""
    before = {name: getattr(household, name) for name in FIELDS[:3]} | {"commune": household.commune_id}
    after = {name: values[name] for name in FIELDS[:3]} | {"commune": getattr(values["commune"], "pk", None)}
    last = Residence.objects.filter(household=household).order_by("-start").first()
    proved = last is not None and last.commune_id == after["commune"]
    changed = {name for name in FIELDS if before[name] != after[name]}
    if not proved and (after["commune"] or changed):
        changed.add("commune")
    return {name: [before[name], after[name]] for name in FIELDS if name in changed}


@transaction.atomic
def ask_move(household: Household, values: Mapping, *, actor, start: datetime.date, files: Collection) -> Move | None:
    """Ask for a change of address with its proof; None when nothing differs. `values` holds each of `FIELDS`.

    Nothing changes before an agent accepts: neither the address, nor the rate. Raises Refused without a proof, and
    while another request waits. Records "childcare.move".
    """
    held = Household.objects.select_for_update(no_key=True).get(pk=household.pk)
    fields = _asked(held, values)
    if not fields:
        return None
    if not files:
        raise Refused("Joignez un justificatif de domicile de moins de trois mois.")
    try:
        with transaction.atomic():
            move = Move.objects.create(household=held, fields=fields, start=start, author=account_of(actor))
    except IntegrityError as error:
        raise Refused("Une demande attend déjà la réponse du service.") from error
    attach(files, move)
    data = {"move": move.pk, "fields": sorted(fields), "start": start.isoformat()}
    journal.record("childcare.move", held, actor=actor, data=data)
    return move


@transaction.atomic
def withdraw_move(move: Move, *, actor) -> None:
    """The family takes back what no agent has answered. Raises Refused once it is answered."""
    held = Move.objects.select_for_update(of=("self",)).get(pk=move.pk)
    if held.decided_at is not None:
        raise Refused("Le service a déjà répondu.")
    held.decided_at, held.reason = timezone.now(), "Retirée par la famille."
    held.decisions = dict.fromkeys(held.fields, False)
    held.save(update_fields=["decided_at", "reason", "decisions"])
    journal.record("childcare.move_withdraw", held.household, actor=actor, data={"move": held.pk})


@transaction.atomic
def decide_move(
    move: Move, accepted: Collection[str], *, actor, start: datetime.date | None = None, reason: str = ""
) -> Move:
    """Accept some fields, refuse the others with the reason that the family reads.

    An accepted commune is proved from `start` on (the day that the family gave by default): it makes the rate. Those
    who live there and whose own address was that of the home follow it. Raises Refused: already answered, or a refusal
    without its reason. Records "childcare.move_decided", which tells the family.
    """
    held = Move.objects.select_for_update(of=("self",)).select_related("household").get(pk=move.pk)
    if held.decided_at is not None:
        raise Refused("Cette demande a déjà reçu une réponse.")
    kept = [name for name in FIELDS if name in held.fields and name in accepted]
    if len(kept) < len(held.fields) and not reason.strip():
        raise Refused("Dites à la famille pourquoi tout n’est pas accepté.")
    values: dict = {name: held.fields[name][1] for name in kept}
    if "commune" in values:
        pk = values["commune"]
        values["commune"] = Commune.objects.defer("outline").get(pk=pk) if pk else None
    _follow(held.household, values, actor)
    people.change_household(held.household, actor=actor, **values)
    if "commune" in values:
        household = Household.objects.get(pk=held.household_id)
        check_residence(household, actor=actor, commune=values["commune"], start=start or held.start)
    held.decisions = {name: name in kept for name in held.fields}
    held.reason, held.decided_at, held.decided_by = reason.strip(), timezone.now(), account_of(actor)
    held.save(update_fields=["decisions", "reason", "decided_at", "decided_by"])
    data = {"household": held.household_id, "accepted": kept}
    journal.record("childcare.move_decided", held, actor=actor, data=data)
    return held


def _follow(household: Household, values: Mapping, actor) -> None:
    """The members of a home who gave its address as theirs move with it: their invoices go to the new one."""
    members = Person.objects.filter(household_links__household=household, household_links__end=None)
    for person in members.filter(address=household.address, postal_code=household.postal_code):
        people.change_person(person, actor=actor, **values)
