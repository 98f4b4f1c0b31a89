"""How a use becomes a line: one path, whoever asks (a run, a quotation before booking, a simulation)."""

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from beffroi.shared.billing.money import number, rounded, words
from beffroi.shared.billing.rates.lates import Tally, by_minutes, lateness, start_of
from beffroi.shared.billing.rates.model import ZONES, Line, Presence, Rate, Use

HOUR = Decimal(60)
CAP = "Plafond de la semaine"


class NoRate(LookupError):
    """No tariff prices this unit on that day for that age; the message is for the agent."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A use that could not be priced, or that deserves a look before the invoice leaves."""

    text: str
    use: Use
    blocking: bool = True


@dataclass(slots=True)
class _Week:
    """One person's week under a capped tariff: what it held `before`, in cents, and the lines that come now."""

    rate: Rate
    subject: str
    number: int
    before: int = 0
    lines: list[Line] = field(default_factory=list)

    @property
    def over(self) -> int:
        """What these lines pass the cap by, without what was already over before them."""
        cap = self.rate.weekly_cap
        return max(self.before + sum(line.amount for line in self.lines) - cap, 0) - max(self.before - cap, 0)


@dataclass
class Pricing:
    """The lines of a set of uses, and what was strange. `total` is their sum, never negative."""

    lines: list[Line] = field(default_factory=list)
    anomalies: list[Anomaly] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


class Book:
    """The tariffs of a régie: finds the one that prices a use, and prices it. Keeps what it has computed."""

    def __init__(self, rates: Iterable[Rate]):
        self._rates: dict[str, list[Rate]] = {}
        for rate in sorted(rates, key=lambda one: one.start, reverse=True):
            self._rates.setdefault(rate.unit, []).append(rate)
        self._prices: dict[tuple, tuple[int, str]] = {}

    @property
    def units(self) -> set[str]:
        return set(self._rates)

    @property
    def has_caps(self) -> bool:
        """Does a tariff look at the whole week?"""
        return any(rate.weekly_cap for rates in self._rates.values() for rate in rates)

    @property
    def looks_back(self) -> bool:
        """Do days that another bill charges count for the prices of this one?"""
        return self.has_caps or any(one.penalties.late_from for rates in self._rates.values() for one in rates)

    def lates_since(self, day: date) -> date | None:
        """The first day of the period over which late collections of `day` are counted; None = none is counted."""
        counted = (rate.penalties for rates in self._rates.values() for rate in rates if rate.penalties.late_from)
        return min((start_of(penalties.late_period, day) for penalties in counted), default=None)

    def rate_for(self, use: Use) -> Rate:
        """The tariff in force on the day of the use, for its age. Raises NoRate."""
        for rate in self._rates.get(use.unit, ()):
            if rate.covers(use):
                return rate
        raise NoRate(f"Aucun tarif pour « {use.label or use.unit} » le {use.day:%d/%m/%Y}.")

    def price(self, uses: Iterable[Use], *, before: Iterable[Use] = ()) -> Pricing:
        """Price every use; those that no tariff covers become anomalies, the others their lines.

        `before`: what is charged elsewhere, for the same weeks and since `lates_since`. It makes no line; it counts
        under the weekly caps and among the late collections.
        """
        found = Pricing()
        weeks: dict[tuple, _Week] = {}
        tally = Tally()
        for use in before:
            with contextlib.suppress(NoRate):
                rate = self.rate_for(use)
                tally.add(rate, use, elsewhere=True)
                if rate.weekly_cap:
                    _week(weeks, rate, use).before += self._unit(rate, use).amount
        for use in uses:
            try:
                rate = self.rate_for(use)
            except NoRate as gap:
                found.anomalies.append(Anomaly(str(gap), use))
                continue
            line = self._unit(rate, use)
            found.lines.append(line)
            if rate.weekly_cap:
                _week(weeks, rate, use).lines.append(line)
            if rate.penalties.late_from:
                tally.add(rate, use)
            elif minutes := lateness(rate, use):
                found.lines.append(by_minutes(rate, use, minutes))
        found.lines += tally.lines()
        found.lines += [_cap(week, over) for week in weeks.values() if (over := week.over) > 0]
        return found

    def quote(self, use: Use) -> Line:
        """The price of one use, before anything is decided. Raises NoRate."""
        return self._unit(self.rate_for(use), use)

    def _unit(self, rate: Rate, use: Use) -> Line:
        quantity, counted = _quantity(rate, use)
        key = (id(rate), use.family, use.rank, use.presence, use.booked)
        known = self._prices.get(key)
        if known is None:
            known = self._prices[key] = _unit_price(rate, use)
        price, why = known
        for one in rate.exceptions:
            if one.start <= use.day <= one.end:
                price = rounded(price * one.factor)
                why = f"{why} ; {one.label} : × {number(one.factor)}"
                break
        amount = rounded(price * quantity)
        return Line(
            label=use.label or rate.label,
            quantity=quantity,
            unit_price=price,
            amount=amount,
            explanation=f"{why} ; {counted}" if counted else why,
            unit=use.unit,
            subject=use.subject,
            day=use.day,
            key=use.key,
            tariff=rate.tariff,
            beneficiary=use.beneficiary,
            care=_care(rate, use, amount, quantity),
        )


