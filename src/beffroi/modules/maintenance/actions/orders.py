"""Open an order, change it, give it, plan it, move it."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import access, journal, offline
from beffroi.kernel.access import account_of
from beffroi.kernel.ui.formats import day as day_words
from beffroi.modules.maintenance.access import VIEW, WORK
from beffroi.modules.maintenance.actions.stock import release_parts
from beffroi.modules.maintenance.models import Order, OrderReport
from beffroi.modules.maintenance.workflow import OrderState, order_workflow
from beffroi.shared.cases.actions import move_case, next_reference
from beffroi.shared.cases.locking import Changed
from beffroi.shared.cases.models import Case
from beffroi.shared.organisations.places import commune_at


def lock_order(order: Order) -> Order:
    """The same object as it is now, its row locked until the transaction ends."""
    order.refresh_from_db(from_queryset=Order.objects.select_for_update(of=("self",)))
    return order


def touch(order: Order, **fields) -> None:
    """Write `fields` and make the version grow."""
    for name, value in fields.items():
        setattr(order, name, value)
    order.version += 1
    order.save(update_fields=["version", *fields])


def _place(order: Order) -> None:
    """The place of an order is its own, else that of its asset."""
    asset = order.asset
    if order.location is None and asset is not None:
        order.location = asset.location or (asset.parent.location if asset.parent_id else None)
        order.address = order.address or asset.address
        order.commune_id = order.commune_id or asset.commune_id
    if order.location is not None:
        order.commune = commune_at(*order.location) or order.commune


def _check_body(order: Order) -> None:
    if order.team_id and order.team.organisation_id != order.organisation_id:
        raise ValidationError({"team": f"L’équipe {order.team} n’est pas de {order.organisation}."})


@transaction.atomic
def open_order(
    *, actor, reports: Iterable[Case] = (), assignees: Iterable = (), client_uuid=None, **fields
) -> tuple[Order, bool]:
    """Open an order; returns (order, created). A replay with the same `client_uuid` creates nothing.

    The first report gives its place to an order that has none. Records "maintenance.create". Raises ValidationError.
    """
    reports = list(reports)

    def create():
        order = Order(client_uuid=client_uuid, created_by=account_of(actor), **fields)
        if reports:
            _from_report(order, reports[0].specific)
        _place(order)
        _check_body(order)
        order.reference = next_reference("OT", timezone.localtime(order.created_at).year)
        order.full_clean()
        order.save(force_insert=True)
        _give(order, assignees)
        journal.record("maintenance.create", order, actor=actor, data={"origin": order.origin})
        link_reports(order, reports, actor=actor)
        if order.contractor_id:
            journal.record("maintenance.contract", order, actor=actor)
        return order

    return offline.once(Order, client_uuid, create)


def _from_report(order: Order, report) -> None:
    order.origin = Order.Origin.REPORT
    if order.location is None:
        order.location = getattr(report, "location", None)
        order.address = order.address or getattr(report, "address", "")
        order.commune_id = order.commune_id or report.commune_id


@transaction.atomic
def update_order(order: Order, *, actor, version: int | None = None, assignees=None, **changes) -> Order:
    """Correct what an order says. Raises Changed when it is no longer at `version`; records "maintenance.update"."""
    lock_order(order)
    if version is not None and version != order.version:
        raise Changed(order)
    changed = [name for name, value in changes.items() if getattr(order, name) != value]
    for name in changed:
        setattr(order, name, changes[name])
    if {"asset", "location"} & set(changed):
        _place(order)
    _check_body(order)
    order.full_clean()
    order.version += 1
    order.save()
    if assignees is not None:
        _give(order, assignees)
    journal.record("maintenance.update", order, actor=actor, data={"fields": changed})
    if "contractor" in changed and order.contractor_id:
        journal.record("maintenance.contract", order, actor=actor)
    return order


def _give(order: Order, assignees: Iterable) -> None:
    assignees = list(assignees)
    for person in assignees:
        if not access.can(person, WORK, order.organisation_id) and not access.can(person, VIEW, order.organisation_id):
            raise ValidationError({"assignees": f"{person} ne travaille pas pour {order.organisation}."})
    order.assignees.set(assignees)


@transaction.atomic
def plan_order(
    order: Order, *, actor, start=None, end=None, team=None, assignees=None, version: int | None = None
) -> Order:
    """Give an order to a team (and to agents) for a window; without `start`, it goes back to what is to plan.

    Raises Changed when it is no longer at `version`; ValidationError when the window is wrong or the order finished.
    Records "maintenance.plan" or "maintenance.unplan".
    """
    lock_order(order)
    if version is not None and version != order.version:
        raise Changed(order)
    if order.is_finished:
        raise ValidationError(f"L’ordre est « {order.get_state_display()} » : rouvrez-le d’abord.")
    order.planned_start, order.planned_end, order.team = start, end, team
    _check_body(order)
    order.full_clean()
    touch(order, planned_start=start, planned_end=end, team=team)
    if assignees is not None:
        _give(order, assignees)
    if start is not None and order.state in (OrderState.OPEN, OrderState.PLANNED):
        order_workflow.fire(
            "plan", order, actor=actor, data={"team": team and team.pk, "start": start.isoformat()}, check=False
        )
        _tell_reports(order, "schedule", f"Intervention prévue le {day_words(start)}.", actor)
    elif start is None and order.state == OrderState.PLANNED:
        order_workflow.fire("unplan", order, actor=actor, check=False)
    else:
        journal.record("maintenance.update", order, actor=actor, data={"fields": ["planned_start", "team"]})
    return order


def _tell_reports(order: Order, verb: str, reason: str, actor) -> None:
    """Move the reports that an order answers, where their own workflow has that step now."""
    for case in Case.objects.filter(orders__order=order, closed_at__isnull=True).order_by("pk"):
        report = case.specific
        step = report.workflow.transitions.get(verb)
        if step is not None and report.state in step.sources:
            move_case(report, verb, actor=actor, reason=reason, check=False)


@transaction.atomic
def move_order(order: Order, verb: str, *, actor, reason: str = "", at=None, check: bool = True) -> Order:
    """Take one step of the workflow; `at` = when it really happened. Raises ValidationError without its reason.

    Ending goes through `close_order`.
    """
    lock_order(order)
    step = order_workflow.transitions[verb]
    if step.reason and not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : l’équipe et le demandeur le liront."})
    update: dict[str, object] = {"version": order.version + 1}
    if step.reason:
        update["reason"] = reason.strip()
    if verb in ("start", "resume") and order.started_at is None:
        update["started_at"] = at or timezone.now()
    if verb == "cancel":
        update["finished_at"] = at or timezone.now()
    if verb == "reopen":
        update |= {"finished_at": None, "disputed_at": None}
    if verb == "unplan":
        update |= {"planned_start": None, "planned_end": None}
    order_workflow.fire(verb, order, actor=actor, update=update, check=check)
    if verb == "cancel":
        release_parts(order, actor=actor)
    return order


@transaction.atomic
def link_reports(order: Order, reports: Iterable[Case], *, actor) -> None:
    """Say which reports an order answers. Records "maintenance.link" on the order for each new one; where the order is
    planned, their authors are told the day. Raises ValidationError once the order is finished."""
    lock_order(order)
    added = False
    for report in reports:
        if order.is_finished:
            raise ValidationError(f"L’ordre est « {order.get_state_display()} » : rouvrez-le d’abord.")
        _link, created = OrderReport.objects.get_or_create(order=order, case_id=report.pk)
        if created:
            journal.record("maintenance.link", order, actor=actor, data={"case": report.reference})
            added = True
    if added and order.planned_start is not None:
        _tell_reports(order, "schedule", f"Intervention prévue le {day_words(order.planned_start)}.", actor)


@transaction.atomic
def unlink_report(order: Order, report: Case, *, actor) -> None:
    """The order does not answer this report after all. Records "maintenance.unlink". Raises ValidationError once the
    order is finished."""
    lock_order(order)
    if order.is_finished:
        raise ValidationError(f"L’ordre est « {order.get_state_display()} » : rouvrez-le d’abord.")
    removed, _details = OrderReport.objects.filter(order=order, case_id=report.pk).delete()
    if removed:
        journal.record("maintenance.unlink", order, actor=actor, data={"case": report.reference})
