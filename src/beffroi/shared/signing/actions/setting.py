"""Desks, circuits, delegations."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.signing.models import (
    Circuit,
    CircuitStep,
    Delegation,
    Desk,
    Detail,
    Holder,
    ModuleKey,
    Nature,
    Route,
    Rule,
)


@transaction.atomic
def save_desk(desk: Desk, *, actor, holders: Iterable) -> Desk:
    """Add or change a desk; `holders` are the accounts that hold it from now on. Records "signing.desk"."""
    desk.full_clean()
    _check_heads(desk)
    desk.save()
    wanted = {user.pk for user in holders}
    today = timezone.localdate()
    for holder in desk.holders.active().exclude(user__in=wanted):
        if holder.start >= today:
            holder.delete()
        else:
            holder.end = today - timedelta(days=1)
            holder.save(update_fields=["end"])
    kept = set(desk.holders.active().values_list("user_id", flat=True))
    Holder.objects.bulk_create(
        [Holder(desk=desk, user_id=pk, start=today) for pk in sorted(wanted - kept)], ignore_conflicts=True
    )
    journal.record("signing.desk", desk, actor=actor)
    return desk


def _check_heads(desk: Desk) -> None:
    above, seen = desk.head, set()
    while above is not None and above.pk not in seen:
        if above.pk == desk.pk:
            raise ValidationError({"head": "Un bureau ne peut pas être au-dessus de lui-même."})
        seen.add(above.pk)
        above = above.head


@transaction.atomic
def save_circuit(circuit: Circuit, *, actor, steps: Iterable[CircuitStep]) -> Circuit:
    """Add or change a circuit and its steps; the folders already sent keep theirs. Records "signing.circuit"."""
    steps = list(steps)
    if not steps:
        raise ValidationError("Donnez au moins une étape.")
    _check_ranks(steps)
    circuit.full_clean()
    circuit.save()
    circuit.steps.all().delete()
    for step in steps:
        step.pk, step.circuit = None, circuit
        if step.desk is None and step.route == Route.DESK:
            step.route = Route.ABOVE
        step.full_clean(exclude=["circuit"])
        step.save(force_insert=True)
    journal.record("signing.circuit", circuit, actor=actor)
    return circuit


def _check_ranks(steps: list[CircuitStep]) -> None:
    """« One of this rank is enough » is said of all the steps of the rank, or of none."""
    by_rank: dict[int, set[bool]] = {}
    for step in steps:
        by_rank.setdefault(step.position, set()).add(step.alternative)
    mixed = [str(rank) for rank, said in by_rank.items() if len(said) > 1]
    if mixed:
        raise ValidationError(f"Au rang {', '.join(mixed)}, « l’un suffit » se dit de toutes les étapes ou d’aucune.")


@transaction.atomic
def save_delegation(delegation: Delegation, *, actor, may_manage: bool) -> Delegation:
    """Somebody stands in for a desk. Its holder decides it alone, or whoever manages the sign-book. Records
    "signing.delegate"."""
    is_holder = delegation.desk.holders.active().filter(user=actor).exists()
    if not (is_holder or may_manage):
        raise PermissionDenied("signing.delegate")
    delegation.full_clean()
    delegation.save()
    journal.record("signing.delegate", delegation, actor=actor)
    return delegation


@transaction.atomic
def stop_delegation(delegation: Delegation, *, actor, may_manage: bool) -> None:
    """End a delegation today, or drop it if it has not begun. Records "signing.stop_delegation" on its desk."""
    is_holder = delegation.desk.holders.active().filter(user=actor).exists()
    if not (is_holder or may_manage):
        raise PermissionDenied("signing.delegate")
    yesterday = timezone.localdate() - timedelta(days=1)
    journal.record("signing.stop_delegation", delegation.desk, actor=actor)
    if delegation.start > yesterday:
        delegation.delete()
    else:
        delegation.end = yesterday
        delegation.save(update_fields=["end"])


@transaction.atomic
def save_nature(nature: Nature, *, actor, details: Iterable[Detail], rules: Iterable[Rule]) -> Nature:
    """Add or change a nature of folder, its questions and its rules; those that are not given are dropped, and the
    folders already prepared keep what it said. Records "signing.nature"."""
    nature.full_clean()
    nature.save()
    details, rules = list(details), list(rules)
    nature.details.exclude(pk__in=[one.pk for one in details if one.pk]).delete()
    for detail in details:
        detail.nature = nature
        detail.full_clean()
        detail.save()
    nature.rules.exclude(pk__in=[one.pk for one in rules if one.pk]).delete()
    for rule in rules:
        if rule.detail is not None and rule.detail.nature_id != nature.pk:
            raise ValidationError("Une règle porte sur un renseignement d’une autre nature.")
        if rule.circuit.organisation_id != nature.organisation_id:
            raise ValidationError("Une règle mène à un circuit d’une autre collectivité.")
        rule.nature = nature
        rule.full_clean()
        rule.save()
    journal.record("signing.nature", nature, actor=actor)
    return nature


@transaction.atomic
def save_key(key: ModuleKey, *, actor) -> ModuleKey:
    """Say that a key of the module is a person's; nothing secret is kept. Records "signing.key"."""
    key.full_clean()
    key.save()
    journal.record("signing.key", key, actor=actor)
    return key
