"""A dataset, written as CSV and checked by frictionless against the schema that the manifest declares."""

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

from frictionless import Resource, Schema, system

MOST = 2_000


def schema(dataset) -> dict:
    """Its Table Schema, made from the manifest alone."""
    fields = []
    for column in dataset.fields:
        constraints = dict(column.constraints)
        if column.required:
            constraints["required"] = True
        line = {"name": column.name, "type": column.type, "description": column.description}
        fields.append({**line, "constraints": constraints} if constraints else line)
    return {"fields": fields}


def _cell(value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def faults(dataset, folder: Path) -> Iterator[str]:
    """What is wrong with the rows, the schema or the words of a dataset."""
    names = [column.name for column in dataset.fields]
    if not dataset.description.strip() or not dataset.licence:
        yield "description ou licence absente"
    yield from (f"{name} : colonne de position absente" for name in _places(dataset) if name not in names)
    yield from (f"{c.name} : description absente" for c in dataset.fields if len(c.description) < 3)
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for number, row in enumerate(dataset.rows()):
            if number == MOST:
                break
            if unknown := set(row) - set(names):
                yield f"colonnes absentes du schéma : {', '.join(sorted(unknown))}"
                return
            writer.writerow([_cell(row.get(name)) for name in names])
    system.trusted = True
    report = Resource(path=str(path), schema=Schema.from_descriptor(schema(dataset))).validate()
    for task in report.tasks:
        for error in task.errors[:10]:
            yield f"{error.type} : {error.message}"


def _places(dataset) -> list[str]:
    return [name for name in (dataset.longitude, dataset.latitude) if name]
