"""Desks, circuits, delegations."""

from collections.abc import Iterable
from datetime import timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.signing.models import Circuit, CircuitStep, Delegation, Desk, Holder


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
    circuit.full_clean()
    circuit.save()
    circuit.steps.all().delete()
    for step in steps:
        step.pk, step.circuit = None, circuit
        step.full_clean(exclude=["circuit"])
        step.save(force_insert=True)
    journal.record("signing.circuit", circuit, actor=actor)
    return circuit


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
