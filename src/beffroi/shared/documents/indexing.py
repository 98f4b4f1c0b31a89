"""Keep the full-text index and the common search box in step with the documents."""

from collections.abc import Iterable
from typing import Any

from django.db import DataError, connection, transaction

from beffroi.kernel import search
from beffroi.shared.documents.models import Document, SearchLine

FAMILIES = (
    ("application/pdf", "pdf"),
    ("image/", "image"),
    ("message/", "courriel"),
    ("text/", "texte"),
    ("application/vnd.oasis.opendocument.text", "texte"),
    ("application/vnd.openxmlformats-officedocument.wordprocessingml", "texte"),
    ("application/vnd.oasis.opendocument.spreadsheet", "tableau"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "tableau"),
    ("application/vnd.oasis.opendocument.presentation", "diapos"),
    ("application/vnd.openxmlformats-officedocument.presentationml", "diapos"),
)
FAMILY_LABELS = {
    "pdf": "PDF",
    "image": "Image",
    "courriel": "Courriel",
    "texte": "Texte",
    "tableau": "Tableur",
    "diapos": "Présentation",
    "autre": "Autre",
}
# Long enough for a budget of three hundred pages; the vector of PostgreSQL cannot pass one megabyte.
LENGTHS = (400_000, 60_000)

_WRITE = """
INSERT INTO documents_searchline
    (document_id, fence_id, space_id, series_id, kind_id, family, state, day, year, vector)
SELECT d.id, d.fence_id, d.space_id, d.effective_series_id, d.kind_id, %(family)s, d.state,
    coalesce(d.dated_on, d.created_at::date), extract(year FROM coalesce(d.dated_on, d.created_at::date)),
    documents_vector(d.name, %(words)s, coalesce(left(r.text, %(length)s), ''))
FROM documents_document d LEFT JOIN documents_reading r ON r.version_id = d.current_id
WHERE d.id = %(document)s
ON CONFLICT (document_id) DO UPDATE SET fence_id = excluded.fence_id, space_id = excluded.space_id,
    series_id = excluded.series_id, kind_id = excluded.kind_id, family = excluded.family, state = excluded.state,
    day = excluded.day, year = excluded.year, vector = excluded.vector
"""
_SAME_PLACE = """
UPDATE documents_searchline l SET fence_id = d.fence_id, space_id = d.space_id, series_id = d.effective_series_id
FROM documents_document d WHERE d.id = l.document_id AND l.document_id = ANY(%s)
AND (l.fence_id, l.space_id, l.series_id) IS DISTINCT FROM (d.fence_id, d.space_id, d.effective_series_id)
"""


def family_of(mime: str) -> str:
    """The kind of file, as one filters by it."""
    return next((family for start, family in FAMILIES if mime.startswith(start)), "autre")


def words_of(document: Document) -> str:
    """What is searched beside the name and the text: sender, tags, fields."""
    said = [document.sender, *(tag.name for tag in document.tags.all())]
    said += [str(value) for value in document.values.values() if isinstance(value, str | int | float)]
    return " ".join(said)


def refresh(document: Document) -> None:
    """Write the line of a document again, or remove it when it is in the trash or gone."""
    if document.removal_id is not None or document.current_id is None or document.state in ("eliminated",):
        SearchLine.objects.filter(document=document.pk).delete()
        return
    values: dict[str, Any] = {
        "document": document.pk,
        "family": family_of(document.current.mime),
        "words": words_of(document),
    }
    for length in LENGTHS:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(_WRITE, {**values, "length": length})
            return
        except DataError:  # thousands of different words: fewer pages are indexed
            continue


_WRITE_MANY = """
INSERT INTO documents_searchline
    (document_id, fence_id, space_id, series_id, kind_id, family, state, day, year, vector)
SELECT d.id, d.fence_id, d.space_id, d.effective_series_id, d.kind_id, t.family, d.state,
    coalesce(d.dated_on, d.created_at::date), extract(year FROM coalesce(d.dated_on, d.created_at::date)),
    documents_vector(d.name, t.words, coalesce(left(r.text, %(length)s), ''))
FROM unnest(%(documents)s::bigint[], %(families)s::text[], %(words)s::text[]) AS t(id, family, words)
JOIN documents_document d ON d.id = t.id LEFT JOIN documents_reading r ON r.version_id = d.current_id
ON CONFLICT (document_id) DO NOTHING
"""


def refresh_many(documents: Iterable[Document]) -> None:
    """Write the lines of many new documents, none of them in the trash, in one query for a thousand."""
    found = list(documents)
    for start in range(0, len(found), 1000):
        part = found[start : start + 1000]
        values = {
            "documents": [one.pk for one in part],
            "families": [family_of(one.current.mime) for one in part],
            "words": [" ".join([one.sender, *(str(value) for value in one.values.values())]) for one in part],
            "length": LENGTHS[-1],
        }
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_MANY, values)


def gate_of(fence_id: int) -> str:
    """The name of a fence in the common search box."""
    return f"documents-{fence_id}"


def moved(documents: Iterable[int]) -> None:
    """Follow documents whose place, rights or series changed, without reading their text again."""
    wanted = list(documents)
    if not wanted:
        return
    with connection.cursor() as cursor:
        cursor.execute(_SAME_PLACE, [wanted])
    inside: dict[int, list[int]] = {}
    for pk, fence in Document.objects.filter(pk__in=wanted).values_list("pk", "fence_id"):
        inside.setdefault(fence, []).append(pk)
    for fence, pks in inside.items():
        search.regate(Document, pks, gate_of(fence))


def text_of(document: Document) -> str:
    """What the common search box keeps of the text: its beginning."""
    reading = getattr(document.current, "reading", None)
    return (reading.text if reading is not None else "")[:5000]
