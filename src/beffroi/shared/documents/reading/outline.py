"""What an office file holds, in its order: titles, paragraphs, lists, tables, slides.

It is shown as the preview of DOCX, ODT, XLSX, ODS, PPTX and ODP files: the words and their structure, not the layout
that an office suite would give; the page says so. Nothing in the file is run, no picture of it is loaded.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

from lxml import etree

from beffroi.shared.documents.reading import texts
from beffroi.shared.documents.reading.pages import FOLDER
from beffroi.shared.documents.reading.texts import TABLE, TEXT, W
from beffroi.shared.files import storage

FAULTS = (zipfile.BadZipFile, etree.LxmlError, KeyError, ValueError, OSError)
MOST_BLOCKS, MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 80, 30, 12, 12_000
LARGEST = 30 * 1024 * 1024
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
HEADINGS = ("heading", "titre", "title")


@dataclass
class Block:
    """A piece of a file: `kind` = title, text, item, table or slide; `rows` = the cells of a table."""

    kind: str
    text: str = ""
    level: int = 0
    rows: list[list[str]] = field(default_factory=list)


@dataclass
class Outline:
    """`blocks`, at most what a page can show; `whole` = nothing was left out."""

    blocks: list[Block]
    whole: bool


def has_outline(mime: str) -> bool:
    """Can the structure of such a file be shown?"""
    return mime.startswith((texts.OFFICE, texts.ODF)) and "graphics" not in mime


def of_version(sha256: str, mime: str, size: int) -> Outline | None:
    """The outline of a content, made at the first look and kept beside it; None when it is too large or damaged."""
    kept, name = storage.contents(), f"{FOLDER}/{storage.address(sha256)}-plan.json"
    try:
        found = json.loads(b"".join(kept.read(name)))
    except FileNotFoundError:
        if size > LARGEST:
            return None
        try:
            with kept.open(storage.address(sha256)) as content:
                made = outline(mime, content.read())
        except FAULTS:
            return None
        kept.put(name, io.BytesIO(json.dumps(asdict(made), ensure_ascii=False).encode()))
        return made
    return Outline([Block(**one) for one in found["blocks"]], found["whole"])


def outline(mime: str, content: bytes) -> Outline:
    """What the file holds, cut to what a page can show. Raises one of FAULTS."""
    blocks: list[Block] = []
    letters = 0
    for block in _blocks(mime, content):
        letters += len(block.text) + sum(len(cell) for row in block.rows for cell in row)
        if len(blocks) == MOST_BLOCKS or letters > MOST_LETTERS:
            return Outline(blocks, whole=False)
        blocks.append(block)
    return Outline(blocks, whole=True)


def _blocks(mime: str, content: bytes) -> Iterator[Block]:
    if "presentation" in mime:
        for number, text in enumerate(texts.read(mime, content).pages, start=1):
            yield Block("slide", "\n".join(line for line in text.splitlines() if line.strip()), level=number)
    elif "spreadsheetml" in mime:
        yield from _sheets(content)
    elif "wordprocessingml" in mime:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            body = texts._part(archive, "word/document.xml").find(f"{W}body")
        yield from _word(body if body is not None else [])
    else:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tree = texts._part(archive, "content.xml")
        body = tree.find(f"{{{OFFICE}}}body")
        for part in body if body is not None else []:
            yield from _open_document(part)


def _words_of(paragraph, run: str) -> str:
    return texts.clean("".join(part.text or "" for part in paragraph.iter(run))).strip()


def _word(parts) -> Iterator[Block]:
    for one in parts:
        if one.tag == f"{W}p":
            said = _words_of(one, f"{W}t")
            if said:
                yield _word_paragraph(one, said)
        elif one.tag == f"{W}tbl":
            rows = [
                [" ".join(_words_of(p, f"{W}t") for p in cell.iter(f"{W}p")).strip() for cell in row.iter(f"{W}tc")]
                for row in one.iter(f"{W}tr")
            ]
            yield _table(rows)
        elif one.tag == f"{W}sdt":
            inner = one.find(f"{W}sdtContent")
            yield from _word(inner if inner is not None else [])


def _word_paragraph(one, said: str) -> Block:
    style = one.find(f"{W}pPr/{W}pStyle")
    name = (style.get(f"{W}val") or "").lower() if style is not None else ""
    if name.startswith(HEADINGS):
        digits = "".join(c for c in name if c.isdigit())
        return Block("title", said, level=min(int(digits or 1), 4))
    listed = one.find(f"{W}pPr/{W}numPr") is not None or name.startswith("list")
    return Block("item" if listed else "text", said)


def _open_document(part) -> Iterator[Block]:
    for one in part:
        if one.tag == f"{TEXT}h":
            yield Block("title", texts._odf_words(one).strip(), level=min(int(one.get(f"{TEXT}outline-level") or 1), 4))
        elif one.tag == f"{TEXT}p":
            if said := texts.clean(texts._odf_words(one)).strip():
                yield Block("text", said)
        elif one.tag == f"{TEXT}list":
            for item in one.iter(f"{TEXT}p"):
                if said := texts.clean(texts._odf_words(item)).strip():
                    yield Block("item", said)
        elif one.tag == f"{TABLE}table":
            if name := one.get(f"{TABLE}name"):
                yield Block("title", name, level=3)
            yield _table(_odf_rows(one))
        elif one.tag == f"{TEXT}section":
            yield from _open_document(one)


def _odf_rows(table) -> list[list[str]]:
    rows = []
    for row in table.iter(f"{TABLE}table-row"):
        cells: list[str] = []
        for cell in row.iter(f"{TABLE}table-cell"):
            said = " ".join(texts._odf_words(p) for p in cell.iter(f"{TEXT}p")).strip()
            again = int(cell.get(f"{TABLE}number-columns-repeated") or 1)
            cells += [said] * (again if said else min(again, MOST_COLUMNS))
            if len(cells) > MOST_COLUMNS:
                break
        if any(cells):
            rows.append(cells)
        if len(rows) > MOST_ROWS:
            break
    return rows


def _sheets(content: bytes) -> Iterator[Block]:
    from openpyxl import load_workbook  # long to import

    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        for sheet in book.worksheets:
            yield Block("title", sheet.title, level=3)
            lines = sheet.iter_rows(max_row=MOST_ROWS + 1, max_col=MOST_COLUMNS + 1, values_only=True)
            yield _table([[_cell(value) for value in row] for row in lines if any(value is not None for value in row)])
    finally:
        book.close()


def _cell(value) -> str:
    if value is None:
        return ""
    if hasattr(value, "strftime"):
        return value.strftime("%d/%m/%Y")
    return f"{value:g}".replace(".", ",") if isinstance(value, float) else texts.clean(str(value))


def _table(rows: list[list[str]]) -> Block:
    """The beginning of a table, without its empty columns on the right."""
    rows = [row[:MOST_COLUMNS] for row in rows[:MOST_ROWS] if any(row)]
    width = max((max((i for i, cell in enumerate(row) if cell), default=-1) + 1 for row in rows), default=0)
    return Block("table", rows=[(row + [""] * width)[:width] for row in rows])
