"""The team of a day, the meals, the menus."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare import kitchen
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, Dish, MealOrder, Shift, Site

AHEAD = datetime.timedelta(days=21)
NOON = datetime.time(12)


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
    """Order what is booked now; a later order says what has changed since. Raises Refused when nothing has.

    Records "childcare.meals", which writes to the kitchen. `actor` None = by itself.
    """
    Site.objects.select_for_update().get(pk=site.pk)
    now = kitchen.counts(site, day)
    last = MealOrder.objects.filter(site=site, day=day).order_by("-sent_at").first()
    changed = kitchen.changes(last, now) if last is not None else {}
    if last is not None and not changed:
        raise Refused("Rien n’a changé depuis la dernière commande.")
    order = MealOrder.objects.create(
        site=site, day=day, counts=dict(now), changes=changed, total=sum(now.values()), sent_by=account_of(actor)
    )
    data = {"day": day.isoformat(), "total": order.total, "order": order.pk}
    journal.record("childcare.meals", order, actor=actor, data=data)
    return order


def order_due_meals(now: datetime.datetime | None = None) -> int:
    """Order, site by site, what is past its hour and not ordered yet, and tell what has changed since an order.

    Until noon of the day itself. Run twice at once, it orders once: the site is locked, and an order that changes
    nothing is refused. Returns how many messages leave.
    """
    now = now or timezone.now()
    today, count = timezone.localtime(now).date(), 0
    sites = Site.objects.filter(is_active=True, meal_auto=True).exclude(kitchen_email="")
    for site in sites.order_by("pk"):
        rows = Booking.objects.filter(
            group__site=site, state="booked", unit__meal=True, day__range=(today, today + AHEAD)
        )
        ordered = MealOrder.objects.filter(site=site, day__range=(today, today + AHEAD))
        days = {*rows.values_list("day", flat=True).distinct(), *ordered.values_list("day", flat=True).distinct()}
        for day in sorted(days):
            noon = timezone.make_aware(datetime.datetime.combine(day, NOON))
            if kitchen.cut_off(site, day) <= now < noon:
                try:
                    order_meals(site, day, actor=None)
                    count += 1
                except Refused:
                    continue  # nothing has changed
    return count


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
