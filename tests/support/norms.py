"""The norms against which some outputs are checked: files that are not part of the project.

`BEFFROI_NORMS` names their folder; otherwise the folder `shared/data` beside the project, or beside one of the folders
above it. A test that needs one is skipped, and says which, where it is absent.
"""

import os
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def norm(*parts: str) -> Path:
    """The path of a file of the norms ("schemas", "dae.schema.json"), or skip the test."""
    given = os.environ.get("BEFFROI_NORMS")
    folders = [Path(given)] if given else [above / "shared" / "data" for above in PROJECT.parents]
    for folder in folders:
        found = folder.joinpath(*parts)
        if found.exists():
            return found
    pytest.skip(f"the norm {'/'.join(parts)} is not here (see tests/support/norms.py)")


def table_faults(rows, schema_path: Path, folder: Path) -> list[str]:
    """What frictionless finds wrong with these rows (dicts, all with the same keys) under a Table Schema file."""
    import csv

    from frictionless import Resource, Schema, system

    path = folder / "norm-rows.csv"
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in rows)
    system.trusted = True
    report = Resource(path=str(path), schema=Schema(str(schema_path))).validate()
    return [error.message for task in report.tasks for error in task.errors]
