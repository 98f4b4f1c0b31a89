"""Which vaccines the law asks for, by date of birth, and how many doses of each the calendar wants.

Source: Code de la santé publique, art. L. 3111-2 and R. 3111-2: diphtheria, tetanus and poliomyelitis for everyone;
eleven vaccines for children born from 1 January 2018 on; since 1 January 2025 (décret no. 2024-694) the meningococci
ACWY and B, asked of those who were not eighteen months old that day: born from July 2023 on (the first replaces the
meningococcus C, and a dose of it counts for C). They are given in the first eighteen months, at the ages of the
calendar of vaccinations; later, by its rules of catching up (art. R. 3111-3), which often want fewer doses. A child who
lacks one is admitted for three months, to have it (art. R. 3111-8, II).
"""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

NAMES = {
    "dtp": "Diphtérie, tétanos, poliomyélite",
    "coqueluche": "Coqueluche",
    "hib": "Haemophilus influenzae b",
    "hepatite-b": "Hépatite B",
    "pneumocoque": "Pneumocoque",
    "meningocoque-c": "Méningocoque C (ou ACWY)",
    "meningocoque-acwy": "Méningocoques ACWY",
    "meningocoque-b": "Méningocoque B",
    "ror": "Rougeole, oreillons, rubéole",
}
ELEVEN = datetime.date(2018, 1, 1)
MENINGOCOCCI = datetime.date(2023, 7, 1)
SINCE_2018 = ("dtp", "coqueluche", "hib", "hepatite-b", "pneumocoque", "meningocoque-c", "ror")
# The age of each dose, in months, that the law asks for.
MONTHS = {
    "dtp": (2, 4, 11),
    "coqueluche": (2, 4, 11),
    "hib": (2, 4, 11),
    "hepatite-b": (2, 4, 11),
    "pneumocoque": (2, 4, 11),
    "meningocoque-c": (5, 12),
    "meningocoque-acwy": (6, 12),
    "meningocoque-b": (3, 5, 12),
    "ror": (12, 16),
}
# Doses that the calendar only recommends to a child, with their words.
BOOSTERS = {"dtp": ("rappel, 6 ans", "rappel, 11-13 ans"), "coqueluche": ("rappel, 6 ans", "rappel, 11-13 ans")}
# Begun after the first birthday, these want no more doses than that.
CAUGHT_UP = {"hib": 1, "meningocoque-c": 1, "meningocoque-acwy": 1, "pneumocoque": 2}
YEAR = 12


def required(birth_date: datetime.date) -> list[str]:
    """The codes of the vaccines asked for at the entry in a collective place."""
    if birth_date < ELEVEN:
        return ["dtp"]
    codes = list(SINCE_2018)
    if birth_date >= MENINGOCOCCI:
        codes[codes.index("meningocoque-c")] = "meningocoque-acwy"
        codes.append("meningocoque-b")
    return codes


def doses(code: str) -> list[str]:
    """What each dose of a vaccine is called, those that are only recommended included."""
    return [f"{month} mois" for month in MONTHS[code]] + list(BOOSTERS.get(code, ()))


def age_in_months(birth_date: datetime.date, day: datetime.date) -> int:
    """Whole months lived on a day."""
    return (day.year - birth_date.year) * 12 + day.month - birth_date.month - (day.day < birth_date.day)


@dataclass(frozen=True)
class Vaccine:
    """One vaccine of a child: its dates, how many the calendar wants at this age, and what follows."""

    code: str
    dates: tuple[datetime.date, ...]
    wanted: int

    @property
    def name(self) -> str:
        return NAMES[self.code]

    @property
    def is_missing(self) -> bool:
        """Asked for at this age, and no date at all."""
        return self.wanted > 0 and not self.dates

    @property
    def is_partial(self) -> bool:
        """Some dates, fewer than the calendar wants."""
        return 0 < len(self.dates) < self.wanted

    @property
    def words(self) -> str:
        if self.is_missing:
            return "Aucune date"
        if self.is_partial:
            return f"{len(self.dates)} dose{'s' if len(self.dates) > 1 else ''} sur {self.wanted}"
        return "À jour" if self.wanted else "Pas encore l’âge"

    @property
    def tone(self) -> str:
        if self.is_missing:
            return "late"
        return "waiting" if self.is_partial else "done" if self.wanted else "neutral"


def _wanted(code: str, birth_date: datetime.date, dates: Sequence[datetime.date], day: datetime.date) -> int:
    """How many doses are asked for on a day, by the age of the child and by that of the first dose."""
    age = age_in_months(birth_date, day)
    by_age = sum(month <= age for month in MONTHS[code])
    if dates and code in CAUGHT_UP and age_in_months(birth_date, min(dates)) >= YEAR:
        return min(by_age, CAUGHT_UP[code])
    return by_age


def history(birth_date: datetime.date, given: Mapping[str, Sequence[str]], day: datetime.date) -> list[Vaccine]:
    """Each vaccine that the law asks of this child, with its dates (ISO texts, in any order) and what it lacks."""
    found = []
    for code in required(birth_date):
        dates = sorted(datetime.date.fromisoformat(one) for one in given.get(code, ()))
        found.append(Vaccine(code, tuple(dates), _wanted(code, birth_date, dates, day)))
    return found


def missing(birth_date: datetime.date, given: Mapping[str, Sequence[str]]) -> list[str]:
    """Those of which the sheet holds no date."""
    return [code for code in required(birth_date) if not given.get(code)]
