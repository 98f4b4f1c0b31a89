"""End an order, tell those who reported it, and keep both versions when two people end it."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.kernel.ui.formats import moment
from beffroi.modules.maintenance.actions.orders import lock_order, touch
from beffroi.modules.maintenance.actions.stock import release_parts
from beffroi.modules.maintenance.actions.work import stop_timers
from beffroi.modules.maintenance.models import Answer, Check, Closing, Order
from beffroi.modules.maintenance.workflow import OrderState, order_workflow
from beffroi.modules.reports.actions import add_repair_photos
from beffroi.modules.reports.models import Report
from beffroi.shared.cases.actions import move_case
from beffroi.shared.cases.models import Case
from beffroi.shared.files.actions import attach
from beffroi.shared.files.models import StoredFile

SIGNATURE = "signature"
# What an agent who works without network must know of, when somebody else did it.
MOVES = tuple(f"maintenance.{verb}" for verb in ("plan", "unplan", "update", "hold", "reopen"))


def missing_checks(order: Order) -> list[Check]:
    """The compulsory lines that nobody has answered: a remark alone is no answer."""
    answered = Answer.objects.filter(line__order=order, value__isnull=False).values("line")
    return list(order.checks.filter(required=True).exclude(pk__in=answered))


@transaction.atomic
def close_order(
    order: Order,
    *,
    actor,
    text: str = "",
    signatory: str = "",
    author_label: str = "",
    made_at=None,
    seen: int | None = None,
    client_uuid=None,
    photos=(),
    signature=(),
    check: bool = True,
) -> tuple[Closing, bool]:
    """End an order with its report; returns (closing, created).

    The first closing ends the order. When it has ended or been cancelled meanwhile, what this person did is kept beside
    (`applied` False) and the order is marked for the dispatcher: nothing is lost, a human sees both. When somebody else
    has only moved it since `seen` (the number of the last line of the journal about it, see `last_seen`), the work is
    done all the same, and the change is told. `signature` = at most one picture, which needs its `signatory`. Records
    "maintenance.finish" or "maintenance.dispute". Raises ValidationError while compulsory checks are unanswered, or
    without the name of who signs, where the order asks for it.
    """

    if (signature or order.needs_signature) and not signatory.strip():
        raise ValidationError({"signatory": "Écrivez le nom de la personne qui signe."})

    def create():
        lock_order(order)
        when = made_at or timezone.now()
        missing = missing_checks(order)
        if missing and not order.is_finished:
            names = ", ".join(f"« {line} »" for line in missing[:5])
            raise ValidationError(f"Il reste à répondre à {names}.")
        closing = Closing(
            order=order,
            author=account_of(actor),
            author_label=author_label,
            text=text.strip(),
            signatory=signatory.strip(),
            made_at=when,
            client_uuid=client_uuid,
            applied=not order.is_finished,
            conflict=_conflict(order, seen, actor),
        )
        closing.full_clean(exclude=["client_uuid"])
        closing.save(force_insert=True)
        attach(photos, closing)
        attach(signature, closing, kind=SIGNATURE)
        stop_timers(order, at=when, actor=actor)
        _apply(order, closing, actor, check)
        return closing

    return offline.once(Closing, client_uuid, create)


def _apply(order: Order, closing: Closing, actor, check: bool) -> None:
    """End the order by this report, or keep it beside the one that ended it."""
    if closing.conflict:
        order.disputed_at = timezone.now()
    elif actor is not None and order.can_be_managed_by(actor):
        order.disputed_at = None  # the dispatcher has looked, and ends it
    if not closing.applied:
        order.save(update_fields=["disputed_at"])
        journal.record("maintenance.dispute", order, actor=actor, data={"closing": closing.pk})
        return
    update = {"finished_at": closing.made_at, "version": order.version + 1, "disputed_at": order.disputed_at}
    update["started_at"] = order.started_at or closing.made_at
    order_workflow.fire("finish", order, actor=actor, update=update, check=check, data={"closing": closing.pk})
    release_parts(order, actor=actor)
    _resolve_reports(order, closing, actor)


def _conflict(order: Order, seen: int | None, actor) -> str:
    if order.state == OrderState.DONE:
        first = order.closings.filter(applied=True).order_by("-created_at").first()
        who = (first and (first.author or first.author_label)) or "quelqu’un d’autre"
        return f"Déjà terminé par {who}, le {moment(order.finished_at)}."[:250]
    if order.state == OrderState.CANCELLED:
        return f"Annulé entre-temps : {order.reason}"[:250]
    return _moved_since(order, seen, actor) if seen is not None else ""


def _moved_since(order: Order, seen: int, actor) -> str:
    """What somebody else did to the order while the agent worked, in words; empty when nothing."""
    lines = journal.lines_about(order).filter(id__gt=seen, verb__in=MOVES)
    account = account_of(actor)
    line = (lines.exclude(actor=account) if account else lines).last()
    if line is None:
        return ""
    start = line.data.get("start") or ""
    target = f" pour le {moment(datetime.datetime.fromisoformat(start))}" if start else ""
    who = f" par {line.actor}" if line.actor else ""
    return f"{journal.words(line.verb)}{target}{who}, pendant que l’agent travaillait."[:250]


def _resolve_reports(order: Order, closing: Closing, actor) -> None:
    """The reports whose every order has ended are resolved, and their authors told what was done."""
    linked = Case.objects.filter(orders__order=order, closed_at__isnull=True).order_by("pk")
    for case in linked:
        if Order.objects.unfinished().filter(report_links__case=case).exists():
            continue
        report = case.specific
        step = report.workflow.transitions.get("resolve")
        if step is not None and report.state in step.sources:
            reason = closing.text or "Le travail demandé a été fait."
            move_case(report, "resolve", actor=actor, reason=reason, check=False, at=closing.made_at)
            _show_repair(report, actor)


def _show_repair(case: Case, actor) -> None:
    """The photos of the works that answered a report follow it: its public page shows them « après »."""
    report = case.specific
    if isinstance(report, Report):
        ended = Closing.objects.filter(order__report_links__case=case.pk, applied=True)
        photos = [file for file in StoredFile.objects.about(*ended) if file.kind != SIGNATURE]
        add_repair_photos(report, photos, actor=actor)


@transaction.atomic
def settle_order(order: Order, *, actor, keep: Closing | None = None) -> Order:
    """A dispatcher has looked at the versions: the mark goes, all stay readable. `keep` = the report that counts for an
    order that is done, in place of the one that came first: its photos go to the reports too. Records
    "maintenance.settle"."""
    lock_order(order)
    if keep is not None and order.state == OrderState.DONE and not keep.applied:
        order.closings.update(applied=False)
        keep.applied = True
        keep.save(update_fields=["applied"])
        touch(order, finished_at=keep.made_at)
        for case in Case.objects.filter(orders__order=order, state="resolved").order_by("pk"):
            _show_repair(case, actor)
    elif order.disputed_at is None:
        return order
    order.disputed_at = None
    order.save(update_fields=["disputed_at"])
    journal.record("maintenance.settle", order, actor=actor, data={"closing": keep.pk} if keep else None)
    return order
