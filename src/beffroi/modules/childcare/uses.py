"""What a day comes to, in the words of the tariffs: whose it was, how long, and what became of it."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from beffroi.modules.childcare.income import quotient_on
from beffroi.modules.childcare.models import Booking, Child, ChildHome, Quotient, Unit
from beffroi.modules.childcare.residences import Residences
from beffroi.modules.childcare.supports import Supports
from beffroi.modules.childcare.taken import beneficiary
from beffroi.shared.billing import rates
from beffroi.shared.billing.models import Tariff

PREFIX = "childcare."
SOURCE = "childcare"


def code_of(unit: Unit) -> str:
    """The code that tariffs name."""
    return unit.tariff or f"{PREFIX}{unit.kind}"


def agreements() -> set[str]:
    """The INSEE codes of the communes for which a tariff of the childcare in force has a price of agreement."""
    rules = Tariff.objects.filter(unit__startswith=PREFIX, rule__has_key="agreements")
    today = timezone.localdate()
    open_ones = rules.filter(Q(end=None) | Q(end__gte=today))
    return {code for found in open_ones.values_list("rule__agreements", flat=True) for code in found or ()}


def beneficiaries(child: Child) -> list[str]:
    """All the names under which invoice lines may bear a child: theirs, and those of the files merged in theirs."""
    merged = Child.objects.filter(merged_into=child).values_list("pk", flat=True)
    return [beneficiary(pk) for pk in (child.pk, *merged)]


class Spent(NamedTuple):
    """A booking as the tariffs need it, and no column more: a month has hundreds of thousands of them.

    `held` is the attendance (None = nobody has ticked it yet), `absence`, the hours and `taken` what it says.
    """

    pk: int
    day: datetime.date
    child: int
    home: int
    unit: int
    quantity: int
    origin: str
    late: bool
    held: int | None
    absence: str | None
    arrived_at: datetime.datetime | None
    left_at: datetime.datetime | None
    taken: int | None

    @property
    def used(self) -> int:
        """How many are charged: those that were taken, else those that were booked."""
        return self.quantity if self.taken is None else self.taken

    @property
    def presence(self) -> rates.Presence:
        """What became of the booking; one cancelled too late is an absence."""
        if self.absence == "justified":
            return rates.Presence.EXCUSED
        if self.late or self.absence:
            return rates.Presence.ABSENT
        return rates.Presence.BOOKED if self.held is None else rates.Presence.PRESENT


COLUMNS = (
    "pk",
    "day",
    "child_id",
    "home_id",
    "unit_id",
    "quantity",
    "origin",
    "late",
    "attendance__pk",
    "attendance__absence",
    "attendance__arrived_at",
    "attendance__left_at",
    "attendance__quantity",
)


def spent(bookings: QuerySet[Booking]) -> Iterator[Spent]:
    """The bookings, day by day: one query."""
    return map(Spent._make, bookings.order_by("day", "pk").values_list(*COLUMNS))


def units_of(organisation_id: int) -> dict[int, Unit]:
    """{pk: unit} of a body, each with its activity: one query."""
    units = Unit.objects.filter(activity__organisation=organisation_id).select_related("activity")
    return {unit.pk: unit for unit in units}


class Families:
    """The quotient, the proved commune and the brothers and sisters of homes, read in a fixed number of queries."""

    def __init__(self, homes: Iterable[ChildHome]):
        self.homes = list(homes)
        households = {home.household_id: home.household for home in self.homes}
        links = ChildHome.objects.current().filter(household__in=households).select_related("child")
        self.children: dict[int, list[Child]] = defaultdict(list)
        for link in links.order_by("child__birth_date", "child_id"):
            self.children[link.household_id].append(link.child)
        self.quotients: dict[int, list] = defaultdict(list)
        self.residences = Residences(households)
        self.supports = Supports(home.pk for home in self.homes)
        for one in Quotient.objects.filter(household__in=households):
            self.quotients[one.household_id].append(one)

    def family(self, home: ChildHome, day: datetime.date) -> rates.Family:
        commune = self.residences.commune(home.household_id, day)
        support = self.supports.on(home.pk, day)
        fixed = support.quotient if support else None
        return rates.Family(
            qf=quotient_on(self.quotients[home.household_id], day) if fixed is None else fixed,
            commune=commune.code_insee if commune else "",
            children=max(len(self.children[home.household_id]), 1),
        )

    def rank(self, home: ChildHome, child_id: int) -> int:
        """1 for the eldest of the home, 2 for the next…"""
        ids = [child.pk for child in self.children[home.household_id]]
        return ids.index(child_id) + 1 if child_id in ids else 1

    def use(
        self, home: ChildHome, child: Child, unit: Unit, day: datetime.date, booking: Spent | None = None
    ) -> rates.Use:
        """A day of a child, for the home that pays; without `booking`, what it would be if everything goes as planned.

        What is charged by time counts the hours of the unit, or those of arrival and departure once known.
        """
        start, end, pickup = unit.starts, unit.ends, None
        if booking and booking.left_at:
            pickup = timezone.localtime(booking.left_at).time()
        if booking and unit.kind == Unit.Kind.HOUR:
            start = timezone.localtime(booking.arrived_at).time() if booking.arrived_at else start
            end = pickup or end
        return rates.Use(
            unit=code_of(unit),
            day=day,
            family=self.family(home, day),
            label=f"{unit.activity.name} : {unit.name}",
            subject=child.first_name,
            beneficiary=beneficiary(child.pk),
            age=child.age(day),
            rank=self.rank(home, child.pk),
            start=start,
            end=max(end, start),
            pickup=pickup,
            closing=unit.ends,
            key=str(booking.pk) if booking else "",
            quantity=Decimal(booking.used if booking else 1),
            presence=booking.presence if booking else rates.Presence.BOOKED,
            booked=booking is None or booking.origin != "unexpected",
        )
