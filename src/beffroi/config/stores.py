"""The places where files are kept, local or S3, seen by backup and restore as trees of names."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages


@dataclass(frozen=True)
class Store:
    """One entry of STORAGES that holds what must be kept. `folder` is None when it is not on this disk."""

    alias: str
    storage: Any
    folder: Path | None

    def names(self, under: str = "") -> Iterator[str]:
        """Everything kept, what is being written (names that begin with a dot) and nested stores excepted."""
        try:
            folders, files = self.storage.listdir(under)
        except FileNotFoundError:
            return
        for name in sorted(files):
            if name and not name.startswith("."):
                yield f"{under}{name}"
        for folder in sorted(folders):
            inside = f"{under}{folder}/"
            if not folder.startswith(".") and not self._belongs_to_another(inside):
                yield from self.names(inside)

    def _belongs_to_another(self, inside: str) -> bool:
        if self.folder is None:
            return False
        path = self.folder / inside
        return any(path == other.folder for other in all_stores() if other.alias != self.alias)

    def open(self, name: str) -> tuple[BinaryIO, int]:
        """A content and its size in bytes."""
        return self.storage.open(name), self.storage.size(name)

    def put(self, name: str, content: IO[bytes]) -> None:
        """Write a content in the place of the one of that name."""
        if self.storage.exists(name):
            self.storage.delete(name)
        self.storage.save(name, File(content))


def all_stores() -> list[Store]:
    """Every store of the installation, the static files excepted: they are made from the sources."""
    found = []
    for alias in settings.STORAGES:
        if alias != "staticfiles":
            storage = storages[alias]
            folder = Path(storage.location) if isinstance(storage, FileSystemStorage) else None
            found.append(Store(alias, storage, folder))
    return found
