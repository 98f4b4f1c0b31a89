"""Keep plans and meters; open the orders that they ask for."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.actions.checks import set_checks
from beffroi.modules.maintenance.actions.orders import open_order
from beffroi.modules.maintenance.models import Meter, Occurrence, Order, Plan, Reading, Trigger

# A date that falls on a day off is done some days before, or after.
LONGEST_SHIFT = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Due:
    """An order that a plan asks for: `regular` is the date of the rule, `day` the working day on which it is done."""

    plan: Plan
    asset: object | None
    regular: datetime.date
    day: datetime.date


@transaction.atomic
def save_plan(plan: Plan, *, actor, assets=None) -> Plan:
    """Add or change a plan; orders already opened stay as they are. Records "maintenance.plan_save"."""
    if plan.team_id and plan.team.organisation_id != plan.organisation_id:
        raise ValidationError({"team": f"L’équipe {plan.team} n’est pas de {plan.organisation}."})
    if not all(isinstance(month, int) and 1 <= month <= 12 for month in plan.months):
        raise ValidationError({"months": "Choisissez des mois."})
    plan.full_clean()
    plan.save()
    if assets is not None:
        assets = list(assets)
        if any(asset.organisation_id != plan.organisation_id for asset in assets):
            raise ValidationError({"assets": "Un équipement appartient à une autre organisation."})
        plan.assets.set(assets)
    journal.record("maintenance.plan_save", plan, actor=actor)
    return plan


def due_of(plan: Plan, until: datetime.date) -> Iterator[Due]:
    """What a plan asks for up to `until`, without what it has already opened: the preview and the generation.

    For many plans, read them by `Plan.objects.with_dates()`: no query is then made here.
    """
    done = {(o.asset_id, o.due_on): o for o in plan.occurrences.all()}
    assets = [None] if plan.is_round else list(plan.assets.all()) or [None]
    rule = plan.rule
    for asset in assets:
        pk = asset and asset.pk
        if plan.origin == Plan.Origin.SCHEDULED:
            for regular in rule.between(plan.start, until):
                if (pk, regular) not in done:
                    yield Due(plan, asset, regular, rule.shifted(regular))
            continue
        last = max((o for (of, _day), o in done.items() if of == pk), key=lambda o: o.due_on, default=None)
        regular = _after_completion(plan, last)
        if regular is not None and regular <= until:
            yield Due(plan, asset, regular, rule.shifted(regular))


def overdue_of(plan: Plan, day: datetime.date) -> list[Due]:
    """What a plan in force asked for before `day` and that nobody has opened yet. With the orders that it has opened
    and that are past their date, these are its late works: a work is late once its date is over, opened or not."""
    return [due for due in due_of(plan, day + LONGEST_SHIFT) if due.day < day] if plan.is_active else []


def _after_completion(plan: Plan, last: Occurrence | None) -> datetime.date | None:
    """The next date when it counts from the end of the last order; None while that one is not finished."""
    if last is None:
        return plan.start
    if last.order.finished_at is None:
        return None
    finished = timezone.localtime(last.order.finished_at).date()
    rule = plan.rule.__class__(**{**plan.rule.__dict__, "start": finished})
    return rule.after(max(finished, last.due_on))


@transaction.atomic
def open_due(due: Due, *, actor) -> tuple[Order, bool]:
    """Open the order of one date; returns (order, created). Two runs at once give one order: the plan is locked."""
    Plan.objects.select_for_update().get(pk=due.plan.pk)
    existing = Occurrence.objects.filter(plan=due.plan, asset=due.asset, due_on=due.regular).first()
    if existing is not None:
        return existing.order, False
    plan = due.plan
    order, _created = open_order(
        actor=actor,
        organisation=plan.organisation,
        title=plan.name,
        description=plan.description,
        safety=plan.safety,
        nature=plan.nature,
        priority=plan.priority,
        team=plan.team,
        asset=due.asset,
        needs_signature=plan.needs_signature,
        origin=Order.Origin.PLAN,
        due_on=due.day,
    )
    if plan.checklist_id:
        for asset in plan.assets.all() if plan.is_round else [None]:
            set_checks(order, plan.checklist.lines, actor=actor, asset=asset)
    Occurrence.objects.create(plan=plan, asset=due.asset, due_on=due.regular, order=order)
    return order, True


def generate(*, today: datetime.date | None = None, actor=None, organisations=None) -> int:
    """Open what every active plan (of `organisations`, if given) asks for, each in its own transaction: a run that is
    killed goes on at the next one.
    Returns how many orders were opened."""
    today = today or timezone.localdate()
    count = 0
    plans = Plan.objects.filter(is_active=True).with_dates()
    if organisations is not None:
        plans = plans.filter(organisation__in=organisations)
    for plan in plans.order_by("pk").iterator(chunk_size=500):
        for due in list(due_of(plan, today + datetime.timedelta(days=plan.ahead_days))):
            count += open_due(due, actor=actor)[1]
    return count


@transaction.atomic
def save_meter(meter: Meter, *, actor) -> Meter:
    """Add or change a meter. Records "maintenance.meter"."""
    meter.full_clean()
    meter.save()
    journal.record("maintenance.meter", meter, actor=actor)
    return meter


@transaction.atomic
def save_trigger(trigger: Trigger, *, actor) -> Trigger:
    """Add or change what a meter asks for. Records "maintenance.trigger"."""
    trigger.full_clean()
    trigger.save()
    journal.record("maintenance.trigger", trigger, actor=actor)
    return trigger


@transaction.atomic
def read_meter(meter: Meter, value, *, actor, at=None, client_uuid=None) -> tuple[Reading, bool]:
    """Note a reading, and open the orders that it asks for; returns (reading, created).

    A cumulative meter refuses a value smaller than an earlier one, or greater than a later one. Records
    "maintenance.reading".
    """
    at = at or timezone.now()

    def create():
        Meter.objects.select_for_update().get(pk=meter.pk)
        if meter.is_cumulative:
            before = meter.readings.filter(at__lte=at).order_by("-at").first()
            after = meter.readings.filter(at__gt=at).order_by("at").first()
            if before is not None and value < before.value:
                raise ValidationError({"value": f"Le relevé précédent était de {before.value:n} {meter.unit}."})
            if after is not None and value > after.value:
                raise ValidationError({"value": f"Un relevé plus récent est de {after.value:n} {meter.unit}."})
        reading = Reading(
            meter=meter, value=value, at=at, author=account_of(actor), client_uuid=client_uuid, made_at=at
        )
        reading.full_clean(exclude=["client_uuid"])
        reading.save(force_insert=True)
        journal.record("maintenance.reading", meter, actor=actor, data={"value": str(value)})
        for trigger in meter.triggers.filter(is_active=True).select_related("organisation", "team", "checklist"):
            _fire(trigger, reading, actor)
        return reading

    return offline.once(Reading, client_uuid, create)


def _fire(trigger: Trigger, reading: Reading, actor) -> None:
    if not trigger.is_reached_by(reading.value):
        return
    wait = datetime.timedelta(days=trigger.wait_days)
    if trigger.fired_at is not None and reading.at < trigger.fired_at + wait:
        return
    order, _created = open_order(
        actor=actor,
        organisation=trigger.organisation,
        title=trigger.name,
        description=f"{trigger.meter} : {reading.value:n}.",
        nature=Order.Nature.PREVENTIVE,
        team=trigger.team,
        asset=trigger.meter.asset,
        origin=Order.Origin.METER,
    )
    if trigger.checklist_id:
        set_checks(order, trigger.checklist.lines, actor=actor)
    trigger.fired_at = reading.at
    if trigger.meter.is_cumulative and trigger.comparison == Trigger.Comparison.MORE:
        trigger.base = reading.value
    trigger.save(update_fields=["fired_at", "base"])
