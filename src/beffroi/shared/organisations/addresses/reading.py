"""Read the files of the Base Adresse Nationale, line by line: addresses, and place names.

Formats of https://adresse.data.gouv.fr/data/ban/adresses/latest/csv: « adresses-80.csv.gz » and
« lieux-dits-80-beta.csv.gz ».
"""

import csv
import gzip
import io
import math
import unicodedata
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NEEDED = ("id", "code_insee", "lon", "lat")
# Numbers from 5000 on are given by the cadastre to what has none; 99999 marks a place name (format BAL 1.4).
FALSE_NUMBERS = 5000


class ImportFault(Exception):
    """The file cannot be read; the message, in French, says why and what to do."""


@dataclass(frozen=True)
class Row:
    """One line: `number` None = the street or the place itself."""

    ban_id: str
    street_code: str
    number: int | None
    suffix: str
    name: str
    locality: str
    postal_code: str
    code_insee: str
    former: str
    longitude: float
    latitude: float


@contextmanager
def opened(path: Path) -> Iterator[io.TextIOBase]:
    """The file as text, decompressed on the way when its first bytes say that it is compressed."""
    try:
        with path.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            source = gzip.GzipFile(fileobj=raw) if packed else raw
            with io.TextIOWrapper(source, encoding="utf-8-sig", newline="") as text:
                yield text
    except FileNotFoundError as error:
        raise ImportFault(f"Le fichier {path} n’existe pas.") from error
    except UnicodeDecodeError as error:
        raise ImportFault(
            f"Le fichier {path} n’est pas du texte en UTF-8 : donnez le fichier CSV de la BAN."
        ) from error
    except (gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise ImportFault(f"Le fichier {path} est incomplet ou abîmé : téléchargez-le de nouveau.") from error
    except (OSError, csv.Error) as error:
        raise ImportFault(f"Le fichier {path} ne peut pas être lu : {error}.") from error


def rows(text: io.TextIOBase, communes: set[str]) -> Iterator[Row]:
    """The usable lines of the communes whose INSEE codes are given. Raises ImportFault for another format."""
    first = text.readline(10_000)
    reader = csv.reader(text, delimiter=";" if first.count(";") > first.count(",") else ",")
    header = next(csv.reader([first], delimiter=reader.dialect.delimiter), [])
    names = {name.strip(): rank for rank, name in enumerate(header)}
    missing = [name for name in NEEDED if name not in names]
    if missing or not ({"nom_voie", "nom_lieu_dit"} & set(names)):
        absent = ", ".join(missing or ["nom_voie"])
        raise ImportFault(
            f"Ce fichier n’est pas au format national de la Base Adresse Nationale : il manque {absent}. "
            "Téléchargez « adresses-XX.csv.gz » sur adresse.data.gouv.fr."
        )
    for line in reader:
        values = {name: line[rank].strip() if rank < len(line) else "" for name, rank in names.items()}
        if values["code_insee"] in communes and (row := _row(values)) is not None:
            yield row


def _row(values: dict[str, str]) -> Row | None:
    """None for a line without position, name or identifier."""
    name = clean(values.get("nom_voie") or values.get("nom_lieu_dit") or "")[:160]
    ban_id = values["id"][:60]
    longitude, latitude = _degrees(values["lon"], 180), _degrees(values["lat"], 90)
    if not name or not ban_id or longitude is None or latitude is None:
        return None
    written = values.get("numero", "")
    number = int(written) if written.isascii() and written.isdigit() and int(written) < FALSE_NUMBERS else None
    return Row(
        ban_id=ban_id,
        street_code="_".join(ban_id.split("_")[:2]),
        number=number,
        suffix=clean(values.get("rep", ""))[:12].lower() if number is not None else "",
        name=name,
        locality=clean(values.get("nom_ld", ""))[:120],
        postal_code=_postal_code(values.get("code_postal", "")),
        code_insee=values["code_insee"],
        former=clean(values.get("nom_ancienne_commune", ""))[:80],
        longitude=longitude,
        latitude=latitude,
    )


def clean(text: str) -> str:
    """Without control characters, spaces in a row made one."""
    visible = "".join(" " if unicodedata.category(one).startswith("C") else one for one in text)
    return " ".join(visible.split()).replace("'", "’")


def _postal_code(text: str) -> str:
    return text if len(text) == 5 and text.isascii() and text.isdigit() else ""


def _degrees(text: str, limit: float) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) and abs(value) <= limit else None
