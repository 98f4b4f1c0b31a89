import io
import zipfile

import pytest

from beffroi.shared.files import archives, sniff
from beffroi.shared.files.refusals import Refused
from tests.shared.files import samples


@pytest.mark.parametrize(
    ("content", "mime"),
    [
        (samples.jpeg(), "image/jpeg"),
        (samples.png(), "image/png"),
        (samples.heic(), "image/heic"),
        (samples.webp(), "image/webp"),
        (samples.PDF, "application/pdf"),
        (samples.odt(), "application/vnd.oasis.opendocument.text"),
        (samples.xlsx(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("Le chemin est coupé depuis l’orage.\n".encode(), "text/plain"),
        ("Reçu à 5 € près".encode("cp1252"), "text/plain"),
    ],
)
def test_detect_known_content_gives_its_type(content, mime):
    assert sniff.detect(io.BytesIO(content)) == mime


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "vide"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "pages web"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"\xef\xbb\xbf  <svg onload=alert(1)>", "SVG"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "DOCX ou ODT"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom", "vidéos"),
        (b"ID3\x03" + bytes(300), "sonores"),
        (b"MZ" + bytes(300), "ce type de fichier"),
        (b"\x7fELF" + bytes(300), "ce type de fichier"),
        (b"II*\x00" + bytes(300), "numérisations TIFF"),
        (b"texte\x00binaire", "ce type de fichier"),
    ],
)
def test_detect_unsafe_content_is_refused_with_its_reason(content, reason):
    with pytest.raises(Refused, match=reason):
        sniff.detect(io.BytesIO(content))


def _zip(**entries) -> io.BytesIO:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return content


def test_detect_plain_archive_is_refused():
    with pytest.raises(Refused, match="un par un"):
        sniff.detect(_zip(note="bonjour"))


def test_detect_macros_in_office_document_is_refused():
    for name in ("xl/vbaProject.bin", "Basic/Standard/Module1.xml", "Scripts/python/go.py"):
        with pytest.raises(Refused, match="macros"):
            sniff.detect(io.BytesIO(samples.with_entry(samples.xlsx(), name, b"x")))


def test_detect_archive_bomb_is_refused():
    bomb = samples.with_entry(samples.odt(), "Pictures/zeros", bytes(300 * 1024 * 1024))
    assert len(bomb) < 1024 * 1024
    with pytest.raises(Refused, match="démesuré"):
        sniff.detect(io.BytesIO(bomb))


def test_detect_extreme_compression_is_refused_even_when_small():
    bomb = samples.with_entry(samples.odt(), "Pictures/zeros", bytes(archives.SMALL * 3))
    with pytest.raises(Refused, match="démesuré"):
        sniff.detect(io.BytesIO(bomb))


def test_detect_truncated_archive_is_refused_as_damaged():
    with pytest.raises(Refused, match="abîmé"):
        sniff.detect(io.BytesIO(samples.odt()[:400]))


def test_detect_locked_document_is_refused():
    content = bytearray(samples.xlsx())
    for mark in (b"PK\x03\x04", b"PK\x01\x02"):
        place = content.find(mark)
        content[place + (6 if mark == b"PK\x03\x04" else 8)] |= 1
    with pytest.raises(Refused, match="mot de passe"):
        sniff.detect(io.BytesIO(bytes(content)))
