"""The DocumentBudgetaire of the State's TotEM (http://www.minefi.gouv.fr/cp/demat/docbudgetaire): each value is the
attribute V of its element. Names of chapters, accounts and functions come from the chart of accounts of its
nomenclature; totals that the software adds (`calculated`, OpBudg « T ») are left aside.
"""

import datetime

from lxml import etree

from beffroi.modules.transparency.importing import budgets, charts
from beffroi.modules.transparency.importing.budgets import Head, Reading
from beffroi.modules.transparency.importing.tables import Unreadable
from beffroi.modules.transparency.models import Budget, Chart
from beffroi.modules.transparency.models.budget import AMOUNTS

NAMES = {
    "done": "MtReal",
    "before": "MtBudgPrec",
    "left_before": "MtRARPrec",
    "asked": "MtPropNouv",
    "voted": "MtPrev",
    "opened": "CredOuv",
    "left": "MtRAR3112",
}
WAYS = {"D": "dépense", "R": "recette"}
ORDER = {"": "réel", "0": "réel", "1": "ordre"}
SPECIAL = {"true": "spécialisé", "1": "spécialisé", "false": "non spécialisé", "0": "non spécialisé"}


def read(data: bytes) -> Reading:
    """The budget of the file. Raises Unreadable."""
    root = charts.parsed(data, "un budget")
    if etree.QName(root).localname != "DocumentBudgetaire":
        raise Unreadable("Ce XML n’est pas un budget : la première balise doit être « DocumentBudgetaire ».")
    found = root.findall("{*}Budget")
    if len(found) != 1:
        raise Unreadable(f"Ce fichier contient {len(found)} budgets : donnez un fichier par budget.")
    budget, reading = found[0], Reading()
    budgets.opened(reading, _head(root, budget))
    if reading.budget is None:
        return reading
    chart = chart_of(reading.budget.nomenclature, reading.budget.year)
    if chart is None:
        name = f"{reading.budget.nomenclature or 'sans nomenclature'} {reading.budget.year}"
        reading.refuse(0, "Nomenclature", f"Le plan de comptes {name} n’est pas là : donnez-le d’abord.")
        return reading
    for element in budget.iterfind("{*}LigneBudget"):
        if element.get("calculated") == "true" or _value(element, "OpBudg") == "T":
            continue
        row = _row(element, chart.content)
        reading.lines.append(budgets.judged(reading, element.sourceline or 0, row, len(reading.lines) + 1))
    if not reading.lines:
        reading.refuse(0, "LigneBudget", "Ce budget n’a aucune ligne.")
    return reading


def chart_of(nomenclature: str, year: int) -> Chart | None:
    """The chart of that nomenclature and year or, failing it, of the last year before."""
    return Chart.objects.filter(nomenclature=nomenclature, year__lte=year).order_by("-year").first()


def _value(element: etree._Element, name: str) -> str:
    found = element.find(f"{{*}}{name}")
    return "" if found is None else (found.get("V") or "").strip()


def _head(root: etree._Element, budget: etree._Element) -> Head:
    block, head = budget.find("{*}BlocBudget"), budget.find("{*}EnTeteBudget")
    top = root.find("{*}EnTeteDocBudgetaire")
    if block is None or head is None or top is None:
        raise Unreadable("Ce budget n’a pas ses en-têtes (EnTeteDocBudgetaire, EnTeteBudget, BlocBudget).")
    step, number = _value(block, "NatDec"), _value(block, "NumDec")
    holder, name = _value(top, "LibelleColl"), _value(head, "LibelleEtab")
    return Head(
        step=step,
        year=_value(block, "Exer"),
        siret=_value(head, "IdEtab") or _value(top, "IdColl"),
        name=f"{holder} – {name}" if holder and name and holder != name else holder or name,
        number=int(number) if step == Budget.Step.AMENDING and number.isdecimal() else 0,
        decided_on=_day(_value(block, "DteDec")),
        nomenclature=_value(head, "Nomenclature"),
    )


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text[:10])
    except ValueError:
        return None


def _chapter(element: etree._Element, content: dict) -> str:
    """The chapter that the line says or, where it says another account, that of its account in the chart."""
    said, account = _value(element, "ContNat"), _value(element, "Nature")
    if said in content["chapters"]:
        return said
    way = f"{_value(element, 'CodRD')}{_value(element, 'OpBudg') or '0'}"
    return content.get("places", {}).get(account, {}).get(way, said)


def _row(element: etree._Element, content: dict) -> dict[str, str]:
    """A line in the columns of SCDL; a name that the chart does not know stays empty, and is told as such."""
    account, function = _value(element, "Nature"), _value(element, "Fonction")
    chapter = _chapter(element, content)
    label, section = content["chapters"].get(chapter, ("", ""))
    row = {
        "BGT_CONTNAT": chapter,
        "BGT_CONTNAT_LABEL": label,
        "BGT_NATURE": account,
        "BGT_NATURE_LABEL": _value(element, "LibCpte") or content["accounts"].get(account, ""),
        "BGT_FONCTION": function,
        "BGT_FONCTION_LABEL": content["functions"].get(function, ""),
        "BGT_OPERATION": _value(element, "Operation"),
        "BGT_SECTION": section,
        "BGT_OPBUDG": ORDER.get(_value(element, "OpBudg"), _value(element, "OpBudg")),
        "BGT_CODRD": WAYS.get(_value(element, "CodRD"), _value(element, "CodRD")),
        "BGT_ARTSPE": SPECIAL.get(_value(element, "ArtSpe").lower(), ""),
    }
    return row | {AMOUNTS[name]: _value(element, tag) for name, tag in NAMES.items()}
