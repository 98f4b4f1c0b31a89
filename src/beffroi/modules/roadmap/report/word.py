"""The same report as a document to rework in a word processor (DOCX, ISO/IEC 29500): real titles, real tables."""

import io
from typing import Any

from django.db.models import QuerySet

from beffroi.modules.roadmap import report
from beffroi.modules.roadmap.models import Plan

TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
AXES = ("Axe", "Actions réalisées", "Part", "En retard")
MONEY = ("Année", "Prévu", "Réalisé")
FUNDERS = ("Financeur", "Attendu", "Accordé")
FIGURES = ("Indicateur", "Dernière valeur", "Objectif")


def render(plan: Plan, actions: QuerySet, *, for_agents: bool) -> bytes:
    """The report of these actions; for everyone else than agents, only what the site shows of each."""
    return write(report.content(plan, actions, for_agents=for_agents))


def write(data: dict[str, Any]) -> bytes:
    """The document made of `report.content`."""
    from docx import Document  # 14 MB: whoever never asks for a document pays nothing

    document = Document()
    _prepare(document, data)
    document.add_heading(data["title"], 0)
    _paragraphs(document, f"{data['body']}, {data['period']}", f"État au {data['day']}", data["scope"])
    _paragraphs(document, data["demonstration"], data["summary"], data["source"], data["note"])
    document.add_heading("Synthèse", 1)
    _paragraphs(document, data["headline"])
    _table(document, ("État", "Actions"), [line[:2] for line in data["states"]])
    _table(document, AXES, data["axes"])
    if data["money"]:
        _money(document, data["money"])
    for section in data["sections"]:
        document.add_heading(section["title"], 1)
        _paragraphs(document, section["summary"], section["note"], section["sentence"])
        for action in section["actions"]:
            _action(document, action)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _prepare(document, data: dict[str, Any]) -> None:
    """Says who wrote it and in which language, for screen readers."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Cm

    said = document.core_properties
    said.title, said.author, said.language, said.comments = data["title"], data["body"], "fr-FR", ""
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "fr-FR")
    properties = document.styles["Normal"].element.get_or_add_rPr()
    properties.append(language)
    for section in document.sections:
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2)


def _paragraphs(document, *texts: str) -> None:
    for text in texts:
        if text:
            document.add_paragraph(text)


def _table(document, heads: tuple[str, ...], rows: list[list[str]]) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if not rows:
        return
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(head).bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(repeated)
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph()


def _money(document, money: dict[str, Any]) -> None:
    document.add_heading("Budget", 1)
    _table(document, MONEY, [*money["rows"], money["total"]])
    if money["funders"]:
        _table(document, FUNDERS, [*money["funders"], money["funded"]])
    _paragraphs(document, money["taxes"])


def _action(document, action: dict[str, Any]) -> None:
    document.add_heading(action["title"], 2)
    _paragraphs(document, f"État\u202f: {action['state']}", action["summary"])
    for label, text in action["facts"]:
        line = document.add_paragraph()
        line.add_run(f"{label}\u202f: ").bold = True
        line.add_run(text)
    for title, when in action["steps"]:
        document.add_paragraph(f"{title}\u202f: {when}", style="List Bullet")
    _table(document, FIGURES, action["figures"])
    for note in action["notes"]:
        document.add_paragraph(note, style="List Bullet")
