"""Packages by the norm: valid for the three versions, whatever the titles, under two validators that are not ours."""

import datetime
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from beffroi.modules.archives.seda import formats, writing
from beffroi.modules.archives.seda.model import VERSIONS, Content, Envelope, Rules, Unit
from beffroi.modules.archives.seda.reading import Unreadable, outcome_of, read
from tests.support.norms import norm

NOW = datetime.datetime(2026, 11, 24, 10, tzinfo=datetime.UTC)
W3C = Path(xmlschema.__file__).parent / "schemas"


def main_of(version: str) -> Path:
    return norm("seda", f"seda-{version}", f"seda-{version}-main.xsd")


@cache
def schema(version: str) -> xmlschema.XMLSchema:
    places = {
        "http://www.w3.org/XML/1998/namespace": str(W3C / "XML" / "xml.xsd"),
        "http://www.w3.org/1999/xlink": str(W3C / "XLINK" / "xlink.xsd"),
    }
    mapped = {
        "http://www.w3.org/2001/xml.xsd": places["http://www.w3.org/XML/1998/namespace"],
        "http://www.w3.org/1999/xlink.xsd": places["http://www.w3.org/1999/xlink"],
    }
    return xmlschema.XMLSchema(str(main_of(version)), uri_mapper=mapped, allow="local")


def faults(version: str, content: bytes) -> list[str]:
    return [str(error) for error in schema(version).iter_errors(etree.fromstring(content))]


def xmllint(version: str, content: bytes, folder: Path) -> str:
    """What xmllint says, without network, with a catalogue for the two schemas of the W3C."""
    main = main_of(version)
    catalogue = folder / "catalogue.xml"
    catalogue.write_text(
        '<catalog xmlns="urn:oasis:names:tc:entity:xmlns:xml:catalog">'
        f'<uri name="http://www.w3.org/2001/xml.xsd" uri="file://{W3C}/XML/xml.xsd"/>'
        f'<system systemId="http://www.w3.org/2001/xml.xsd" uri="file://{W3C}/XML/xml.xsd"/>'
        f'<uri name="http://www.w3.org/1999/xlink.xsd" uri="file://{W3C}/XLINK/xlink.xsd"/>'
        f'<system systemId="http://www.w3.org/1999/xlink.xsd" uri="file://{W3C}/XLINK/xlink.xsd"/>'
        "</catalog>"
    )
    path = folder / "manifest.xml"
    path.write_bytes(content)
    command = ["xmllint", "--nonet", "--noout", "--schema", str(main), str(path)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, env={"XML_CATALOG_FILES": str(catalogue)}
    )
    return "" if done.returncode == 0 else done.stderr


def envelope(version="2.2", **more) -> Envelope:
    given = {"identifier": "200037067-1", "at": NOW, "agency": "FRAD080", "own": "200037067", "comment": "Essai"}
    return Envelope(version=version, **given | more)


def file(*units, **more) -> Unit:
    content = Content("ID1", "budget.pdf", "application/pdf", 12, "ab" * 64, puid="fmt/276", format="PDF 1.7")
    item = Unit(key="UD1", title="Budget", level="Item", content=content, first=datetime.date(2013, 3, 1))
    given = {
        "key": "UF1",
        "title": "Budgets 2013",
        "level": "File",
        "plan": "2 FIN / 2 FIN 2",
        "reference": "FIN-2013",
        "first": datetime.date(2013, 1, 2),
        "last": datetime.date(2013, 12, 20),
        "units": (item, *units),
        "rules": Rules(
            years=10, start=datetime.date(2013, 12, 20), access="L213-1", access_start=datetime.date(2013, 12, 20)
        ),
    }
    return Unit(**given | more)


