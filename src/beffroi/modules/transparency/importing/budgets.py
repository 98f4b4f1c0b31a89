"""A budget read from its file, line by line: a table in the columns of SCDL 0.8.3, or the DocumentBudgetaire of TotEM.

One file holds one step of one budget. A line that would not be valid under the schema is named with its reason.
"""

import datetime
import hashlib
import re
from dataclasses import dataclass, field
from decimal import Decimal

from beffroi.modules.transparency.importing import tables
from beffroi.modules.transparency.importing.tables import BadCell, Fault
from beffroi.modules.transparency.models import Budget, BudgetLine
from beffroi.modules.transparency.models.budget import AMOUNTS

REQUIRED = (
    "BGT_NATDEC",
    "BGT_ANNEE",
    "BGT_SIRET",
    "BGT_NOM",
    "BGT_CONTNAT",
    "BGT_CONTNAT_LABEL",
    "BGT_NATURE",
    "BGT_NATURE_LABEL",
    "BGT_SECTION",
    "BGT_OPBUDG",
    "BGT_CODRD",
)
STEPS = {label: value for value, label in Budget.Step.choices}
ORDER = {"réel": False, "ordre": True}
SPECIAL = {"": None, "non spécialisé": False, "spécialisé": True}
TEXTS = {
    "BGT_CONTNAT": ("chapter", 9),
    "BGT_CONTNAT_LABEL": ("chapter_label", 200),
    "BGT_NATURE": ("account", 9),
    "BGT_NATURE_LABEL": ("account_label", 200),
    "BGT_FONCTION": ("function", 9),
    "BGT_FONCTION_LABEL": ("function_label", 200),
    "BGT_OPERATION": ("operation", 100),
}


@dataclass
class Reading:
    """What a file holds; with a fault, nothing of it is to be kept."""

    budget: Budget | None = None
    lines: list[BudgetLine] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, line: int, column: str, reason: str) -> None:
        self.faults.append(Fault(line, column, reason))


@dataclass(frozen=True)
class Head:
    """Which budget a file says it is."""

    step: str
    year: str
    siret: str
    name: str
    number: int = 0
    decided_on: datetime.date | None = None
    nomenclature: str = ""


def read(data: bytes) -> Reading:
    """The budget of a file, XML or CSV. Raises Unreadable when it is neither."""
    from beffroi.modules.transparency.importing import totem

    start = data[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    reading = totem.read(data) if start.startswith(b"<") else _table(data)
    if reading.budget is not None:
        reading.budget.sha256 = hashlib.sha256(data).hexdigest()
        reading.budget.lines_count = len(reading.lines)
    return reading


def opened(reading: Reading, head: Head, line: int = 0) -> None:
    """The budget that the head announces, or what is wrong with it."""
    if head.step not in Budget.Step.values:
        reading.refuse(line, "BGT_NATDEC", f"« {head.step[:40]} » n’est pas une étape que le schéma connaît.")
    if not re.fullmatch(r"(19|20)\d\d", head.year):
        reading.refuse(line, "BGT_ANNEE", f"« {head.year[:10]} » n’est pas une année.")
    if not re.fullmatch(r"[0-9]{14}", head.siret):
        reading.refuse(line, "BGT_SIRET", "Le SIRET a quatorze chiffres.")
    if not head.name:
        reading.refuse(line, "BGT_NOM", "Le nom manque.")
    if not reading.faults:
        reading.budget = Budget(
            step=head.step,
            year=int(head.year),
            siret=head.siret,
            name=head.name[:160],
            number=head.number,
            decided_on=head.decided_on,
            nomenclature=head.nomenclature[:40],
        )


def _table(data: bytes) -> Reading:
    table, reading = tables.read(data), Reading()
    reading.faults += tables.missing(table, REQUIRED)
    if reading.faults:
        return reading
    first_line, first = table.rows[0]
    head = _head(first)
    opened(reading, head, first_line)
    for number, row in table.rows:
        if _head(row) != head:
            reading.refuse(number, "BGT_NATDEC", f"Cette ligne est d’un autre budget que la ligne {first_line}.")
        reading.lines.append(judged(reading, number, row, len(reading.lines) + 1))
    return reading


def _head(row: dict[str, str]) -> Head:
    step = row.get("BGT_NATDEC", "").lower()
    return Head(
        STEPS.get(step, step),
        row.get("BGT_ANNEE", ""),
        re.sub(r"\s", "", row.get("BGT_SIRET", "")),
        row.get("BGT_NOM", ""),
    )


def judged(reading: Reading, number: int, row: dict[str, str], rank: int) -> BudgetLine:
    """One line in the columns of SCDL, as it would be kept; its faults go to `reading`."""
    line = BudgetLine(rank=rank)
    for column, (name, longest) in TEXTS.items():
        value = row.get(column) or ""
        if not value and column in REQUIRED:
            reading.refuse(number, column, "Cette case est vide : le schéma l’exige.")
        if len(value) > longest and longest < 200:
            reading.refuse(number, column, f"{longest} caractères au plus.")
        setattr(line, name, value[:longest])
    for column, name, known in (
        ("BGT_SECTION", "section", {value: value for value in BudgetLine.Section.values}),
        ("BGT_OPBUDG", "is_order", ORDER),
        ("BGT_CODRD", "way", {value: value for value in BudgetLine.Way.values}),
        ("BGT_ARTSPE", "is_special", SPECIAL),
    ):
        value = (row.get(column) or "").lower()
        if value in known:
            setattr(line, name, known[value])
        else:
            words = ", ".join(f"« {word} »" for word in known if word)
            reading.refuse(number, column, f"« {value[:30]} » : le schéma attend {words}.")
    told = [_amount(reading, number, line, name, row.get(column) or "") for name, column in AMOUNTS.items()]
    if not any(told):
        reading.refuse(number, "BGT_MTPREV", "Aucun montant n’est donné.")
    return line


def _amount(reading: Reading, number: int, line: BudgetLine, name: str, text: str) -> bool:
    """Keep an amount; is there one, even wrong?"""
    try:
        found: Decimal | None = tables.amount(text)
    except BadCell as fault:
        reading.refuse(number, AMOUNTS[name], str(fault))
        return True
    setattr(line, name, found)
    return found is not None
