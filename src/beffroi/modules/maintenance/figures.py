"""What the maintenance counts: tiles of the desk, indicators that the roadmap may read."""

import datetime
from decimal import Decimal
from statistics import median

from beffroi.kernel.dated import midnight, midnight_after
from beffroi.modules.maintenance import statistics
from beffroi.modules.maintenance.models import Order, Part
from beffroi.modules.maintenance.restock import missing
from beffroi.modules.maintenance.workflow import OrderState
from beffroi.shared.organisations.models import Organisation


def _moments(since: datetime.date, until: datetime.date):
    return midnight(since), midnight_after(until)


def to_plan(user):
    """Orders that nobody has planned."""
    return Order.objects.visible_to(user).filter(state=OrderState.OPEN)


def late(user):
    """Unfinished orders past their date."""
    return Order.objects.visible_to(user).late()


def to_order(user):
    """Parts at their threshold or under, that nobody has ordered."""
    return missing(Part.objects.visible_to(user))


def finished(since, until):
    """Orders done in the period."""
    start, end = _moments(since, until)
    return Decimal(Order.objects.filter(state=OrderState.DONE, finished_at__gte=start, finished_at__lt=end).count())


def preventive_share(since, until):
    """Percentage of the orders done that are preventive; None without any."""
    start, end = _moments(since, until)
    done = Order.objects.filter(state=OrderState.DONE, finished_at__gte=start, finished_at__lt=end)
    total = done.count()
    return Decimal(100 * done.filter(nature__in=Order.PREVENTIVE).count()) / total if total else None


def repair_days(since, until):
    """Median days from the opening of a repair to its end (MTTR); None without any."""
    start, end = _moments(since, until)
    done = Order.objects.filter(
        state=OrderState.DONE, nature=Order.Nature.CORRECTIVE, finished_at__gte=start, finished_at__lt=end
    )
    days = [(ended - opened).total_seconds() / 86400 for opened, ended in done.values_list("created_at", "finished_at")]
    return Decimal(median(days)).quantize(Decimal("0.1")) if days else None


def backlog(since, until):
    """Orders open at the end of the period."""
    _start, end = _moments(since, until)
    opened = Order.objects.filter(created_at__lt=end)
    return Decimal(opened.exclude(finished_at__lt=end).count())


def _everything(since, until) -> statistics.Scope:
    return statistics.Scope(Organisation.objects.all(), since, until)


def between_failures(since, until):
    """Mean days between two failures of the same asset (MTBF); None without any."""
    return statistics.health(_everything(since, until), plans=False).mtbf


def to_repair(since, until):
    """Mean days from the opening of a repair to its end (MTTR); None without any."""
    return statistics.health(_everything(since, until), plans=False).mttr


def overdue_plans(since, until):
    """Works of plans not done at their date, at the end of the period, whether their order is open or not yet."""
    return Decimal(statistics.health(_everything(since, until)).overdue_plans)


def hours(since, until):
    """Hours of work noted in the period."""
    minutes = statistics.total(statistics.spent(_everything(since, until), "nature")).minutes
    return (Decimal(minutes) / 60).quantize(Decimal("0.1"))


def cost(since, until):
    """Euros spent in the period: time, parts, outside."""
    return statistics.total(statistics.spent(_everything(since, until), "nature")).total


def reaction(since, until):
    """Mean days from the opening of an order to its beginning; None without any."""
    return statistics.health(_everything(since, until), plans=False).reaction