def _care(rate: Rate, use: Use, amount: int, quantity: Decimal) -> int:
    """What of an amount pays for looking after a child: no meal, no charged absence, no surcharge (BOI-IR-RICI-300)."""
    if not rate.care or use.presence in (Presence.ABSENT, Presence.EXCUSED):
        return 0
    alone = amount if use.booked else rounded(amount / rate.penalties.unbooked)
    return max(alone - rounded(rate.meal * quantity), 0)


def _unit_price(rate: Rate, use: Use) -> tuple[int, str]:
    """The price of one unit, in cents, and the sentence that explains it."""
    if use.presence is Presence.EXCUSED:
        return 0, "absence justifiée : rien n’est dû"
    price, why = _base(rate, use)
    factor = rate.siblings[min(use.rank, len(rate.siblings)) - 1]
    if factor != 1:
        price *= factor
        why += f" ; {use.rank}ᵉ enfant : × {number(factor)}"
    if use.presence is Presence.ABSENT and rate.penalties.absent != 1:
        price *= rate.penalties.absent
        why += f" ; absence non justifiée : × {number(rate.penalties.absent)}"
    if not use.booked and rate.penalties.unbooked != 1:
        price *= rate.penalties.unbooked
        why += f" ; sans réservation : × {number(rate.penalties.unbooked)}"
    return rounded(price), why


def _base(rate: Rate, use: Use) -> tuple[Decimal, str]:
    """The price before reductions: by effort rate, or by the band of the quotient familial."""
    family = use.family
    zone = rate.zone(family.commune)
    where = f" ({ZONES[zone]})" if rate.residents else ""
    per = " l’heure" if rate.clock else ""
    if rate.effort is not None:
        effort = rate.effort
        floor, ceiling = effort.floor[zone], effort.ceiling[zone]
        if family.qf is None:
            return Decimal(ceiling), f"quotient familial inconnu : prix plafond{where}, {words(ceiling)}{per}"
        share = effort.rates[min(max(family.children, 1), len(effort.rates)) - 1]
        exact = share * family.qf
        price = min(max(exact, Decimal(floor)), Decimal(ceiling))
        held = (
            "" if price == exact else (f", plancher {words(floor)}" if exact < floor else f", plafond {words(ceiling)}")
        )
        return price, f"QF {family.qf} × {number(share)} %{where}{held}{per}"
    if len(rate.bands) == 1:
        price = rate.bands[0].prices[zone]
        return Decimal(price), f"prix unique{where} : {words(price)}{per}"
    if family.qf is None:
        price = rate.bands[-1].prices[zone]
        return Decimal(price), f"quotient familial inconnu : prix le plus haut{where}, {words(price)}{per}"
    lower = 0
    for band in rate.bands:
        if band.upto is None or family.qf <= band.upto:
            upper = f"à {band.upto}" if band.upto is not None else "et plus"
            price = band.prices[zone]
            return Decimal(price), f"QF {family.qf}, tranche {lower} {upper}{where} : {words(price)}{per}"
        lower = band.upto + 1
    raise NoRate(f"Le tarif « {rate.label} » ne dit rien au-dessus d’un quotient de {lower - 1}.")


def _quantity(rate: Rate, use: Use) -> tuple[Decimal, str]:
    """How many units: the quantity itself, or the hours between start and end by steps begun."""
    clock = rate.clock
    if clock is None:
        return use.quantity, ""
    if use.start is None or use.end is None:
        minutes = int(use.quantity * HOUR)
    else:
        minutes = max(_minutes(use.end) - _minutes(use.start), 0)
    charged = -(-minutes // clock.step) * clock.step
    if clock.minimum:
        charged = max(charged, clock.minimum)
    if clock.maximum:
        charged = min(charged, clock.maximum)
    hours = Decimal(charged) / HOUR
    said = f"{charged // 60} h {charged % 60:02d}"
    return hours.quantize(Decimal("0.0001")), f"{minutes} min comptées {said}" if charged != minutes else said


def _week(weeks: dict[tuple, _Week], rate: Rate, use: Use) -> _Week:
    """The week of a use, under its tariff."""
    year, number, _weekday = use.day.isocalendar()
    key = (id(rate), use.beneficiary or use.subject, year, number)
    found = weeks.get(key)
    if found is None:
        found = weeks[key] = _Week(rate, use.subject, number)
    return found


def _cap(week: _Week, over: int) -> Line:
    rate, last = week.rate, week.lines[-1]
    return Line(
        label=f"{CAP} {week.number}",
        quantity=Decimal(1),
        unit_price=-over,
        amount=-over,
        explanation=f"pas plus de {words(rate.weekly_cap)} par semaine pour « {rate.label} »",
        unit=rate.unit,
        subject=week.subject,
        day=last.day,
        key=f"{last.key}:cap" if last.key else "",
        kind="cap",
        tariff=rate.tariff,
        beneficiary=last.beneficiary,
        care=-min(over, sum(line.care for line in week.lines)),
    )


def _minutes(moment) -> int:
    return moment.hour * 60 + moment.minute
