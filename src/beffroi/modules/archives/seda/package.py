"""The ZIP of a message: `manifest.xml` first, then `Content/` with each content under a plain name."""

import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from typing import IO

from django.utils import timezone

from beffroi.modules.archives.seda.model import Content, Unit
from beffroi.shared.files import storage

COMPRESSED = ("text/plain", "message/rfc822")


def make(manifest: bytes, units: Iterable[Unit]) -> IO[bytes]:
    """The package, ready to be read; who reads it closes it."""
    kept: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115  closed by who reads it
    moment = timezone.localtime().timetuple()[:6]
    contents, written = storage.contents(), set()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("manifest.xml", moment), manifest, zipfile.ZIP_DEFLATED)
        for content in _each(units):
            if content.uri in written:
                continue
            written.add(content.uri)
            entry = zipfile.ZipInfo(content.uri, moment)
            entry.compress_type = zipfile.ZIP_DEFLATED if content.mime in COMPRESSED else zipfile.ZIP_STORED
            with archive.open(entry, "w", force_zip64=content.size > 2**31) as inside:
                for portion in contents.read(storage.address(content.sha256)):
                    inside.write(portion)
    kept.seek(0)
    return kept


def _each(units: Iterable[Unit]) -> Iterator[Content]:
    """Every content, then its copies."""
    for unit in units:
        for content in unit.contents():
            yield content
            yield from content.copies
