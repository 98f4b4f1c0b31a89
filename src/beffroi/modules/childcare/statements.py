"""What the CAF and the MSA ask of the body that receives children: hours done and hours charged.

By quarter, kind of structure, site, age (under six, six and more, on the day) and scheme of the family. The scheme is
that of the fund which gave the quotient familial of the home. Hours done = from arrival to departure when both were
ticked, else those of the unit that was booked; hours charged = those of the units that the family owes, absences that
are not justified and late cancellations included. Source: Cnaf, prestation de service des accueils de loisirs.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import BooleanField, Case, Count, DateField, F, Func, Q, Sum, When
from django.db.models.functions import ExtractQuarter
from django.utils import timezone

from beffroi.modules.childcare.figures import LENGTH
from beffroi.modules.childcare.models import Activity, Booking, Quotient

SCHEMES = {"CAF": "Régime général", "CNAF": "Régime général", "MSA": "Régime agricole"}
UNKNOWN = "Non connu"
YOUNG, OLD = "moins de 6 ans", "6 ans et plus"
HOURS = Decimal(3600)
CENT = Decimal("0.01")
STRUCTURES = dict(Activity.Structure.choices)


class SixthBirthday(Func):
    """The day on which somebody turns six."""

    template = "((%(expressions)s + interval '6 years')::date)"
    output_field = DateField()


CAME = Q(state="booked") & (Q(attendance=None) | Q(attendance__absence=""))
OWED = (Q(state="booked") & ~Q(attendance__absence="justified")) | (
    Q(state="cancelled", late=True) & ~Q(attendance__absence="justified")
)
TICKED = Q(attendance__arrived_at__isnull=False, attendance__left_at__isnull=False)
DONE = Case(When(TICKED, then=F("attendance__left_at") - F("attendance__arrived_at")), default=LENGTH)


@dataclass
class Line:
    """Hours of one quarter, structure, site, age and scheme; `children` = different children who came."""

    quarter: int
    structure: str
    site: str
    age: str
    scheme: str
    done: Decimal = Decimal(0)
    charged: Decimal = Decimal(0)
    visits: int = 0
    unticked: int = 0
    children: int = 0

    @property
    def cells(self) -> list:
        """In the order of `HEADERS`."""
        return [
            f"T{self.quarter}",
            self.structure,
            self.site,
            self.age,
            self.scheme,
            self.done.quantize(CENT),
            self.charged.quantize(CENT),
            self.visits,
            self.unticked,
            self.children,
        ]


HEADERS = (
    "Trimestre",
    "Accueil",
    "Site",
    "Âge",
    "Régime",
    "Heures réalisées",
    "Heures facturées",
    "Venues",
    "dont non pointées",
    "Enfants différents",
)
WIDTHS = (10, 36, 26, 16, 18, 18, 18, 10, 18, 18)


@dataclass
class Statement:
    """The lines of a year, or of one of its quarters, and their sums."""

    year: int
    quarter: int | None
    lines: list[Line] = field(default_factory=list)

    @property
    def span(self) -> tuple[datetime.date, datetime.date]:
        return span(self.year, self.quarter)

    @property
    def done(self) -> Decimal:
        return sum((line.done for line in self.lines), Decimal(0)).quantize(CENT)

    @property
    def charged(self) -> Decimal:
        return sum((line.charged for line in self.lines), Decimal(0)).quantize(CENT)

    @property
    def unticked(self) -> int:
        return sum(line.unticked for line in self.lines)

    @property
    def unknown(self) -> Decimal:
        """Hours done of families whose scheme nobody knows."""
        return sum((line.done for line in self.lines if line.scheme == UNKNOWN), Decimal(0)).quantize(CENT)

    @property
    def by_scheme(self) -> list[tuple[str, str, Decimal, Decimal]]:
        """(scheme, age, hours done, hours charged): what the form of the fund wants."""
        found: dict[tuple[str, str], list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
        for line in self.lines:
            found[line.scheme, line.age][0] += line.done
            found[line.scheme, line.age][1] += line.charged
        return [(*key, done.quantize(CENT), charged.quantize(CENT)) for key, (done, charged) in sorted(found.items())]


def span(year: int, quarter: int | None = None) -> tuple[datetime.date, datetime.date]:
    """The first and the last day of a year or of a quarter."""
    if quarter is None:
        return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    first = datetime.date(year, 3 * quarter - 2, 1)
    after = datetime.date(year + quarter // 4, 3 * quarter % 12 + 1, 1)
    return first, after - datetime.timedelta(days=1)


def _rows(user, year: int, quarter: int | None):
    """The bookings that happened, or are owed, up to today."""
    since, until = span(year, quarter)
    until = min(until, timezone.localdate())
    rows = Booking.objects.visible_to(user).filter(CAME | OWED, day__range=(since, until)).exclude(home=None)
    return rows.annotate(
        quarter=ExtractQuarter("day"),
        young=Case(
            When(day__lt=SixthBirthday(F("child__birth_date")), then=True), default=False, output_field=BooleanField()
        ),
    )


def _hours(length: datetime.timedelta | None) -> Decimal:
    return Decimal(length.total_seconds()) / HOURS if length else Decimal(0)


def _schemes(until: datetime.date) -> dict[int, str]:
    """{household: scheme}, by the last fund that answered for it before a day."""
    rows = Quotient.objects.filter(month__lte=until).exclude(provider="").order_by("month")
    return {household: SCHEMES.get(fund, UNKNOWN) for household, fund in rows.values_list("household", "provider")}


SUMS = {
    "done": Sum(DONE, filter=CAME),
    "charged": Sum(LENGTH, filter=OWED),
    "visits": Count("pk", filter=CAME),
    "unticked": Count("pk", filter=CAME & ~TICKED),
}


def read(user, year: int, quarter: int | None = None) -> Statement:
    """The statement of the sites that an agent sees, in two queries."""
    schemes = _schemes(span(year, quarter)[1])
    found: dict[tuple, Line] = {}
    groups = _rows(user, year, quarter).values_list(
        "quarter", "activity__structure", "group__site__name", "young", "home__household", "child"
    )
    children: dict[tuple, set[int]] = defaultdict(set)
    for number, structure, site, young, household, child, done, charged, visits, unticked in (
        groups.annotate(**SUMS).order_by().iterator(chunk_size=5000)
    ):
        key = (number, STRUCTURES[structure], site, YOUNG if young else OLD, schemes.get(household, UNKNOWN))
        line = found.setdefault(key, Line(*key))
        line.done += _hours(done)
        line.charged += _hours(charged)
        line.visits += visits
        line.unticked += unticked
        if visits:
            children[key].add(child)
    for key, line in found.items():
        line.children = len(children[key])
    order = sorted(found, key=lambda one: (*one[:3], one[3] != YOUNG, one[4]))
    return Statement(year, quarter, [found[key] for key in order])


NAMED_HEADERS = (
    "Nom",
    "Prénom",
    "Né(e) le",
    "Commune",
    "Régime",
    "Accueil",
    "Site",
    "Trimestre",
    "Heures réalisées",
    "Heures facturées",
    "Venues",
)


def named(user, year: int, quarter: int | None = None, scheme: str = "") -> Iterator[list]:
    """One line a child, home, structure, site and quarter: the list by name that a fund may check on the spot."""
    schemes = _schemes(span(year, quarter)[1])
    rows = _rows(user, year, quarter).values_list(
        "child__last_name",
        "child__first_name",
        "child__birth_date",
        "home__household__commune__name",
        "home__household",
        "activity__structure",
        "group__site__name",
        "quarter",
    )
    sums = {name: SUMS[name] for name in ("done", "charged", "visits")}
    order = ("child__last_name", "child__first_name", "child__birth_date", "home__household", "quarter")
    for last, first, born, commune, household, structure, site, number, done, charged, visits in (
        rows.annotate(**sums).order_by(*order).iterator(chunk_size=5000)
    ):
        held = schemes.get(household, UNKNOWN)
        if scheme in ("", held):
            yield [
                last,
                first,
                born,
                commune or "hors territoire",
                held,
                STRUCTURES[structure],
                site,
                f"T{number}",
                _hours(done).quantize(CENT),
                _hours(charged).quantize(CENT),
                visits,
            ]
