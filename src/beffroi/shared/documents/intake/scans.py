"""A folder of the machine where a copier puts its scans: each file is filed, then put in « traités »."""

import time
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from beffroi.shared.documents.actions import doors
from beffroi.shared.documents.models import Inlet
from beffroi.shared.files.actions import DOCUMENT, store_upload
from beffroi.shared.files.refusals import Refused

DONE, REFUSED = "traités", "refusés"
# A file that still grows is not whole.
STILL = 10
AT_ONCE = 100


def root() -> Path | None:
    """The folder of all scans (BEFFROI_SCANS), or None."""
    return Path(settings.SCANS) if settings.SCANS else None


def read(inlet: Inlet, now: float | None = None) -> int:
    """File what is whole in a scan folder; returns how many files."""
    base = root()
    if base is None:
        doors.note_reading(inlet, "BEFFROI_SCANS n’est pas réglé")
        return 0
    folder = (base / inlet.path).resolve()
    if not folder.is_relative_to(base.resolve()) or not folder.is_dir():
        doors.note_reading(inlet, "le dossier n’existe pas sous BEFFROI_SCANS")
        return 0
    now = time.time() if now is None else now
    count = 0
    try:
        for path in sorted(folder.iterdir())[: AT_ONCE * 10]:
            if path.is_file() and not path.is_symlink() and not path.name.startswith(".") and _is_whole(path, now):
                _file(inlet, path)
                count += 1
            if count >= AT_ONCE:
                break
    except OSError as fault:
        doors.note_reading(inlet, f"le dossier ne peut pas être lu ou vidé ({type(fault).__name__})")
        return count
    doors.note_reading(inlet)
    return count


def _is_whole(path: Path, now: float) -> bool:
    return now - path.stat().st_mtime >= STILL


def _file(inlet: Inlet, path: Path) -> None:
    found = path.stat()
    key = f"{path.name[:140]}-{found.st_size}-{found.st_mtime_ns}"
    with path.open("rb") as content:
        try:
            file = store_upload(UploadedFile(content, name=path.name, size=found.st_size), actor=None, kind=DOCUMENT)
        except Refused as refusal:
            doors.receive(inlet, key, file=None, name=path.name, fault=str(refusal))
            _put_away(path, REFUSED)
            return
    doors.receive(inlet, key, file=file, name=path.name)
    _put_away(path, DONE)


def _put_away(path: Path, where: str) -> None:
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    target = folder / path.name
    if target.exists():
        target = folder / f"{path.stem} {time.time_ns()}{path.suffix}"
    path.rename(target)
