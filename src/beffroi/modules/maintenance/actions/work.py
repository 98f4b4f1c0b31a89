"""Time spent, outside costs, hourly rates, absences."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.actions.orders import move_order
from beffroi.modules.maintenance.models import Absence, Expense, Labour, Order, Rate
from beffroi.modules.maintenance.workflow import OrderState

MAX_HOURS = 24


def rate_of(order: Order, day):
    """What an hour costs on `day`, in euros: the team's rate, else that of the body, else 0."""
    rates = Rate.objects.filter(organisation=order.organisation_id, start__lte=day)
    rates = rates.filter(Q(team=order.team_id) | Q(team__isnull=True)).order_by(
        F("team").asc(nulls_last=True), "-start"
    )
    found = rates.first()
    return found.amount if found else 0


def _labour(order: Order, worker, start, end, **fields) -> Labour:
    labour = Labour(
        order=order, worker=worker, start=start, end=end, rate=rate_of(order, timezone.localdate(start)), **fields
    )
    labour.full_clean(exclude=["client_uuid"])
    if end is not None and end - start > datetime.timedelta(hours=MAX_HOURS):
        raise ValidationError({"end": f"{MAX_HOURS} heures au plus par saisie."})
    labour.save(force_insert=True)
    return labour


@transaction.atomic
def start_timer(order: Order, *, actor, at=None, client_uuid=None) -> tuple[Labour, bool]:
    """Start counting the actor's time, and start the order; returns (labour, created).

    One time at once for each person: what ran on another order stops at that moment. A start that comes late, when
    another time already runs since, counts until that one began. Records "maintenance.timer".
    """

    def create():
        when = at or timezone.now()
        running = Labour.objects.select_for_update(of=("self",)).filter(worker=actor, end__isnull=True).first()
        if running is not None and running.order_id == order.pk:
            return running
        later = running is not None and running.start > when
        if running is not None and not later:
            stop_timer(running, actor=actor, at=when)
        end = running.start if later else None
        labour = _labour(order, actor, when, end, client_uuid=client_uuid, made_at=when)
        if order.state in (OrderState.OPEN, OrderState.PLANNED):
            move_order(order, "start", actor=actor, at=when)
        elif order.state == OrderState.HELD:
            move_order(order, "resume", actor=actor, at=when)
        journal.record("maintenance.timer", order, actor=actor, data={"labour": labour.pk})
        return labour

    return offline.once(Labour, client_uuid, create)


@transaction.atomic
def stop_timer(labour: Labour, *, actor, at=None) -> Labour:
    """Stop counting; less than a minute counts for one. Does nothing when it is stopped already. Records
    "maintenance.timer_stop"."""
    labour.refresh_from_db(from_queryset=Labour.objects.select_for_update(of=("self",)))
    if labour.end is None:
        labour.end = max(at or timezone.now(), labour.start + datetime.timedelta(minutes=1))
        labour.save(update_fields=["end"])
        journal.record("maintenance.timer_stop", labour.order, actor=actor, data={"labour": labour.pk})
    return labour


def stop_timers(order: Order, *, at, actor) -> None:
    """Stop everyone's time on an order that ends."""
    for labour in order.labours.filter(end__isnull=True):
        stop_timer(labour, actor=actor, at=at)


@transaction.atomic
def stop_my_timer(order: Order, *, actor, at=None) -> Labour | None:
    """Stop the actor's time on this order, if it ran at that moment; a replay finds nothing to stop."""
    running = order.labours.filter(worker=actor, end__isnull=True, start__lte=at or timezone.now()).first()
    return stop_timer(running, actor=actor, at=at) if running is not None else None


@transaction.atomic
def add_labour(order: Order, *, actor, worker, start, end, comment: str = "", client_uuid=None) -> tuple[Labour, bool]:
    """Note a time already spent; returns (labour, created). Raises ValidationError when it covers another time of the
    same person. Records "maintenance.labour"."""

    def create():
        if start and end and Labour.objects.filter(worker=worker, start__lt=end, end__gt=start).exists():
            raise ValidationError({"start": f"Une autre saisie de {worker} couvre déjà ce moment."})
        labour = _labour(order, worker, start, end, comment=comment.strip()[:200], client_uuid=client_uuid)
        journal.record("maintenance.labour", order, actor=actor, data={"labour": labour.pk})
        return labour

    return offline.once(Labour, client_uuid, create)


@transaction.atomic
def remove_labour(labour: Labour, *, actor) -> None:
    """Take back a wrong time. Records "maintenance.labour_remove" with what it was."""
    data = {"worker": labour.worker_id, "start": labour.start.isoformat(), "minutes": labour.minutes}
    journal.record("maintenance.labour_remove", labour.order, actor=actor, data=data)
    labour.delete()


@transaction.atomic
def add_expense(order: Order, *, actor, client_uuid=None, **fields) -> tuple[Expense, bool]:
    """Note an outside cost; returns (expense, created). Records "maintenance.expense"."""

    def create():
        expense = Expense(order=order, author=account_of(actor), client_uuid=client_uuid, **fields)
        expense.full_clean(exclude=["client_uuid"])
        expense.save(force_insert=True)
        journal.record("maintenance.expense", order, actor=actor, data={"amount": str(expense.amount)})
        return expense

    return offline.once(Expense, client_uuid, create)


@transaction.atomic
def remove_expense(expense: Expense, *, actor) -> None:
    """Take back a wrong cost. Records "maintenance.expense_remove" with what it was."""
    data = {"label": expense.label, "amount": str(expense.amount)}
    journal.record("maintenance.expense_remove", expense.order, actor=actor, data=data)
    expense.delete()


@transaction.atomic
def set_rate(rate: Rate, *, actor) -> Rate:
    """Say what an hour costs from a day on; times already noted keep theirs. Records "maintenance.rate"."""
    rate.full_clean()
    rate.save()
    journal.record("maintenance.rate", rate, actor=actor, data={"amount": str(rate.amount)})
    return rate


@transaction.atomic
def add_absence(absence: Absence, *, actor) -> Absence:
    """Say that an agent is away. Records "maintenance.absence" on the body: the line names nobody."""
    absence.full_clean()
    absence.save()
    journal.record("maintenance.absence", absence.organisation, actor=actor)
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, actor) -> None:
    """The agent is there after all. Records "maintenance.absence" on the body."""
    journal.record("maintenance.absence", absence.organisation, actor=actor)
    absence.delete()
