"""Office templates: a DOCX or ODT document with « {{ champ }} » in it, filled into a new one, or into a plain PDF.

A template is any document of a space: written in an office suite, versioned and shut like the others. A DOCX goes
through a sandboxed Jinja (loops and conditions work); in an ODT the fields are replaced. Nothing else in it is run.
"""

import io
import re
import zipfile
from pathlib import Path

from django.utils import timezone
from jinja2 import TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.cases.models import Case
from beffroi.shared.documents.models import Space
from beffroi.shared.documents.reading import texts

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]{0,39})\s*\}\}")
PLAIN = Path(__file__).parent / "plain.typ"
FAULTS = (TemplateError, zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, TypeError, OverflowError)
PARTS = ("content.xml", "styles.xml")


class BadTemplate(Exception):
    """The template cannot be read or filled; the message is for the person who wrote it."""


def is_template(mime: str, text: str) -> bool:
    """Does this document have fields to fill?"""
    return mime in (DOCX, ODT) and bool(FIELD.search(text) or (mime == DOCX and "{%" in text))


def fields_of(mime: str, content: bytes) -> list[str]:
    """The names of the fields, in alphabetical order. Raises BadTemplate."""
    try:
        if mime == DOCX:
            found = _docx(content).get_undeclared_template_variables(_sandbox())
            return sorted(found)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            said = "\n".join(_text(_tree(archive, part)) for part in PARTS if part in archive.namelist())
    except FAULTS as fault:
        raise BadTemplate("Ce modèle ne peut pas être lu : vérifiez ses champs.") from fault
    return sorted(set(FIELD.findall(said)))


def fill(mime: str, content: bytes, values: dict[str, str]) -> bytes:
    """The document with its fields filled; what is not given stays empty. Raises BadTemplate."""
    try:
        return _fill_docx(content, values) if mime == DOCX else _fill_odt(content, values)
    except FAULTS as fault:
        raise BadTemplate("Ce modèle ne peut pas être rempli : vérifiez ses champs.") from fault


def as_pdf(title: str, mime: str, filled: bytes) -> bytes:
    """The words of a filled document as an archivable PDF, without the layout of the office suite."""
    lines = [line.strip() for line in texts.read(mime, filled).text.splitlines()]
    data = {"title": title, "lines": [line for line in lines if line]}
    return pdf.render(PLAIN, data, at=timezone.now())


def _sandbox() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True)


def _docx(content: bytes):
    from docxtpl import DocxTemplate  # long to import

    return DocxTemplate(io.BytesIO(content))


def _fill_docx(content: bytes, values: dict[str, str]) -> bytes:
    template = _docx(content)
    template.render(values, _sandbox(), autoescape=True)
    kept = io.BytesIO()
    template.save(kept)
    return kept.getvalue()


def _tree(archive: zipfile.ZipFile, name: str) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.read(name), parser)


def _paragraphs(tree: etree._Element):
    return tree.iter(f"{texts.TEXT}p", f"{texts.TEXT}h")


def _pieces(paragraph: etree._Element) -> list[tuple[etree._Element, str]]:
    """Where the letters of a paragraph are: (element, "text" or "tail"), in their order."""
    found = [(paragraph, "text")]
    for one in paragraph.iterdescendants():
        found += [(one, "text"), (one, "tail")]
    return found


def _text(tree: etree._Element) -> str:
    return "\n".join("".join(getattr(one, at) or "" for one, at in _pieces(p)) for p in _paragraphs(tree))


def _fill_odt(content: bytes, values: dict[str, str]) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(kept, "w") as filled:
        for entry in archive.infolist():
            said = archive.read(entry.filename)
            if entry.filename in PARTS:
                tree = _tree(archive, entry.filename)
                for paragraph in _paragraphs(tree):
                    _fill_paragraph(paragraph, values)
                said = etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
            filled.writestr(entry, said)
    return kept.getvalue()


def _fill_paragraph(paragraph: etree._Element, values: dict[str, str]) -> None:
    """A field may be cut by a change of style: what replaces it goes where it begins."""
    pieces = _pieces(paragraph)
    letters = [getattr(one, at) or "" for one, at in pieces]
    fields = list(FIELD.finditer("".join(letters)))
    for field in reversed(fields):
        start = 0
        for rank, said in enumerate(letters):
            end = start + len(said)
            left, right = max(field.start(), start), min(field.end(), end)
            if left < right:
                before, after = said[: left - start], said[right - start :]
                first = field.start() >= start
                letters[rank] = before + (values.get(field[1], "") if first else "") + after
            start = end
    if fields:
        for (one, at), said in zip(pieces, letters, strict=True):
            setattr(one, at, said or None)


def values_of(space: Space, user, case: Case | None = None) -> dict[str, str]:
    """What Beffroi knows and a template may ask for: the body, the agent, the day, and the request if there is one."""
    body = space.organisation
    known = {
        "date": formats.day(timezone.localdate()).partition(" ")[2],
        "collectivite": body.name,
        "collectivite_adresse": " ".join(part for part in (body.address, body.postal_code, body.city) if part),
        "agent": user.get_full_name(),
    }
    if case is not None:
        known |= {
            "reference": case.reference,
            "objet": case.title,
            "demandeur": case.for_whom or case.contact_name,
            "recu_le": formats.day(timezone.localdate(case.created_at)).partition(" ")[2],
            "commune": case.commune.name if case.commune else "",
        }
    return {name: str(value or "") for name, value in known.items()}