@pytest.mark.parametrize("version", VERSIONS)
def test_transfer_is_valid_under_two_validators(version, tmp_path):
    held = file(rules=Rules(years=None, held_because="Contentieux"), key="UF2", units=())
    scan = Content(
        "ID9",
        "plan.tif",
        "image/tiff",
        90,
        "ab" * 64,
        copies=(
            Content(
                "ID9D",
                "plan (copie cherchable).pdf",
                "application/pdf",
                9,
                "cd" * 64,
                puid="fmt/477",
                usage="Dissemination",
            ),
        ),
    )
    plan = Unit(key="UD9", title="Plan", level="Item", content=scan)
    content = writing.transfer(envelope(version, agreement="ACCORD-1"), [file(plan), held])
    assert faults(version, content) == []
    if shutil.which("xmllint"):
        assert xmllint(version, content, tmp_path) == ""


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("restitution", [True, False])
def test_copy_handed_out_is_valid(version, restitution, tmp_path):
    content = writing.reply(envelope(version), [file()], request="COM-2026-0001", restitution=restitution)
    assert faults(version, content) == []
    if shutil.which("xmllint"):
        assert xmllint(version, content, tmp_path) == ""


def test_validators_do_refuse_what_the_norm_refuses(tmp_path):
    wrong = writing.transfer(envelope(), [file(rules=Rules(years=10, final="Conserver"))])
    assert faults("2.2", wrong)
    if shutil.which("xmllint"):
        assert "Conserver" in xmllint("2.2", wrong, tmp_path)


def test_hold_is_written_from_version_2_2():
    unit = file(rules=Rules(years=10, held_because="Contentieux"))
    assert b"HoldRule" not in writing.transfer(envelope("2.1"), [unit])
    for version in ("2.2", "2.3"):
        assert b"HoldReason" in writing.transfer(envelope(version), [unit])


anything = st.text(max_size=40)
weird = st.one_of(
    anything,
    st.sampled_from(
        [
            "",
            "   ",
            "\x00\x08",
            "]]>",
            "<a href='x'>",
            "&amp;",
            "\ud800",
            "\ufffe",
            "é\u0301",
            "a\nb\tc",
            "../../etc/passwd",
            "%2e",
            "😀" * 5,
            "\u202efdp",
            "x" * 300,
        ]
    ),
)
days = st.one_of(st.none(), st.dates(datetime.date(1789, 7, 14), datetime.date(9999, 12, 31)))
rules = st.one_of(
    st.none(),
    st.builds(
        Rules,
        years=st.one_of(st.none(), st.integers(0, 150)),
        final=st.sampled_from(["Keep", "Destroy"]),
        start=days,
        access=weird,
        access_start=days,
        held_because=weird,
    ),
)


@st.composite
def trees(draw, depth=3):
    """A file with files and documents inside, all with titles that nobody should give."""
    counter = draw(st.shared(st.builds(list), key="counter"))

    def number() -> int:
        counter.append(1)
        return len(counter)

    def unit(left: int) -> Unit:
        inner = [unit(left - 1) for _ in range(draw(st.integers(0, 2)))] if left else []
        for _ in range(draw(st.integers(0, 2))):
            rank = number()
            copy = Content(f"ID{rank}D", draw(weird), "application/pdf", 9, "0f" * 64, usage="Dissemination")
            content = Content(
                f"ID{rank}",
                draw(weird),
                draw(st.sampled_from(["application/pdf", "text/plain"])),
                draw(st.integers(1, 2**40)),
                "0f" * 64,
                puid=draw(st.sampled_from(["", "fmt/276"])),
                copies=draw(st.sampled_from([(), (copy,)])),
            )
            inner.append(Unit(key=f"UD{rank}", title=draw(weird), level="Item", content=content, first=draw(days)))
        return Unit(
            key=f"UF{number()}",
            title=draw(weird),
            level="File",
            description=draw(weird),
            plan=draw(weird),
            reference=draw(weird),
            first=draw(days),
            last=draw(days),
            rules=draw(rules),
            units=tuple(inner),
            tags=tuple(draw(st.lists(weird, max_size=2))),
        )

    return unit(depth)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tree=trees(), version=st.sampled_from(VERSIONS), comment=weird, agreement=weird, own=weird)
def test_whatever_the_files_are_called_the_message_is_valid(tree, version, comment, agreement, own):
    content = writing.transfer(envelope(version, comment=comment, agreement=agreement, own=own), [tree])
    assert faults(version, content) == []
    root = etree.fromstring(content)
    uris = root.xpath("//*[local-name()='Uri']/text()")
    assert len(uris) == len(set(uris)) == sum(1 + len(one.copies) for one in tree.contents())
    assert all(uri.startswith("Content/ID") and ".." not in uri for uri in uris)


