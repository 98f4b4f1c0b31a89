"""The team of a day, the meals, the menus."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare import kitchen
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Dish, MealOrder, Shift, Site


@transaction.atomic
def start_shift(site: Site, *, actor, at=None) -> Shift:
    """« J’arrive »: a facilitator is there. On another site, their day there ends first."""
    at = at or timezone.now()
    held = Shift.objects.select_for_update().filter(worker=actor, left_at=None).first()
    day = timezone.localtime(at).date()
    if held is not None and held.site_id == site.pk and held.day == day:
        return held
    if held is not None:
        held.left_at = max(held.arrived_at, at)
        held.save(update_fields=["left_at"])
    shift = Shift.objects.create(site=site, day=day, worker=actor, arrived_at=at)
    journal.record("childcare.shift", site, actor=actor, data={"shift": shift.pk})
    return shift


@transaction.atomic
def end_shift(site: Site, *, actor, at=None) -> None:
    """« Je pars »."""
    held = Shift.objects.select_for_update().filter(worker=actor, site=site, left_at=None).first()
    if held is None:
        raise Refused("Vous n’êtes pas pointé sur ce site.")
    held.left_at = max(held.arrived_at, at or timezone.now())
    held.save(update_fields=["left_at"])
    journal.record("childcare.shift_end", site, actor=actor, data={"shift": held.pk})


@transaction.atomic
def order_meals(site: Site, day: datetime.date, *, actor) -> MealOrder:
    """Order what is booked now; a later order says what has changed since. Records "childcare.meals"."""
    Site.objects.select_for_update().get(pk=site.pk)
    now = kitchen.counts(site, day)
    last = MealOrder.objects.filter(site=site, day=day).order_by("-sent_at").first()
    if last is not None and not kitchen.changes(last, now):
        raise Refused("Rien n’a changé depuis la dernière commande.")
    order = MealOrder.objects.create(site=site, day=day, counts=dict(now), total=sum(now.values()), sent_by=actor)
    data = {"day": day.isoformat(), "total": order.total, "order": order.pk}
    journal.record("childcare.meals", order, actor=actor, data=data)
    return order


@transaction.atomic
def save_dish(dish: Dish, *, actor) -> Dish:
    """Write a dish of a menu."""
    dish.updated_at = timezone.now()
    dish.full_clean()
    dish.save()
    journal.record("childcare.dish", dish.site, actor=actor, data={"day": dish.day.isoformat()})
    return dish


@transaction.atomic
def remove_dish(dish: Dish, *, actor) -> None:
    """Take a dish off a menu."""
    journal.record("childcare.dish", dish.site, actor=actor, data={"day": dish.day.isoformat()})
    dish.delete()
