"""Where contents lie: a local folder or an S3 bucket (`s3.py`), each content at the address that its SHA-256 gives.

Both answer the same five questions: put, exists, read (a part of), delete, walk. Which one is used, and its options,
are in `STORAGES["files"]` of the settings.
"""

import contextlib
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from django.core.files.storage import FileSystemStorage, storages
from django.utils import timezone

if TYPE_CHECKING:
    from beffroi.shared.files.s3 import S3Contents

CHUNK = 64 * 1024
DRAFTS = ".arrivages"
DRAFT_LIFE = 24 * 3600


class Kept(NamedTuple):
    """Something found in the storage: its name there, its size in bytes, when it was written."""

    name: str
    size: int
    written: datetime


def address(sha256: str) -> str:
    """The name of a content in the storage: "ab/cd/abcd…"."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def contents() -> "LocalContents | S3Contents":
    """The storage of this installation."""
    return storages["files"]


class LocalContents(FileSystemStorage):
    """A folder. A content is written aside, synced to the disk, then renamed: it is there whole or not at all."""

    def put(self, name: str, content: BinaryIO) -> None:
        """Write a content; harmless if it is there already."""
        final = Path(self.path(name))
        drafts = Path(self.path(DRAFTS))
        drafts.mkdir(parents=True, exist_ok=True)
        final.parent.mkdir(parents=True, exist_ok=True)
        content.seek(0)
        with tempfile.NamedTemporaryFile(dir=drafts, delete=False) as draft:
            try:
                while chunk := content.read(CHUNK):
                    draft.write(chunk)
                draft.flush()
                os.fsync(draft.fileno())
                os.chmod(draft.name, 0o640)
                os.replace(draft.name, final)
            except BaseException:
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(draft.name)
                raise
        _sync_folder(final.parent)

    def put_many(self, pairs: Iterable[tuple[str, BinaryIO]]) -> None:
        """Write many contents, whose sync is left to the system: for what can be made again if the machine stops."""
        for name, content in pairs:
            final = Path(self.path(name))
            final.parent.mkdir(parents=True, exist_ok=True)
            content.seek(0)
            draft = final.with_suffix(".part")
            draft.write_bytes(content.read())
            draft.chmod(0o640)
            draft.replace(final)

    def read(self, name: str, start: int = 0, length: int | None = None) -> "Portions":
        """The bytes of a content from `start`, `length` of them (all the rest when None).

        Raises FileNotFoundError at once, before the first byte is asked for.
        """
        handle = open(self.path(name), "rb")  # noqa: SIM115  closed by Portions
        handle.seek(start)
        return Portions(handle, length)

    def walk(self) -> Iterator[Kept]:
        """Everything kept, drafts of interrupted writings excepted."""
        root = Path(self.location)
        for folder, subfolders, names in os.walk(root):
            subfolders[:] = sorted(name for name in subfolders if name != DRAFTS)
            for name in names:
                path = Path(folder, name)
                with contextlib.suppress(FileNotFoundError):
                    found = path.stat()
                    written = datetime.fromtimestamp(found.st_mtime, tz=timezone.get_default_timezone())
                    yield Kept(path.relative_to(root).as_posix(), found.st_size, written)

    def clear_drafts(self, now: float | None = None) -> int:
        """Remove what interrupted writings left more than a day ago; returns how many."""
        limit = (now or time.time()) - DRAFT_LIFE
        removed = 0
        for draft in Path(self.path(DRAFTS)).glob("*"):
            with contextlib.suppress(FileNotFoundError):
                if draft.stat().st_mtime < limit:
                    draft.unlink()
                    removed += 1
        return removed


class Portions:
    """The bytes of an open content, bit by bit; closes it at the end, or when told to."""

    def __init__(self, handle, length: int | None = None):
        self.handle, self.left, self._closed = handle, length, False

    def __iter__(self) -> "Portions":
        return self

    def __next__(self) -> bytes:
        wanted = CHUNK if self.left is None else min(CHUNK, self.left)
        chunk = self.handle.read(wanted) if wanted and not self._closed else b""
        if not chunk:
            self.close()
            raise StopIteration
        if self.left is not None:
            self.left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._closed = True
        self.handle.close()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
