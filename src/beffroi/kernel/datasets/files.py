"""The files of a dataset, each made once from its snapshot, row after row, and kept beside it.

CSV follows RFC 4180 (commas, CRLF, UTF-8); a text that a spreadsheet would run as a formula is preceded by an
apostrophe. The schema is a Table Schema, the package a Data Package (https://specs.frictionlessdata.io).
"""

import csv
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from beffroi.kernel import sheets
from beffroi.kernel.datasets.snapshots import Snapshot
from beffroi.kernel.modules import Dataset

# A telephone or a number begins with a sign without being a formula.
HARMLESS = re.compile(r"[+-][\d\s.,()/-]*")
SCHEMA_URL = "https://specs.frictionlessdata.io/schemas/table-schema.json"
LICENCES = {
    "Licence Ouverte 2.0": ("etalab-2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence"),
    "ODbL 1.0": ("ODbL-1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
    "CC BY 4.0": ("CC-BY-4.0", "https://creativecommons.org/licenses/by/4.0/"),
}


@dataclass(frozen=True)
class Format:
    """A way to take the rows away. `use` says for whom it is."""

    kind: str
    label: str
    use: str
    media_type: str
    write: Callable[[Snapshot, IO[bytes]], None]


def _csv_value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, list):
        return f"{value[0]}, {value[1]}"
    if isinstance(value, str):
        risky = value.startswith(sheets.DANGEROUS) and not HARMLESS.fullmatch(value)
        return f"'{value}" if risky else value
    return str(value)


def _write_csv(snapshot: Snapshot, output: IO[bytes]) -> None:
    class Encoded:
        def write(self, text: str) -> int:
            return output.write(text.encode())

    writer = csv.writer(Encoded(), lineterminator="\r\n")
    writer.writerow(field.name for field in snapshot.dataset.fields)
    writer.writerows([_csv_value(value) for value in row.values()] for row in snapshot.rows())


def _json_value(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return value.isoformat() if isinstance(value, date) else value


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: _json_value(value) for name, value in row.items()}


def _write_list(items, output: IO[bytes]) -> None:
    for number, item in enumerate(items):
        output.write(b",\n" if number else b"\n")
        output.write(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode())


def _write_json(snapshot: Snapshot, output: IO[bytes]) -> None:
    output.write(b"[")
    _write_list((_plain(row) for row in snapshot.rows()), output)
    output.write(b"\n]\n")


def _write_geojson(snapshot: Snapshot, output: IO[bytes]) -> None:
    longitude, latitude = snapshot.dataset.longitude, snapshot.dataset.latitude

    def features():
        for row in snapshot.rows():
            values = _plain(row)
            here = values[longitude] is not None and values[latitude] is not None
            place = {"type": "Point", "coordinates": [values[longitude], values[latitude]]} if here else None
            others = {name: value for name, value in values.items() if name not in (longitude, latitude)}
            yield {"type": "Feature", "geometry": place, "properties": others}

    output.write(b'{"type":"FeatureCollection","features":[')
    _write_list(features(), output)
    output.write(b"\n]}\n")


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return f"{value[0]}, {value[1]}"
    return sheets.plain(value)


def _write_xlsx(snapshot: Snapshot, output: IO[bytes]) -> None:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    page = book.create_sheet(snapshot.dataset.code[:31])
    page.freeze_panes = "A2"
    page.append([field.name for field in snapshot.dataset.fields])
    for row in snapshot.rows():
        cells = []
        for value in row.values():
            value = _cell(value)
            cell = WriteOnlyCell(page, value)
            if isinstance(value, str):
                cell.data_type = "s"  # « = » begins a text here, never a formula
            elif isinstance(value, datetime):
                cell.number_format = "dd/mm/yyyy hh:mm"
            elif isinstance(value, date):
                cell.number_format = "dd/mm/yyyy"
            cells.append(cell)
        page.append(cells)
    book.save(output)


def _write_ods(snapshot: Snapshot, output: IO[bytes]) -> None:
    headers = [field.name for field in snapshot.dataset.fields]
    rows = ([_cell(value) for value in row.values()] for row in snapshot.rows())
    output.write(sheets.ods_bytes([sheets.Sheet(snapshot.dataset.code, headers, rows)]))


FORMATS = {
    format.kind: format
    for format in (
        Format("csv", "CSV", "pour un programme ou un tableur", "text/csv; charset=utf-8", _write_csv),
        Format("xlsx", "Excel (XLSX)", "pour Excel", sheets.TYPES["xlsx"], _write_xlsx),
        Format("ods", "LibreOffice (ODS)", "pour LibreOffice", sheets.TYPES["ods"], _write_ods),
        Format("json", "JSON", "pour un programme", "application/json", _write_json),
        Format("geojson", "GeoJSON", "pour une carte", "application/geo+json", _write_geojson),
    )
}


def formats_of(dataset: Dataset) -> list[Format]:
    """The formats of a dataset: GeoJSON only where there are places."""
    return [one for one in FORMATS.values() if one.kind != "geojson" or (dataset.longitude and dataset.latitude)]


def file_of(snapshot: Snapshot, kind: str) -> Path:
    """The file in that format, made now if it was not. Raises KeyError for a format that the dataset does not have."""
    wanted = {one.kind: one for one in formats_of(snapshot.dataset)}[kind]
    path = snapshot.path(kind)
    if not path.exists():
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as output:
                wanted.write(snapshot, output)
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    return path


def table_schema(dataset: Dataset) -> dict:
    """The Table Schema of the CSV file."""
    fields = []
    for field in dataset.fields:
        constraints = {**field.constraints, **({"required": True} if field.required else {})}
        told = {"name": field.name, "type": field.type, "description": field.description}
        told |= {"example": field.example} if field.example else {}
        fields.append(told | ({"constraints": constraints} if constraints else {}))
    return {"$schema": SCHEMA_URL, "fields": fields, "missingValues": [""]}


def licence(dataset: Dataset) -> tuple[str, str]:
    """The identifier of the licence (SPDX where it has one) and its address, empty when it is not known here."""
    return LICENCES.get(dataset.licence, (dataset.licence, ""))


def data_package(snapshot: Snapshot, home: str) -> dict:
    """The Data Package: the CSV file with its schema, size and digest. `home` = the address of the dataset's page."""
    dataset = snapshot.dataset
    path = file_of(snapshot, "csv")
    name, address = licence(dataset)
    return {
        "profile": "tabular-data-package",
        "name": dataset.code,
        "title": dataset.title,
        "description": dataset.description,
        "homepage": home,
        "created": snapshot.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "keywords": list(dataset.keywords),
        "licenses": [{"name": name, "title": dataset.licence} | ({"path": address} if address else {})],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": dataset.code,
                "path": f"{dataset.code}.csv",
                "title": dataset.title,
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "bytes": path.stat().st_size,
                "hash": f"sha256:{_digest(path)}",
                "schema": table_schema(dataset),
            }
        ],
    }


def _digest(path: Path) -> str:
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
