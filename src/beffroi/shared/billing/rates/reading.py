"""The rule of a tariff as it is kept (JSON), read into a `Rate`, with every fault said in words.

{"bands": [{"upto": 600, "prices": {"resident": 450, "agreement": 500, "outside": 900}}, {"upto": null, …}]
 or "effort": {"rates": ["1.2", "1"], "floor": {…}, "ceiling": {…}}       (percentage of the quotient familial)
 "siblings": ["1", "0.9"], "clock": {"step": 15, "minimum": 60, "maximum": 600},
 "exceptions": [{"start": "2026-12-24", "end": "2026-12-24", "factor": "0.5", "label": "Veille de Noël"}],
 "penalties": {"unbooked": "2", "absent": "1", "late_amount": 500, "late_step": 15, "late_grace": 5,
               "late_from": 3, "late_period": "month"},        (late_amount each time, from the third of a month on)
 "weekly_cap": 6000, "residents": ["80253"], "agreements": ["62298"], "care": true, "meal": 350}
Prices are in cents. A zone that is not written pays the price of the residents. `care`: it pays for looking after a
child, less `meal` for the food of one unit.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from beffroi.shared.billing.rates.model import Band, Clock, Effort, Penalties, Period, Prices, Rate, SpecialPrice, Zone

MOST_PRICE = 1_000_000


class BadRule(ValueError):
    """The rule cannot be applied; `faults` are sentences for the agent who writes it."""

    def __init__(self, faults: list[str]):
        super().__init__(" ".join(faults))
        self.faults = faults


def _number(value: Any, what: str, low: Decimal, high: Decimal) -> Decimal:
    try:
        number = Decimal(str(value).replace(",", "."))
    except InvalidOperation:
        raise BadRule([f"{what} : écrivez un nombre."]) from None
    if not low <= number <= high:
        raise BadRule([f"{what} : entre {low} et {high}."])
    return number


def _prices(value: Any, what: str) -> Prices:
    if not isinstance(value, Mapping) or Zone.RESIDENT not in value:
        raise BadRule([f"{what} : donnez au moins le prix des habitants."])
    found = {}
    for zone in Zone:
        price = value.get(zone)
        price = value[Zone.RESIDENT] if price is None else price
        if not isinstance(price, int) or not 0 <= price <= MOST_PRICE:
            raise BadRule([f"{what} : un prix se donne en centimes entiers, de 0 à {MOST_PRICE}."])
        found[zone] = price
    return found


def _bands(value: Any) -> tuple[Band, ...]:
    bands = []
    for rank, one in enumerate(value, 1):
        upto = one.get("upto")
        if upto is not None and (not isinstance(upto, int) or upto < 0):
            raise BadRule([f"Tranche {rank} : le quotient est un nombre entier."])
        bands.append(Band(upto, _prices(one.get("prices"), f"Tranche {rank}")))
    faults = []
    if bands[-1].upto is not None:
        faults.append("La dernière tranche doit être sans limite, pour les quotients les plus hauts.")
    for rank, (before, after) in enumerate(zip(bands, bands[1:], strict=False), 2):
        if before.upto is None or (after.upto is not None and after.upto <= before.upto):
            faults.append(f"Tranche {rank} : son quotient doit dépasser celui de la tranche d’avant.")
        if any(after.prices[zone] < before.prices[zone] for zone in Zone):
            faults.append(f"Tranche {rank} : son prix ne peut pas être plus bas que celui de la tranche d’avant.")
    if faults:
        raise BadRule(faults)
    return tuple(bands)


def _effort(value: Mapping) -> Effort:
    rates = tuple(_number(one, "Taux d’effort", Decimal(0), Decimal(100)) for one in value.get("rates") or ())
    if not rates:
        raise BadRule(["Donnez au moins un taux d’effort."])
    floor, ceiling = _prices(value.get("floor"), "Plancher"), _prices(value.get("ceiling"), "Plafond")
    if any(floor[zone] > ceiling[zone] for zone in Zone):
        raise BadRule(["Le plancher ne peut pas dépasser le plafond."])
    return Effort(rates, floor, ceiling)


def _special(value: Mapping) -> SpecialPrice:
    try:
        start = date.fromisoformat(value["start"])
        end = date.fromisoformat(value.get("end") or value["start"])
    except (KeyError, ValueError):
        raise BadRule(["Exception : donnez ses dates."]) from None
    if end < start:
        raise BadRule(["Exception : elle finit avant de commencer."])
    factor = _number(value.get("factor"), "Exception", Decimal(0), Decimal(10))
    return SpecialPrice(start, end, factor, str(value.get("label") or "jour particulier"))


def _period(value: Any) -> Period:
    try:
        return Period(value)
    except ValueError:
        raise BadRule(["Retards : comptez-les dans le mois, le trimestre ou l’année scolaire."]) from None


def _penalties(value: Mapping) -> Penalties:
    return Penalties(
        unbooked=_number(value.get("unbooked", 1), "Sans réservation", Decimal(1), Decimal(10)),
        absent=_number(value.get("absent", 1), "Absence non justifiée", Decimal(0), Decimal(1)),
        late_amount=int(_number(value.get("late_amount", 0), "Retard", Decimal(0), Decimal(MOST_PRICE))),
        late_step=int(_number(value.get("late_step", 15), "Minutes de retard", Decimal(1), Decimal(600))),
        late_grace=int(_number(value.get("late_grace", 0), "Tolérance", Decimal(0), Decimal(600))),
        late_from=int(_number(value.get("late_from", 0), "Nombre de retards", Decimal(0), Decimal(100))),
        late_period=_period(value.get("late_period", Period.MONTH)),
    )


def _clock(value: Mapping) -> Clock:
    clock = Clock(
        step=int(_number(value.get("step", 15), "Pas de temps", Decimal(1), Decimal(600))),
        minimum=int(_number(value.get("minimum", 0), "Durée minimale", Decimal(0), Decimal(1440))),
        maximum=int(_number(value.get("maximum", 0), "Durée maximale", Decimal(0), Decimal(1440))),
    )
    if clock.maximum and clock.maximum < clock.minimum:
        raise BadRule(["La durée maximale ne peut pas être plus courte que la durée minimale."])
    return clock


def read(
    rule: Mapping[str, Any],
    *,
    unit: str,
    label: str,
    start: date,
    end: date | None = None,
    ages: tuple[int, int] = (0, 150),
    tariff: int | None = None,
) -> Rate:
    """The `Rate` that a rule describes. Raises BadRule with every fault found in one part of it."""
    effort = _effort(rule["effort"]) if rule.get("effort") else None
    if effort is None and not rule.get("bands"):
        raise BadRule(["Donnez un prix : unique, par tranches, ou par taux d’effort."])
    siblings = tuple(
        _number(one, "Réduction de fratrie", Decimal(0), Decimal(1)) for one in rule.get("siblings") or ("1",)
    )
    return Rate(
        unit=unit,
        label=label,
        start=start,
        end=end,
        age_min=ages[0],
        age_max=ages[1],
        bands=() if effort else _bands(rule["bands"]),
        effort=effort,
        siblings=siblings,
        clock=_clock(rule["clock"]) if rule.get("clock") else None,
        exceptions=tuple(_special(one) for one in rule.get("exceptions") or ()),
        penalties=_penalties(rule.get("penalties") or {}),
        weekly_cap=int(_number(rule.get("weekly_cap") or 0, "Plafond par semaine", Decimal(0), Decimal(MOST_PRICE))),
        residents=frozenset(rule.get("residents") or ()),
        agreements=frozenset(rule.get("agreements") or ()),
        care=bool(rule.get("care")),
        meal=int(_number(rule.get("meal") or 0, "Part du repas", Decimal(0), Decimal(MOST_PRICE))),
        tariff=tariff,
    )
