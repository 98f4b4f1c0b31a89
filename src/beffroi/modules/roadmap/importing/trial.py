"""An import shown before it is done, and done only if nothing is wrong with it."""

from dataclasses import dataclass, field

from django.db import transaction

from beffroi.modules.roadmap import snapshots
from beffroi.modules.roadmap.importing.reading import Fault, Workbook
from beffroi.modules.roadmap.importing.writing import Writer
from beffroi.modules.roadmap.models import Plan

# Stands for the reason that will be asked when the import is applied.
PENDING = "motif à donner"


@dataclass
class Outcome:
    """What the import does: `changes` as `snapshots.compare` tells them, `faults` line by line."""

    changes: list[dict] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        return not self.faults

    @property
    def does_nothing(self) -> bool:
        return self.is_sound and not self.changes


class _Undo(Exception):
    """Leaves the transaction of a trial."""


def rehearse(plan: Plan, book: Workbook, *, actor) -> Outcome:
    """Everything that would change and everything that would be refused; nothing stays written."""
    outcome = Outcome()
    try:
        with transaction.atomic():
            outcome = _run(plan, book, actor=actor, reason=PENDING)
            raise _Undo
    except _Undo:
        return outcome


def apply(plan: Plan, book: Workbook, *, actor, reason: str) -> Outcome:
    """Write the workbook, all of it or nothing."""
    outcome = Outcome()
    try:
        with transaction.atomic():
            Plan.objects.select_for_update().get(pk=plan.pk)
            outcome = _run(plan, book, actor=actor, reason=reason)
            if outcome.faults:
                raise _Undo
    except _Undo:
        pass
    return outcome


def _run(plan: Plan, book: Workbook, *, actor, reason: str) -> Outcome:
    before = snapshots.take(plan)
    writer = Writer(plan, book, actor=actor, reason=reason)
    if not book.faults:
        writer.write()
    faults = sorted([*book.faults, *writer.faults], key=lambda fault: (fault.sheet, fault.line, fault.column))
    return Outcome(snapshots.compare(before, snapshots.take(plan)), faults)
