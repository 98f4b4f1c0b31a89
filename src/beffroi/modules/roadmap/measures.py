"""Indicators with their figures, ready to be shown: last value, judgement, history."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from beffroi.kernel.ui.formats import SHORT_MONTHS, nb
from beffroi.modules.roadmap.models import ActionIndicator, IndicatorValue

JUDGED = {
    "reached": ("Objectif atteint", "done"),
    "close": ("En chemin", "progress"),
    "missed": ("Sous le seuil d’alerte", "late"),
    "unknown": ("", "neutral"),
}


def written(value: Decimal, unit: str) -> str:
    """« 1 010 personnes », « 58 % »: no useless zero."""
    plain = value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
    return f"{nb(plain)}\u202f{unit}".rstrip() if unit in {"%", "€"} else f"{nb(plain)} {unit}".rstrip()


@dataclass
class Measure:
    """One indicator and its values, oldest first."""

    indicator: ActionIndicator
    values: list[IndicatorValue] = field(default_factory=list)

    @property
    def real(self) -> list[IndicatorValue]:
        return [value for value in self.values if value.nature == IndicatorValue.Nature.REAL]

    @property
    def last(self) -> IndicatorValue | None:
        return self.real[-1] if self.real else None

    @property
    def last_text(self) -> str:
        return written(self.last.value, self.indicator.unit) if self.last else "pas encore de valeur"

    @property
    def target_text(self) -> str:
        target = self.indicator.target
        return "" if target is None else written(target, self.indicator.unit)

    @property
    def threshold_text(self) -> str:
        threshold = self.indicator.threshold
        return "" if threshold is None else written(threshold, self.indicator.unit)

    @property
    def judgement(self) -> tuple[str, str]:
        """(words, tone), empty when nothing can be said."""
        words, tone = JUDGED[self.indicator.judge(self.last.value if self.last else None)]
        if words == "Sous le seuil d’alerte" and self.indicator.direction == "down":
            words = "Au-delà du seuil d’alerte"
        return words, tone

    @property
    def rows(self) -> list[tuple[str, float]]:
        """For the chart: (« déc. 2025 », value), the last twenty-four."""
        return [
            (f"{SHORT_MONTHS[value.date.month - 1]} {value.date.year}", float(value.value)) for value in self.real[-24:]
        ]

    @property
    def target_number(self) -> float | None:
        return None if self.indicator.target is None else float(self.indicator.target)


def measured(indicators: Iterable[ActionIndicator]) -> list[Measure]:
    """Each indicator with its values, nightly readings thinned to one a month (see `bundles` to ask nothing more)."""
    return [Measure(indicator, _thinned(indicator.values.all())) for indicator in indicators]


def _thinned(values: Iterable[IndicatorValue]) -> list[IndicatorValue]:
    kept: list[IndicatorValue] = []
    for value in values:
        last = kept[-1] if kept else None
        if last and last.automatic and value.automatic and _month(last) == _month(value):
            kept[-1] = value
        else:
            kept.append(value)
    return kept


def _month(value: IndicatorValue) -> tuple[int, int]:
    return value.date.year, value.date.month
