"""Addresses proposed while one types: the street first, its faults forgiven, then the number."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from django.db import connection
from django.utils.text import slugify

from beffroi.shared.organisations.addresses import online
from beffroi.shared.organisations.models import Commune

LONGEST = 120
SHORTEST = 3
_ABBREVIATIONS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "boul": "boulevard",
    "all": "allee",
    "ch": "chemin",
    "che": "chemin",
    "chem": "chemin",
    "imp": "impasse",
    "pl": "place",
    "rte": "route",
    "r": "rue",
    "res": "residence",
    "sq": "square",
    "lot": "lotissement",
    "fg": "faubourg",
    "fbg": "faubourg",
    "gal": "general",
    "mal": "marechal",
    "dr": "docteur",
}
# What half of the streets have in common: likeness is asked of the rest.
_COMMON = set(_ABBREVIATIONS.values()) | set("a au aux d de des du en et l la le les sur".split())  # noqa: SIM905
_NUMBER = re.compile(r"\s*(\d{1,4})(?!\d)[\s,]*(?:(bis|ter|quater|quinquies|[a-h])(?=[\s,]|$))?[\s,]*", re.I)
_SUFFIXES = {"b": "bis", "t": "ter", "q": "quater"}

_STREETS = """
WITH asked AS MATERIALIZED (SELECT kernel_words(%(text)s) AS words, kernel_words(%(rare)s) AS rare),
scored AS (
    SELECT street.id, street.name, street.locality, street.postal_code, street.location, street.commune_id,
        commune.code_insee, body.name AS city, street.is_place,
        kernel_words(street.name) AS folded, asked.words, street.text,
        word_similarity(asked.words, street.text) + word_similarity(asked.rare, street.text)
            + similarity(asked.words, street.text) / 2
            + CASE WHEN position(asked.words IN street.text) > 0 THEN 0.3 ELSE 0 END AS score
    FROM organisations_near_streets((SELECT rare FROM asked)) near(id)
    JOIN organisations_street street USING (id)
    JOIN organisations_commune commune ON commune.organisation_ptr_id = street.commune_id
    JOIN organisations_organisation body ON body.id = street.commune_id
    CROSS JOIN asked
    WHERE %(commune)s::bigint IS NULL OR street.commune_id = %(commune)s
)
SELECT id, name, locality, postal_code, location[0], location[1], commune_id, code_insee, city, is_place,
    position(folded IN words) > 0 AS whole, position(words IN text) > 0 AS holds
FROM scored ORDER BY score DESC, length(name), city, id LIMIT %(limit)s
"""
_NUMBERS = """
SELECT id, street_id, number, suffix, location[0], location[1] FROM organisations_address
WHERE street_id = ANY(%(streets)s)
    AND (%(number)s::integer IS NULL OR number = %(number)s)
ORDER BY number, suffix <> %(suffix)s, suffix LIMIT %(limit)s
"""


_KINDS = {"number": "adresse", "street": "voie", "place": "lieu-dit"}


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A place to choose. `kind` is "number", "street" or "place"; `commune_id` our own, `code_insee` its code."""

    label: str
    kind: str
    longitude: float
    latitude: float
    commune_id: int
    code_insee: str
    city: str
    postal_code: str
    street: str
    number: str = ""

    def as_json(self) -> dict[str, Any]:
        """For the browser: {"label", "kind" (in French), "type", "lon", "lat", "code_insee", "city", …}."""
        values = asdict(self) | {"type": self.kind, "kind": _KINDS[self.kind]}
        values["lon"], values["lat"] = values.pop("longitude"), values.pop("latitude")
        values["street"] = f"{self.number} {self.street}".strip()
        del values["commune_id"], values["number"]
        return values


