"""The figures as one table: each line says how it is cut (family, commune, body, reason, age): one CSV holds all."""

from beffroi.kernel import sheets
from beffroi.modules.reports import statistics
from beffroi.modules.reports.statistics import Line, Scope

HEADERS = (
    "Découpage",
    "Nom",
    "Signalements reçus",
    "En cours",
    "Résolus",
    "Non retenus",
    "Prise en charge (jours, médiane)",
    "Résolution (jours, médiane)",
    "Résolus à temps (%)",
)
CUTS = {"all": "Ensemble", "category": "Famille", "commune": "Commune", "body": "Organisme"}


def table(scope: Scope, since, until) -> sheets.Sheet:
    """Every figure of a scope, for a period."""
    found = statistics.cuts(tuple(CUTS), scope, since, until)
    rows = [_row(CUTS[cut], line) for cut, lines in found.items() for line in lines]
    rows += [_counted("Motif de refus", words, n) for words, n in statistics.refusals(scope, since, until)]
    rows += [_counted("En cours depuis", words, n) for words, n, _tone in statistics.ages(scope)]
    rows += [_counted("Mois", words, n) for words, n in statistics.months(scope, since, until)]
    return sheets.Sheet("Signalements", HEADERS, rows, (18, 40))


def response(kind: str, scope: Scope, since, until):
    """The file to download."""
    return sheets.response(kind, "signalements-chiffres", [table(scope, since, until)])


def _row(title: str, line: Line) -> tuple:
    counts = (line.filed, line.open, line.resolved, line.refused)
    return title, line.key or "Tout", *counts, *(_round(value) for value in (line.acknowledge, line.fix, line.in_time))


def _counted(title: str, words: str, number: int) -> tuple:
    return title, words, number, *[None] * 6


def _round(value: float | None) -> float | None:
    return None if value is None else round(float(value), 1)
