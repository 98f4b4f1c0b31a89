"""A tariff told in French, line by line, as an agent or a family reads it."""

from collections.abc import Iterator

from beffroi.kernel.ui.formats import ordinal
from beffroi.shared.billing.money import number, words
from beffroi.shared.billing.rates.model import PERIODS, ZONES, Prices, Rate, Zone


def _prices(rate: Rate, prices: Prices) -> str:
    zones = (
        [Zone.RESIDENT]
        if not rate.residents
        else [
            Zone.RESIDENT,
            *([Zone.AGREEMENT] if rate.agreements else []),
            Zone.OUTSIDE,
        ]
    )
    if len({prices[zone] for zone in zones}) == 1:
        return words(prices[Zone.RESIDENT])
    return ", ".join(f"{words(prices[zone])} ({ZONES[zone]})" for zone in zones)


def _base(rate: Rate) -> Iterator[tuple[str, str]]:
    per = " l’heure" if rate.clock else ""
    if rate.effort is not None:
        shares = ", ".join(
            f"{number(share)} % pour {rank} enfant{'s' if rank > 1 else ''} à charge"
            for rank, share in enumerate(rate.effort.rates, 1)
        )
        yield "Taux d’effort", f"part du quotient familial{per} : {shares}"
        yield "Plancher", _prices(rate, rate.effort.floor)
        yield "Plafond", _prices(rate, rate.effort.ceiling)
        return
    lower = 0
    for band in rate.bands:
        if len(rate.bands) == 1:
            label = "Prix"
        elif band.upto is None:
            label = f"Quotient de {lower} et plus, ou inconnu"
        else:
            label = f"Quotient de {lower} à {band.upto}"
            lower = band.upto + 1
        yield label, _prices(rate, band.prices) + per


def describe(rate: Rate) -> list[tuple[str, str]]:
    """(what, how much) for each part of a tariff that changes something."""
    told = list(_base(rate))
    if rate.clock:
        clock = rate.clock
        held = [f"par {clock.step} min commencées"]
        held += [f"au moins {clock.minimum} min"] if clock.minimum else []
        held += [f"au plus {clock.maximum} min"] if clock.maximum else []
        told.append(("Temps", ", ".join(held)))
    if any(factor != 1 for factor in rate.siblings):
        factors = ", ".join(
            f"{rank}ᵉ enfant et suivants × {number(factor)}"
            if rank == len(rate.siblings)
            else f"{rank}ᵉ × {number(factor)}"
            for rank, factor in enumerate(rate.siblings, 1)
            if rank > 1
        )
        told.append(("Fratrie", factors))
    if rate.weekly_cap:
        told.append(("Plafond par semaine", words(rate.weekly_cap)))
    penalties = rate.penalties
    if penalties.unbooked != 1:
        told.append(("Sans réservation", f"prix × {number(penalties.unbooked)}"))
    if penalties.absent != 1:
        told.append(("Absence non justifiée", f"{number(penalties.absent * 100)} % du prix"))
    if penalties.late_amount:
        grace = f", après {penalties.late_grace} min" if penalties.late_grace else ""
        each = f"par {penalties.late_step} min{grace}"
        if penalties.late_from:
            each = f"par retard{grace}, dès le {ordinal(penalties.late_from)} {PERIODS[penalties.late_period]}"
        told.append(("Retard à la fermeture", f"{words(penalties.late_amount)} {each}"))
    if rate.care:
        meal = f", {words(rate.meal)} de repas déduits par unité" if rate.meal else ""
        told.append(("Impôts", f"compte comme frais de garde{meal}"))
    for one in rate.exceptions:
        days = f"du {one.start:%d/%m/%Y} au {one.end:%d/%m/%Y}" if one.end != one.start else f"le {one.start:%d/%m/%Y}"
        told.append((one.label, f"{days} : prix × {number(one.factor)}"))
    return told
