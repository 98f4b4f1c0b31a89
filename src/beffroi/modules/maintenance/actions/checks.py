"""The checklist of an order, and its answers."""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.actions.orders import open_order
from beffroi.modules.maintenance.models import Answer, Check, Checklist, Order
from beffroi.shared.files.actions import attach

FIELDS = ("label", "kind", "unit", "minimum", "maximum", "choices", "faults", "required")


def clean_lines(lines: Iterable[Mapping]) -> list[dict]:
    """The lines of a list, checked by the model that will hold them. Raises ValidationError naming the line."""
    clean = []
    for rank, line in enumerate(lines, start=1):
        if extra := line.keys() - set(FIELDS):
            raise ValidationError(f"Ligne {rank} : « {', '.join(sorted(extra))} » est inconnu.")
        check = Check(position=rank, **line)
        try:
            check.clean_fields(exclude=["order"])
        except ValidationError as error:
            raise ValidationError(f"Ligne {rank} : {' '.join(error.messages)}") from error
        if check.kind == Check.Kind.CHOICE and len(check.choices) < 2:
            raise ValidationError(f"Ligne {rank} : donnez au moins deux choix.")
        if strange := [one for one in check.faults if one not in check.choices]:
            raise ValidationError(f"Ligne {rank} : « {', '.join(strange)} » n’est pas un de ses choix.")
        if check.minimum is not None and check.maximum is not None and check.minimum > check.maximum:
            raise ValidationError(f"Ligne {rank} : le minimum dépasse le maximum.")
        kept = {name: getattr(check, name) for name in FIELDS}
        kept["minimum"] = None if check.minimum is None else str(check.minimum)
        kept["maximum"] = None if check.maximum is None else str(check.maximum)
        clean.append(kept)
    return clean


@transaction.atomic
def save_checklist(checklist: Checklist, *, actor) -> Checklist:
    """Add or change a ready list; the orders already opened keep theirs. Records "maintenance.checklist"."""
    checklist.lines = clean_lines(checklist.lines)
    if not checklist.lines:
        raise ValidationError({"lines": "Une liste contient au moins un point."})
    checklist.full_clean()
    checklist.save()
    journal.record("maintenance.checklist", checklist, actor=actor)
    return checklist


@transaction.atomic
def set_checks(order: Order, lines: Iterable[Mapping], *, actor, asset=None) -> list[Check]:
    """Add lines at the end of an order's list, about `asset` in a round. Records "maintenance.checks"."""
    clean = clean_lines(lines)
    rank = order.checks.count()
    made = [
        Check(order=order, asset=asset, position=rank + number, **line) for number, line in enumerate(clean, start=1)
    ]
    Check.objects.bulk_create(made)
    journal.record("maintenance.checks", order, actor=actor, data={"count": len(made)})
    return list(order.checks.filter(position__gt=rank))


def _open_repair(check: Check, answer: Answer, actor) -> None:
    """A fault found by an inspection opens an order, unless the one that the same line opened is not finished."""
    order = Order.objects.unfinished().filter(found_by__line=check).first()
    if order is None:
        asset = check.asset or check.order.asset
        order, _created = open_order(
            actor=actor,
            organisation=check.order.organisation,
            team=check.order.team,
            title=f"{check.label} : {answer.value}"[:160],
            description=answer.comment,
            asset=asset,
            location=None if asset else check.order.location,
            commune=None if asset else check.order.commune,
            origin=Order.Origin.INSPECTION,
            priority=Order.Priority.HIGH,
        )
    answer.opened_order = order
    answer.save(update_fields=["opened_order"])


@transaction.atomic
def answer_check(
    check: Check, value, *, actor, comment: str = "", made_at=None, client_uuid=None, files=()
) -> tuple[Answer | None, bool]:
    """Keep an answer beside those that exist; returns (answer, created), (None, False) for an empty one. A remark
    without a value leaves the last value as it is.

    `made_at` = when the agent answered: an answer made without network takes its place by it. Raises ValidationError.
    Records "maintenance.answer".
    """
    clean = check.clean_answer(value)
    files = list(files)
    if check.kind == Check.Kind.PHOTO and files:
        clean = "photo"
    if clean is None and not comment.strip():
        return None, False

    def create():
        answer = Answer.objects.create(
            line=check,
            author=account_of(actor),
            value=clean,
            comment=comment.strip()[:250],
            fault=check.is_fault(clean),
            made_at=made_at or timezone.now(),
            client_uuid=client_uuid,
        )
        attach(files, answer)
        if answer.fault and check.order.nature == Order.Nature.INSPECTION:
            _open_repair(check, answer, actor)
        journal.record("maintenance.answer", check.order, actor=actor, data={"line": check.pk, "fault": answer.fault})
        return answer

    return offline.once(Answer, client_uuid, create)
