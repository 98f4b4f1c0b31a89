"""What a backup is: one tar archive with a dump of the database, every file, the keys, and the digest of each.

Members: `database.dump` (pg_dump's custom format), `files/<storage>/<name>`, `keys/<name>`, then `manifest.json` with
the SHA-256 and size of all of those, and `manifest.sha256`. The manifest is last, so a truncated archive has none.
"""

import contextlib
import errno
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, BinaryIO

from beffroi.config.runtime import Failure

FORMAT = 1
MANIFEST, MANIFEST_DIGEST, DUMP = "manifest.json", "manifest.sha256", "database.dump"
KEYS = ("secret_key", "*.pem", "*.key", "*.p12")
CHUNK = 1 << 20


class Damaged(Failure):
    """The archive is not what was written; nothing of it may be used."""


class _Digesting(io.RawIOBase):
    """Reads through, counting and digesting what passes."""

    def __init__(self, source: BinaryIO):
        self.source = source
        self.sha256 = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        portion = self.source.read(size)
        self.sha256.update(portion)
        return portion


@dataclass
class Writer:
    """Writes an archive. It takes its name only once whole and on the disk."""

    path: Path
    members: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.draft = self.path.with_name(f".{self.path.name}.partial")
        handle = os.open(self.draft, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600)
        self.output = os.fdopen(handle, "wb")
        self.tar = tarfile.TarFile(fileobj=self.output, mode="w", format=tarfile.PAX_FORMAT)

    def add(self, name: str, source: BinaryIO, size: int) -> None:
        """Add `size` bytes of `source`. Raises Failure if there are fewer: the file is changing."""
        info = tarfile.TarInfo(name)
        info.size, info.mode, info.mtime = size, 0o600, int(datetime.now(UTC).timestamp())
        digesting = _Digesting(source)
        try:
            self.tar.addfile(info, digesting)
        except OSError as fault:
            if fault.errno:
                raise
            raise Failure(f"Le fichier {name} a changé pendant la sauvegarde : recommencez-la.") from fault
        self.members[name] = {"sha256": digesting.sha256.hexdigest(), "size": size}

    def finish(self, **facts: Any) -> None:
        """Write the manifest, sync to the disk, give the archive its name."""
        manifest = {"format": FORMAT, **facts, "members": self.members}
        content = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
        digest = hashlib.sha256(content).hexdigest().encode()
        for name, text in ((MANIFEST, content), (MANIFEST_DIGEST, digest)):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(text), 0o600
            self.tar.addfile(info, io.BytesIO(text))
        self.tar.close()
        self.output.flush()
        os.fsync(self.output.fileno())
        self.output.close()
        self.draft.replace(self.path)

    def abandon(self) -> None:
        """Remove what was written so far."""
        self.output.close()
        self.draft.unlink(missing_ok=True)


def verify(path: Path) -> dict[str, Any]:
    """Read the whole archive and compare each member with the manifest, which is returned. Raises Damaged."""
    found: dict[str, dict[str, Any]] = {}
    kept: dict[str, bytes] = {}
    with _said_plainly(path):
        for name, content in members(path):
            digest, size, portions = hashlib.sha256(), 0, []
            while portion := content.read(CHUNK):
                digest.update(portion)
                size += len(portion)
                if name in {MANIFEST, MANIFEST_DIGEST}:
                    portions.append(portion)
            if name in found:
                raise Damaged(f"L’archive {path} contient deux fois {name} : elle n’a pas été faite par Beffroi.")
            found[name] = {"sha256": digest.hexdigest(), "size": size}
            kept[name] = b"".join(portions)
    return _compare(path, found, kept)


def _compare(path: Path, found: dict, kept: dict[str, bytes]) -> dict[str, Any]:
    if MANIFEST not in found or found[MANIFEST]["sha256"].encode() != kept.get(MANIFEST_DIGEST):
        raise Damaged(f"L’archive {path} est incomplète ou abîmée : rien n’a été touché. Prenez une autre sauvegarde.")
    manifest = json.loads(kept[MANIFEST])
    if manifest["format"] != FORMAT:
        raise Damaged(f"L’archive {path} a été faite par une version plus récente de Beffroi : mettez Beffroi à jour.")
    expected = manifest["members"]
    actual = {name: facts for name, facts in found.items() if name not in {MANIFEST, MANIFEST_DIGEST}}
    wrong = sorted(name for name in expected.keys() | actual.keys() if expected.get(name) != actual.get(name))
    if wrong or DUMP not in expected:
        raise Damaged(
            f"L’archive {path} est abîmée : {len(wrong)} élément(s) ne correspondent pas à leur empreinte, dont "
            f"{wrong[0] if wrong else DUMP}. Rien n’a été touché. Prenez une autre sauvegarde."
        )
    return manifest


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """The name and the content of each member, in order. Raises Damaged for what cannot be read."""
    with _said_plainly(path), tarfile.open(path, mode="r:") as tar:
        for info in tar:
            content = tar.extractfile(info) if info.isreg() else None
            if content is None or info.name.startswith("/") or ".." in Path(info.name).parts:
                raise Damaged(f"L’archive {path} contient un élément suspect, {info.name} : elle est refusée.")
            yield info.name, content


@contextlib.contextmanager
def _said_plainly(path: Path) -> Iterator[None]:
    """What goes wrong when an archive is read, its members included, as a sentence."""
    try:
        yield
    except FileNotFoundError as fault:
        raise Failure(f"Il n’y a pas de fichier {path}.") from fault
    except (tarfile.TarError, EOFError) as fault:
        raise Damaged(
            f"{path} n’est pas une sauvegarde de Beffroi, ou elle est abîmée : rien n’a été touché."
        ) from fault
    except OSError as fault:
        whys = {errno.EISDIR: "c’est un dossier", errno.EACCES: "vous n’en avez pas le droit"}
        raise Failure(f"{path} ne peut pas être lu : {whys.get(fault.errno or 0, str(fault))}.") from fault
