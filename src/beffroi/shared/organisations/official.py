"""The official division of France (INSEE, DGCL, La Poste), read from npm `@etalab/decoupage-administratif`."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.conf import settings

from beffroi.shared.organisations import credits, names

FIRST_EDITION = 2020
_OF = {0: "de ", 1: "d’", 2: "du ", 3: "de la ", 4: "des ", 5: "de l’", 6: "des ", 7: "de las ", 8: "de los "}
# Where a single body does the work of a département (CGCT, books IV and VII; law of 2 August 2019 for Alsace).
_SINGLE_BODIES = {
    "2A": "Collectivité de Corse",
    "2B": "Collectivité de Corse",
    "67": "Collectivité européenne d’Alsace",
    "68": "Collectivité européenne d’Alsace",
    "972": "Collectivité territoriale de Martinique",
    "973": "Collectivité territoriale de Guyane",
    "976": "Département-Région de Mayotte",
    "75": "",
}


class SourceMissing(Exception):
    """The package's files are not there or cannot be read; the message says what to do."""


@dataclass(frozen=True)
class Division:
    """The package's files in a folder."""

    folder: Path

    @classmethod
    def installed(cls) -> "Division":
        """That of the project's own npm packages."""
        return cls(Path(settings.PROJECT) / "node_modules" / "@etalab" / "decoupage-administratif")

    def _read(self, name: str) -> list[dict]:
        path = self.folder / "data" / f"{name}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise SourceMissing(
                "Le découpage administratif n’est pas installé. Lancez une première fois « ./beffroi demo » ou "
                "« npm ci » avec un accès au réseau, puis recommencez."
            ) from error
        except (OSError, ValueError) as error:
            raise SourceMissing(f"Le fichier {path} est illisible : réinstallez-le par « npm ci ».") from error

    @cached_property
    def edition(self) -> int:
        """The year of the official codes: the package's version 6 is that of 2026."""
        try:
            version = json.loads((self.folder / "package.json").read_text(encoding="utf-8"))["version"]
            return FIRST_EDITION + int(version.split(".")[0])
        except (OSError, ValueError, KeyError):
            return credits.POPULATION_YEAR

    @cached_property
    def epci(self) -> dict[str, dict]:
        """The bodies with their own taxation, by SIREN."""
        return {body["code"]: body for body in self._read("epci")}

    @cached_property
    def territorial_bodies(self) -> dict[str, str]:
        """The territorial public bodies of Grand Paris, by SIREN: they have no taxation of their own."""
        return {body["code"]: body["nom"] for body in self._read("ept")}

    @cached_property
    def communes(self) -> dict[str, dict]:
        """Today's communes, by INSEE code."""
        return {line["code"]: line for line in self._read("communes") if line["type"] == "commune-actuelle"}

    def search(self, text: str, limit: int = 8) -> list[tuple[str, str]]:
        """(SIREN, name) of the bodies whose name, or one of whose communes, holds every word of `text`."""
        words = names.slug_of(text).split("-")
        found = []
        for siren, body in self.epci.items():
            name = names.slug_of(body["nom"])
            if all(word in name for word in words):
                found.append((0, siren, body["nom"]))
            elif any(names.slug_of(member["nom"]) == "-".join(words) for member in body["membres"]):
                found.append((1, siren, body["nom"]))
        return [(siren, names.full_epci_name(name)) for _rank, siren, name in sorted(found)[:limit]]

    def departement_bodies(self, communes: list[dict], metropole_of_lyon: bool = False) -> list[str]:
        """The names of the bodies that do the work of a département over these communes."""
        if metropole_of_lyon:
            return []
        lines = {line["code"]: line for line in self._read("departements")}
        found = []
        for code in sorted({commune["departement"] for commune in communes}):
            line = lines[code]
            name = _SINGLE_BODIES.get(code)
            if name is None:
                name = f"Département {_OF[line['typeLiaison']]}{names.typographic(line['nom'])}"
            if name and name not in found:
                found.append(name)
        return found

    def population_date(self, departement: str) -> tuple[int, str]:
        """The year from which the population is in force, and its source. Mayotte has its own census (2017)."""
        if departement == "976":
            return 2018, "INSEE, recensement de Mayotte de 2017"
        if self.edition == credits.POPULATION_YEAR:
            return credits.POPULATION_YEAR, credits.POPULATION_SOURCE
        return self.edition, f"INSEE, population municipale, édition {self.edition}"
