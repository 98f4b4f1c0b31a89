"""« What would it cost? » : the same uses priced by two books of tariffs, family by family."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from beffroi.shared.billing.rates import Book, Family, Use

MOST_ROWS = 20_000
COLUMNS = ("famille", "quotient", "commune", "enfants", "rang", "prestation", "quantite")


class BadPopulation(ValueError):
    """The table cannot be read; the message is for the agent."""


@dataclass(frozen=True)
class Household:
    """A family of the population, and what it uses."""

    name: str
    uses: list[Use]

    @property
    def qf(self) -> int | None:
        return self.uses[0].family.qf if self.uses else None


@dataclass(frozen=True)
class Row:
    """What a family pays by each book, in cents; None = a use that no tariff prices."""

    name: str
    qf: int | None
    before: int | None
    after: int | None

    @property
    def change(self) -> int:
        return (self.after or 0) - (self.before or 0)


@dataclass
class Simulation:
    """The families one by one, and what they make together. Amounts in cents."""

    rows: list[Row] = field(default_factory=list)

    @property
    def before(self) -> int:
        return sum(row.before or 0 for row in self.rows)

    @property
    def after(self) -> int:
        return sum(row.after or 0 for row in self.rows)

    @property
    def change(self) -> int:
        return self.after - self.before

    @property
    def winners(self) -> list[Row]:
        """Those who would pay less, the greatest gain first."""
        return sorted((row for row in self.rows if row.change < 0), key=lambda row: row.change)

    @property
    def losers(self) -> list[Row]:
        """Those who would pay more, the greatest loss first."""
        return sorted((row for row in self.rows if row.change > 0), key=lambda row: -row.change)

    @property
    def sides(self) -> list[tuple[str, list[Row]]]:
        """(title, families) of those who gain and of those who lose."""
        return [("Paieraient moins", self.winners), ("Paieraient plus", self.losers)]

    @property
    def unpriced(self) -> int:
        """Families of which a use has no tariff in one of the books."""
        return sum(row.before is None or row.after is None for row in self.rows)


def _total(book: Book, uses: list[Use]) -> int | None:
    pricing = book.price(uses)
    return None if pricing.anomalies else pricing.total


def totals(book: Book, population: Iterable[Household]) -> list[int | None]:
    """What each family would pay by a book of tariffs, in cents."""
    return [_total(book, one.uses) for one in population]


def compare(population: Iterable[Household], before: Iterable[int | None], after: Iterable[int | None]) -> Simulation:
    """Put side by side what each family pays before and after."""
    return Simulation(
        [Row(one.name, one.qf, old, new) for one, old, new in zip(population, before, after, strict=True)]
    )


def simulate(old: Book, new: Book, population: Iterable[Household]) -> Simulation:
    """Price every family by both books."""
    population = list(population)
    return compare(population, totals(old, population), totals(new, population))


def _whole(row: dict, name: str, number: int, default: int | None) -> int | None:
    text = (row.get(name) or "").strip()
    if not text:
        return default
    if not text.isdigit():
        raise BadPopulation(f"Ligne {number}, colonne « {name} » : écrivez un nombre entier.")
    return int(text)


def read_population(text: str, day: date) -> list[Household]:
    """Families from a table: famille;quotient;commune;enfants;rang;prestation;quantite. Raises BadPopulation.

    An empty quotient = unknown. Several lines of the same family add up.
    """
    first = text.lstrip("\ufeff").splitlines()[:1]
    if not first:
        raise BadPopulation("Le tableau est vide.")
    reader = csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=";" if ";" in first[0] else ",")
    missing = [name for name in ("quotient", "prestation") if name not in (reader.fieldnames or ())]
    if missing:
        raise BadPopulation(f"Il manque la colonne « {missing[0]} ». Colonnes attendues : {', '.join(COLUMNS)}.")
    families: dict[str, list[Use]] = {}
    for number, row in enumerate(reader, 2):
        if number > MOST_ROWS:
            raise BadPopulation(f"Au plus {MOST_ROWS} lignes.")
        families.setdefault((row.get("famille") or f"ligne {number}").strip(), []).append(_use(row, number, day))
    return [Household(name, uses) for name, uses in families.items()]


def _use(row: dict, number: int, day: date) -> Use:
    try:
        quantity = Decimal((row.get("quantite") or "1").strip().replace(",", ".") or "1")
    except InvalidOperation:
        raise BadPopulation(f"Ligne {number}, colonne « quantite » : écrivez un nombre.") from None
    if not 0 < quantity < 10_000:
        raise BadPopulation(f"Ligne {number}, colonne « quantite » : entre 0 et 10 000.")
    family = Family(
        qf=_whole(row, "quotient", number, None),
        commune=(row.get("commune") or "").strip(),
        children=_whole(row, "enfants", number, 1) or 1,
    )
    return Use(
        unit=(row.get("prestation") or "").strip(),
        day=day,
        family=family,
        rank=_whole(row, "rang", number, 1) or 1,
        quantity=quantity,
    )
