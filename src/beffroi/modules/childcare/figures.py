"""What the childcare counts: the dashboard, the tiles, the indicators of the roadmap. Counts, never names."""

import datetime
from collections import defaultdict
from decimal import Decimal

from django.db.models import Count, DurationField, ExpressionWrapper, Q, Sum
from django.db.models.functions import Lower, Upper
from django.utils import timezone

from beffroi.kernel.counting import counted_together
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.income import quotient_on
from beffroi.modules.childcare.models import (
    Booking,
    Child,
    ChildHome,
    Document,
    Excuse,
    Likeness,
    Move,
    Place,
    Proposal,
    Quotient,
)

BANDS = ((400, "0 à 400"), (600, "401 à 600"), (900, "601 à 900"), (1200, "901 à 1 200"), (None, "plus de 1 200"))
NO_QUOTIENT = "inconnu"
LENGTH = ExpressionWrapper(Upper("during") - Lower("during"), output_field=DurationField())
FEWEST = 5  # under five children, a cell says nothing that could name somebody


def band_of(value: int | None) -> str:
    """The band of a quotient, in words."""
    if value is None:
        return NO_QUOTIENT
    return next(label for upto, label in BANDS if upto is None or value <= upto)


def held(since: datetime.date, until: datetime.date, user=None):
    """The bookings that took place, or will, between two days."""
    rows = Booking.objects.filter(state="booked", day__range=(since, until))
    return rows if user is None else rows & Booking.objects.visible_to(user)


def _came(since: datetime.date, until: datetime.date):
    """Those of them that nobody missed."""
    return held(since, until).filter(Q(attendance=None) | Q(attendance__absence=""))


def fill_rate(since: datetime.date, until: datetime.date) -> Decimal | None:
    """Places taken out of those that were open, in %, over all groups and parts of the day; None without places."""
    found = Place.objects.filter(day__range=(since, until)).exclude(slot__startswith="=")
    sums = found.aggregate(taken=Sum("taken"), capacity=Sum("capacity"))
    return Decimal(100 * sums["taken"]) / sums["capacity"] if sums["capacity"] else None


def children(since: datetime.date, until: datetime.date) -> Decimal:
    """Different children who came."""
    return Decimal(held(since, until).values("child").distinct().count())


def hours(since: datetime.date, until: datetime.date) -> Decimal:
    """Hours of childcare booked and not missed."""
    came = _came(since, until)
    total = came.aggregate(total=Sum(LENGTH))["total"]
    return Decimal(total.total_seconds()) / 3600 if total else Decimal(0)


def waiting(since: datetime.date, until: datetime.date) -> Decimal:
    """Days asked for between two days that are still on a waiting list."""
    return Decimal(Booking.objects.filter(state="waiting", day__range=(since, until)).count())


def to_do(user) -> int:
    """What waits for an agent: changes asked for, moves, documents to check, absences to judge; one query."""
    files = Child.objects.visible_to(user, REGISTER)
    absences = Booking.objects.visible_to(user, REGISTER).filter(attendance__absence="waiting", attendance__excuse=None)
    waiting = (
        Proposal.objects.filter(decided_at=None, child__in=files),
        Document.objects.filter(checked_at=None, refused_at=None, child__in=files),
        Move.objects.waiting().visible_to(user),
        Likeness.objects.waiting().visible_to(user),
        Excuse.objects.waiting().visible_to(user),
        absences,
    )
    return sum(counted_together(waiting))


def expected_today(user) -> int:
    """Children expected today."""
    today = timezone.localdate()
    return held(today, today, user).values("child").distinct().count()


def by_group(user, since: datetime.date, until: datetime.date) -> list[dict]:
    """For each group: places open, taken, fill rate, days on a waiting list."""
    places = Place.objects.filter(day__range=(since, until), group__activity__organisation__isnull=False)
    rows = (
        places.exclude(slot__startswith="=")
        .values("group", "group__name", "group__site__name", "group__activity__name")
        .annotate(open=Sum("capacity"), held=Sum("taken"))
        .order_by("group__site__name", "group__activity__name", "group__name")
    )
    queues = dict(
        Booking.objects.filter(state="waiting", day__range=(since, until))
        .values_list("group")
        .annotate(Count("pk"))
        .values_list("group", "pk__count")
    )
    return [
        {
            "site": row["group__site__name"],
            "activity": row["group__activity__name"],
            "group": row["group__name"],
            "open": row["open"],
            "taken": row["held"],
            "rate": Decimal(100 * row["held"]) / row["open"] if row["open"] else None,
            "waiting": queues.get(row["group"], 0),
        }
        for row in rows
    ]


def _hours_by_home(since, until):
    """[(home, commune, hours, children)] of those who came."""
    rows = _came(since, until).exclude(home=None)
    return rows.values_list("home__household", "home__household__commune__name").annotate(
        total=Sum(LENGTH), count=Count("child", distinct=True)
    )


def by_commune_and_band(since: datetime.date, until: datetime.date) -> list[dict]:
    """Hours and children by commune and band of quotient; a line of fewer than five children joins « Autres »."""
    quotients = defaultdict(list)
    for one in Quotient.objects.filter(month__lte=until):
        quotients[one.household_id].append(one)
    found: dict[tuple[str, str], list] = defaultdict(lambda: [Decimal(0), 0])
    for household, commune, total, count in _hours_by_home(since, until):
        cell = found[commune or "hors territoire", band_of(quotient_on(quotients[household], until))]
        cell[0] += Decimal(total.total_seconds()) / 3600
        cell[1] += count
    lines = [
        {"commune": commune, "band": band, "hours": hours, "children": count}
        for (commune, band), (hours, count) in sorted(found.items())
        if count >= FEWEST
    ]
    few = [(hours, count) for (hours, count) in found.values() if count < FEWEST]
    if sum(count for _hours, count in few) >= FEWEST:
        total_hours, total = sum((one for one, _count in few), Decimal(0)), sum(count for _hours, count in few)
        lines.append({"commune": "Autres", "band": "toutes", "hours": total_hours, "children": total})
    return lines


def homes_without_quotient() -> int:
    """Homes that pay the highest price because nobody knows their quotient."""
    known = Quotient.objects.values("household")
    return ChildHome.objects.current().filter(~Q(household__in=known)).values("household").distinct().count()