@pytest.mark.parametrize(
    ("mime", "content", "name", "puid"),
    [
        ("application/pdf", b"%PDF-1.4\n", "a.pdf", "fmt/18"),
        ("application/pdf", b"%PDF-1.7\n", "a.pdf", "fmt/276"),
        ("application/pdf", b"%PDF-2.0\n", "a.pdf", "fmt/1129"),
        (
            "application/pdf",
            b"%PDF-1.7\n<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>",
            "a.pdf",
            "fmt/476",
        ),
        ("application/pdf", b'%PDF-1.4 pdfaid:part="1" pdfaid:conformance="B"', "a.pdf", "fmt/354"),
        ("image/jpeg", b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00", "a.jpg", "fmt/43"),
        ("image/jpeg", b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00", "a.jpg", "fmt/41"),
        ("image/tiff", b"II*\x00", "a.tif", "fmt/353"),
        ("text/plain", b"Bonjour", "a.txt", "x-fmt/111"),
        ("text/plain", b"a;b", "a.csv", "x-fmt/18"),
        ("message/rfc822", b"From: a", "a.eml", "fmt/278"),
    ],
)
def test_formats_are_named_by_their_pronom_identifier(mime, content, name, puid):
    assert formats.identify(mime, content, name).puid == puid


def test_format_of_what_the_platform_itself_makes():
    import io

    import docx
    import openpyxl
    from odfdo import Document
    from PIL import Image

    from beffroi.kernel import pdf
    from beffroi.modules.archives.demo import TEMPLATE

    made = {}
    for name, save in (("word", docx.Document().save), ("excel", openpyxl.Workbook().save)):
        made[name] = io.BytesIO()
        save(made[name])
    odt = io.BytesIO()
    Document("text").save(odt)
    png = io.BytesIO()
    Image.new("RGB", (2, 2)).save(png, "PNG")
    office = formats.OFFICE
    expected = (
        (f"{office}.wordprocessingml.document", made["word"].getvalue(), "fmt/412"),
        (f"{office}.spreadsheetml.sheet", made["excel"].getvalue(), "fmt/214"),
        ("image/png", png.getvalue(), "fmt/11"),
        ("application/pdf", pdf.render(TEMPLATE, {"title": "a", "body": "b", "agency": "c"}), "fmt/476"),
    )
    for mime, content, puid in expected:
        assert formats.identify(mime, content).puid == puid
    assert (
        formats.identify(f"{formats.ODF}.text", odt.getvalue()).puid
        in formats.OPEN_DOCUMENT[f"{formats.ODF}.text"].values()
    )


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        ("OK", "OK"),
        ("ok", "OK"),
        ("OK_000", "OK"),
        ("WARNING", "WARNING"),
        ("KO", "KO"),
        ("KO: 12", "KO"),
        ("FATAL", "KO"),
    ],
)
def test_reply_code_is_understood(code, outcome):
    assert outcome_of(code) == outcome


def test_reply_code_that_says_nothing_is_not_guessed():
    with pytest.raises(Unreadable, match="ni OK"):
        outcome_of("OKLM")


SPACE = "fr:gouv:culture:archivesdefrance:seda:v2.1"
BOMB = b"""<!DOCTYPE a [<!ENTITY x "lol"><!ENTITY y "&x;&x;&x;">]><Acknowledgement>&y;</Acknowledgement>"""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "n’est pas un XML"),
        (b"Bonjour", "n’est pas un XML"),
        (b"<Acknowledgement", "coupé"),
        (b"<a/>", "pas un message SEDA"),
        (b'<Acknowledgement xmlns="fr:gouv:culture:archivesdefrance:seda:v1.0"/>', "SEDA 1.0"),
        (f'<ArchiveTransfer xmlns="{SPACE}"/>'.encode(), "votre propre message"),
        (f'<Acknowledgement xmlns="{SPACE}"/>'.encode(), "MessageIdentifier"),
        (BOMB, "DTD"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DTD"),
        (b"x" * (10 * 1024 * 1024 + 1), "10 Mo"),
    ],
)
def test_message_that_is_not_one_is_refused_in_plain_words(content, words):
    with pytest.raises(Unreadable, match=words):
        read(content)


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=300))
def test_no_content_whatever_breaks_the_reader(content):
    with pytest.raises(Unreadable):
        read(content)
