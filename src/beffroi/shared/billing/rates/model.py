"""The words of pricing: what was used, what it costs, and the table that says how. Nothing here reads the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from enum import StrEnum


class Presence(StrEnum):
    """What became of a booking. What is absent with a good reason is not charged."""

    BOOKED = "booked"
    PRESENT = "present"
    ABSENT = "absent"
    EXCUSED = "excused"


class Zone(StrEnum):
    """Where the family lives, for the price: a commune of the list, one with an agreement, or elsewhere."""

    RESIDENT = "resident"
    AGREEMENT = "agreement"
    OUTSIDE = "outside"


ZONES = {
    Zone.RESIDENT: "habitant du territoire",
    Zone.AGREEMENT: "commune sous convention",
    Zone.OUTSIDE: "hors territoire",
}


class Period(StrEnum):
    """Over how long late collections are counted."""

    MONTH = "month"
    QUARTER = "quarter"
    SCHOOL_YEAR = "school_year"


PERIODS = {
    Period.MONTH: "dans le mois",
    Period.QUARTER: "dans le trimestre",
    Period.SCHOOL_YEAR: "dans l’année scolaire",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Who pays. `qf` = the quotient familial in euros, None = unknown, charged at the highest price.

    `commune` = INSEE code of the home. `children` = dependent children (for effort rates that depend on them).
    """

    qf: int | None = None
    commune: str = ""
    children: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """One thing used, or booked, on one day.

    `unit` is the code that tariffs name ("childcare.day"); `label` what is written on the invoice; `subject` for whom
    (a first name); `key` identifies it in its own module, `beneficiary` who used it ("childcare:45"). `age` in whole
    years, `rank` among the brothers and sisters (1 = the first to pay full price). `start`/`end` for what is charged by
    time. `booked` False = came without booking. `pickup` = when the child was collected, `closing` = when it should
    have been.
    """

    unit: str
    day: date
    family: Family
    label: str = ""
    subject: str = ""
    key: str = ""
    beneficiary: str = ""
    age: int | None = None
    rank: int = 1
    quantity: Decimal = Decimal(1)
    presence: Presence = Presence.PRESENT
    booked: bool = True
    start: time | None = None
    end: time | None = None
    pickup: time | None = None
    closing: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is charged for one use, in cents; `explanation` says in French how it was computed.

    `amount` = `quantity` × `unit_price` to the nearest cent. `kind` is "unit", "penalty" or "cap" (negative). `care` =
    the part of `amount` that pays for looking after a child, without meal nor penalty (CGI, art. 200 quater B).
    """

    label: str
    quantity: Decimal
    unit_price: int
    amount: int
    explanation: str
    unit: str = ""
    subject: str = ""
    day: date | None = None
    key: str = ""
    kind: str = "unit"
    tariff: int | None = None
    beneficiary: str = ""
    care: int = 0


Prices = Mapping[Zone, int]


@dataclass(frozen=True, slots=True)
class Band:
    """Prices in cents up to and including a quotient familial; `upto` None = no upper end."""

    upto: int | None
    prices: Prices


@dataclass(frozen=True, slots=True)
class Effort:
    """A share of the quotient familial: `rates` by number of dependent children, the last one for more."""

    rates: tuple[Decimal, ...]
    floor: Prices
    ceiling: Prices


@dataclass(frozen=True, slots=True)
class Clock:
    """Prices are per hour, counted by steps of so many minutes begun; at least `minimum`, at most `maximum` minutes."""

    step: int = 15
    minimum: int = 0
    maximum: int = 0


@dataclass(frozen=True, slots=True)
class SpecialPrice:
    """From a day to a day, the price is multiplied by `factor` (0 = free), with the reason that families read."""

    start: date
    end: date
    factor: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Penalties:
    """`unbooked` multiplies what was not booked; `absent` is the share due when absent without a good reason.

    Late collection, after `late_grace` minutes: `late_amount` cents for each `late_step` minutes begun. With
    `late_from` (3 = from the third on), each time in a `late_period` costs that amount, child by child, and the minutes
    are not counted.
    """

    unbooked: Decimal = Decimal(1)
    absent: Decimal = Decimal(1)
    late_amount: int = 0
    late_step: int = 15
    late_grace: int = 0
    late_from: int = 0
    late_period: Period = Period.MONTH


@dataclass(frozen=True, slots=True)
class Rate:
    """One tariff: for which unit, when, for whom, and how. `weekly_cap` in cents, per subject and calendar week.

    `care` = it pays for looking after a child; `meal` = the part of one unit, in cents, that pays for food.
    """

    unit: str
    label: str
    start: date
    end: date | None = None
    age_min: int = 0
    age_max: int = 150
    bands: tuple[Band, ...] = ()
    effort: Effort | None = None
    siblings: tuple[Decimal, ...] = (Decimal(1),)
    clock: Clock | None = None
    exceptions: tuple[SpecialPrice, ...] = ()
    penalties: Penalties = field(default_factory=Penalties)
    weekly_cap: int = 0
    residents: frozenset[str] = frozenset()
    agreements: frozenset[str] = frozenset()
    care: bool = False
    meal: int = 0
    tariff: int | None = None

    def zone(self, commune: str) -> Zone:
        """Where the family lives, for this tariff; no list of residents = everyone pays the same."""
        if not self.residents or commune in self.residents:
            return Zone.RESIDENT
        return Zone.AGREEMENT if commune in self.agreements else Zone.OUTSIDE

    def covers(self, use: Use) -> bool:
        """May this tariff price that use?"""
        if use.day < self.start or (self.end is not None and use.day > self.end):
            return False
        return use.age is None or self.age_min <= use.age <= self.age_max
