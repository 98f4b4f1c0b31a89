"""From when anyone may read a public archive, and by which article (Code du patrimoine, L213-1 and L213-2).

Public archives are open at once (L213-1), save those that L213-2 protects for 25, 50, 75 or 100 years « à compter de
la date du document ou du document le plus récent inclus dans le dossier ». Some run from the life of a person: medical
secrecy, 25 years after the death or, where its date is not known, 120 years after the birth; and the 75 and 100 years
give way to 25 years after the death, where that is sooner.
"""

import datetime
from dataclasses import dataclass

from beffroi.shared.documents.models import Series

ARTICLES = {
    "open": ("L213-1", "aucun secret protégé : communicable à toute personne qui le demande"),
    "y25": ("L213-2, 1°", "délibérations du Gouvernement, relations extérieures, secret des affaires ou monnaie"),
    "y50": ("L213-2, 3°", "vie privée, jugement de valeur sur une personne, sûreté de l’État"),
    "y75": ("L213-2, 4°", "affaires portées devant les juridictions, enquêtes de police judiciaire, état civil"),
    "y100": ("L213-2, 5°", "les mêmes affaires lorsqu’elles concernent un mineur ou la vie sexuelle"),
    "y120": ("L213-2, 2°", "secret médical : 25 ans après le décès ou, à défaut, 120 ans après la naissance"),
}
DEROGATION = "Avant cette date, une dérogation peut être demandée au service d’archives (L213-3)."


@dataclass(frozen=True)
class Access:
    """`since` = the first day for everyone; None = it is not known (no series, or it hangs on a person's life)."""

    since: datetime.date | None
    article: str
    text: str

    def is_open(self, day: datetime.date) -> bool:
        return self.since is not None and self.since <= day


def anniversary(day: datetime.date, years: int) -> datetime.date:
    """The same day so many years later; 29 February becomes 28 February; never past the last year that dates know."""
    year = min(day.year + years, datetime.MAXYEAR)
    try:
        return day.replace(year=year)
    except ValueError:
        return day.replace(year=year, day=28)


def access_of(
    series: Series | None,
    last: datetime.date | None,
    *,
    closed: datetime.date | None = None,
    born: datetime.date | None = None,
    died: datetime.date | None = None,
) -> Access:
    """When a file of that series may be read, and why. `last` = its most recent document, else its closing."""
    if series is None:
        return Access(None, "", "Ce dossier n’a pas de série : son délai n’est pas connu.")
    article, secret = ARTICLES[series.communicability]
    if series.communicability == "y120":
        return _medical(article, born, died)
    start = last or closed
    if start is None:
        return Access(None, article, f"Le délai partira du document le plus récent ({article} : {secret}).")
    if series.delay == 0:
        return Access(start, article, f"Communicable de plein droit ({article}).")
    since = anniversary(start, series.delay)
    if died is not None and series.communicability in ("y75", "y100") and anniversary(died, 25) < since:
        return Access(anniversary(died, 25), article, f"25 ans à compter du décès, délai plus bref ({article}).")
    counted = f"{series.delay} ans à compter du {start:%d/%m/%Y}, date du document le plus récent"
    return Access(since, article, f"{counted} ({article} : {secret}).")


def _medical(article: str, born: datetime.date | None, died: datetime.date | None) -> Access:
    if died is not None:
        return Access(anniversary(died, 25), article, f"25 ans à compter du décès, le {died:%d/%m/%Y} ({article}).")
    if born is not None:
        text = f"120 ans à compter de la naissance, le {born:%d/%m/%Y}, le décès n’étant pas connu ({article})."
        return Access(anniversary(born, 120), article, text)
    text = f"Secret médical : 25 ans après le décès, ou 120 ans après la naissance de la personne ({article})."
    return Access(None, article, text)