@dataclass(frozen=True)
class _Street:
    """`whole` = its name is typed whole; `holds` = what is typed is in it as it is."""

    pk: int
    name: str
    locality: str
    postal_code: str
    longitude: float
    latitude: float
    commune_id: int
    code_insee: str
    city: str
    is_place: bool
    whole: bool
    holds: bool

    def suggestion(self, number: str = "", point: tuple[float, float] | None = None) -> Suggestion:
        longitude, latitude = point or (self.longitude, self.latitude)
        place = f", {self.locality}" if self.locality and self.locality != self.name else ""
        town = f"{self.postal_code} {self.city}".strip()
        return Suggestion(
            label=f"{number} {self.name}{place}, {town}".strip(),
            kind="number" if number else "place" if self.is_place else "street",
            longitude=longitude,
            latitude=latitude,
            commune_id=self.commune_id,
            code_insee=self.code_insee,
            city=self.city,
            postal_code=self.postal_code,
            street=self.name,
            number=number,
        )


def suggest(text: str, limit: int = 8, commune: Commune | int | None = None) -> list[Suggestion]:
    """The addresses of the territory that resemble what is typed, best first, in two queries.

    Without a number the streets come first, then the numbers of the one that is typed whole. With a number, the
    streets that have it come first; where none has, the street itself. `commune` keeps to one commune. An installed
    address service (`BEFFROI_BAN_URL`) completes what is missing.
    """
    text = " ".join(text.replace("\x00", " ").split())[:LONGEST]
    number, suffix, street_text = _split(text)
    street_text = _expanded(street_text)
    if len(street_text) < SHORTEST:
        return []
    within = getattr(commune, "pk", commune)
    streets = _streets(street_text, within, max(limit, 20) if number else limit)
    found = _with_number(streets, number, suffix, limit) if number else _with_streets(streets, limit)
    if len(found) < limit and online.is_configured():
        known = {one.label for one in found}
        found += [one for one in online.suggest(text, limit, within, Suggestion) if one.label not in known]
    return found[:limit]


def _split(text: str) -> tuple[int | None, str, str]:
    """« 12 bis rue du Bourg » → (12, "bis", "rue du Bourg"); a postal code is no number."""
    found = _NUMBER.match(text)
    if not found or not text[found.end() :]:
        return None, "", text
    suffix = (found[2] or "").lower()
    return int(found[1]), _SUFFIXES.get(suffix, suffix), text[found.end() :]


def _expanded(text: str) -> str:
    words = text.split(" ")
    expanded = [_ABBREVIATIONS.get(word.lower().rstrip("."), word) for word in words[:-1]]
    return " ".join([*expanded, words[-1]])


def _rare(text: str) -> str:
    """The words that tell a street from another; all of them when none does."""
    words = re.split(r"[\s,’'-]+", text)
    return " ".join(word for word in words if slugify(word) not in _COMMON) or text


def _streets(text: str, commune: int | None, limit: int) -> list[_Street]:
    with connection.cursor() as cursor:
        cursor.execute(_STREETS, {"text": text, "rare": _rare(text), "commune": commune, "limit": limit})
        return [_Street(*row) for row in cursor.fetchall()]


def _numbers(streets: list[_Street], number: int | None, suffix: str, limit: int) -> list[tuple]:
    with connection.cursor() as cursor:
        parameters = {"streets": [one.pk for one in streets], "number": number, "suffix": suffix, "limit": limit}
        cursor.execute(_NUMBERS, parameters)
        return cursor.fetchall()


def _with_streets(streets: list[_Street], limit: int) -> list[Suggestion]:
    if streets and streets[0].whole:
        streets = [one for one in streets if one.whole or one.holds]
    found = [one.suggestion() for one in streets]
    if streets and streets[0].whole and len(found) < limit:
        lines = _numbers(streets[:1], None, "", limit - len(found))
        found += [streets[0].suggestion(f"{line[2]} {line[3]}".strip(), (line[4], line[5])) for line in lines]
    return found


def _with_number(streets: list[_Street], number: int | None, suffix: str, limit: int) -> list[Suggestion]:
    held: dict[int, list[tuple]] = {}
    for line in _numbers(streets, number, suffix, 200):
        held.setdefault(line[1], []).append(line)
    found, without = [], []
    for street in streets:
        lines = held.get(street.pk, [])
        found += [street.suggestion(f"{line[2]} {line[3]}".strip(), (line[4], line[5])) for line in lines]
        if not lines:
            without.append(street.suggestion())
    return (found + without)[:limit]
