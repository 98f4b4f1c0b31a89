"""The rows of a dataset, read once and kept in the home folder until they change.

`<home>/donnees/<code>/` holds `state.json` and, named after the digest of the rows, one file for each format asked.
The rows are read again when the dataset's `version` changes; when they turn out to be the same, every file stays.
"""

import hashlib
import json
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

from beffroi.kernel import journal, modules
from beffroi.kernel.modules import Dataset, DatasetField

log = logging.getLogger("beffroi.datasets")

ROWS = "jsonl"


@dataclass(frozen=True)
class Snapshot:
    """The rows as they were at `read_at`; `changed_at` is when they last became what they are."""

    dataset: Dataset
    version: str
    digest: str
    count: int
    changed_at: datetime
    read_at: datetime

    def path(self, kind: str) -> Path:
        return folder(self.dataset.code) / f"{self.digest}.{kind}"

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows: text, whole numbers, Decimal, booleans, date, aware datetime, [longitude, latitude] or None."""
        readers = [(field.name, _READERS.get(field.type, _same)) for field in self.dataset.fields]
        with open(self.path(ROWS), encoding="utf-8") as lines:
            for line in lines:
                values = json.loads(line, parse_float=Decimal)
                yield {
                    name: None if value is None else read(value)
                    for (name, read), value in zip(readers, values, strict=True)
                }


class BadRow(ValueError):
    """A row does not hold what its field announces: a fault of the module, told by name."""


def folder(code: str) -> Path:
    return Path(settings.HOME) / "donnees" / code


def version_of(dataset: Dataset) -> str:
    """Changes when the rows may have: the dataset's own mark, else the last line of the journal and the day.

    The fields count too: a new release that describes a column otherwise makes new files.
    """
    mark = dataset.version() if dataset.version else f"{journal.version()} {timezone.localdate()}"
    return hashlib.blake2b(f"{dataset.fields!r} {mark}".encode(), digest_size=12).hexdigest()


def kept(dataset: Dataset) -> Snapshot | None:
    """What was last read, without asking the database; None when nothing was."""
    try:
        state = json.loads((folder(dataset.code) / "state.json").read_text())
        snapshot = Snapshot(
            dataset=dataset,
            version=state["version"],
            digest=state["digest"],
            count=state["count"],
            changed_at=datetime.fromisoformat(state["changed_at"]),
            read_at=datetime.fromisoformat(state["read_at"]),
        )
    except (OSError, ValueError, KeyError):
        return None
    return snapshot if snapshot.path(ROWS).exists() else None


def current(dataset: Dataset) -> Snapshot:
    """The rows of now: those that are kept when they cannot have changed. Raises BadRow, or the fault of `rows()`."""
    before, version = kept(dataset), version_of(dataset)
    if before is not None and before.version == version:
        return before
    place = folder(dataset.code)
    place.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as output:
            count, digest = _write_rows(dataset, output)
        os.replace(name, place / f"{digest}.{ROWS}")
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    now = datetime.now(UTC)
    changed_at = before.changed_at if before is not None and before.digest == digest else now
    snapshot = Snapshot(dataset, version, digest, count, changed_at, now)
    _write_state(snapshot)
    _clear(place, {digest, before.digest if before else ""})
    return snapshot


def latest(dataset: Dataset) -> Snapshot:
    """The rows of now or, when their module is at fault, those that were last read. Raises when there are none."""
    try:
        return current(dataset)
    except Exception:
        log.exception("dataset code=%s", dataset.code)
        before = kept(dataset)
        if before is None:
            raise
        return before


def _write_rows(dataset: Dataset, output) -> tuple[int, str]:
    digest, count = hashlib.sha256(repr(dataset.fields).encode()), 0
    for row in dataset.rows():
        values = [_value(dataset, field, row) for field in dataset.fields]
        line = json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n"
        digest.update(line.encode())
        output.write(line)
        count += 1
    return count, digest.hexdigest()[:24]


def _write_state(snapshot: Snapshot) -> None:
    place = folder(snapshot.dataset.code)
    state = {
        "version": snapshot.version,
        "digest": snapshot.digest,
        "count": snapshot.count,
        "changed_at": snapshot.changed_at.isoformat(),
        "read_at": snapshot.read_at.isoformat(),
    }
    handle, name = tempfile.mkstemp(dir=place, suffix=".part")
    with os.fdopen(handle, "w") as output:
        json.dump(state, output)
    os.replace(name, place / "state.json")


def _clear(place: Path, digests: set[str]) -> None:
    """Remove the files of older rows: those of the last ones stay for downloads under way."""
    for path in place.iterdir():
        stem = path.name.partition(".")[0]
        if path.suffix != ".part" and path.name != "state.json" and stem not in digests:
            path.unlink(missing_ok=True)


def refresh_all() -> dict[str, str]:
    """Read every dataset again where it changed, and forget those that no module declares; {code: fault}."""
    faults = {}
    for dataset in modules.collect("datasets"):
        try:
            current(dataset)
        except Exception as fault:  # noqa: BLE001  one dataset that breaks must not stop the others
            faults[dataset.code] = type(fault).__name__
    root = folder("")
    declared = {dataset.code for dataset in modules.collect("datasets")}
    if root.is_dir():
        for place in root.iterdir():
            if place.is_dir() and place.name not in declared:
                shutil.rmtree(place, ignore_errors=True)
    return faults


def _value(dataset: Dataset, field: DatasetField, row: Mapping[str, Any]) -> Any:
    """A value as it is kept: JSON that says the same on every machine."""
    value = row.get(field.name)
    if value is None or value == "":
        if field.required:
            raise BadRow(f"{dataset.code}.{field.name} : valeur absente")
        return None
    try:
        return _WRITERS[field.type](value)
    except (TypeError, ValueError, AttributeError, ArithmeticError) as fault:
        raise BadRow(f"{dataset.code}.{field.name} : {type(value).__name__} au lieu de {field.type}") from fault


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != value:
        raise ValueError(value)
    return int(value)


def _number(value: Any) -> float | int:
    if isinstance(value, bool):
        raise ValueError(value)
    number = float(Decimal(str(value)))
    return int(number) if number.is_integer() and abs(number) < 2**53 else number


def _boolean(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _day(value: Any) -> str:
    if isinstance(value, str):
        return date.fromisoformat(value).isoformat()
    if isinstance(value, datetime):
        value = timezone.localdate(value) if timezone.is_aware(value) else value.date()
    if not isinstance(value, date):
        raise ValueError(value)
    return value.isoformat()


def _moment(value: Any) -> str:
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    aware = value if timezone.is_aware(value) else timezone.make_aware(value)
    return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _place(value: Any) -> list[float]:
    longitude, latitude = value
    return [round(float(longitude), 7), round(float(latitude), 7)]


def _same(value: Any) -> Any:
    return value


_WRITERS: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "integer": _whole,
    "number": _number,
    "boolean": _boolean,
    "date": _day,
    "datetime": _moment,
    "geopoint": _place,
}
_READERS = {
    "number": lambda value: Decimal(str(value)),
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
    "geopoint": lambda value: [float(part) for part in value],
}
