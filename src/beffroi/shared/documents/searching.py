"""Finding documents: words and filters, counted by facet, the best first, the words found marked.

One query finds, counts and ranks. Where words are in thousands of documents, the first `MOST` found are counted and
the most recent `RANKED` of them are ranked: the page says so.
"""

import contextlib
import datetime
import re
import unicodedata
from dataclasses import dataclass, field

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from beffroi.kernel import finding
from beffroi.shared.documents import indexing
from beffroi.shared.documents.models import Document, DocumentType, Favourite, Fence, Reading, SearchLine, Series, Space

A_PAGE = 20
MOST, RANKED = 5000, 400
SHOWN_FACETS = 8
READ_TEXT = 20_000
SNIPPET = 240

_FIND = """
WITH asked AS MATERIALIZED (
    SELECT kernel_query(%(typed)s, true) AS wide, kernel_query(%(typed)s, false) AS whole
),
hits AS MATERIALIZED ({hits} {recent} LIMIT {most}),
ranked AS (
    SELECT h.document_id, h.day, {rank} AS rank
    FROM (SELECT * FROM hits ORDER BY day DESC, document_id DESC LIMIT {ranked}) h
    JOIN documents_searchline l USING (document_id), asked
    ORDER BY {order}, h.document_id DESC LIMIT %(limit)s OFFSET %(offset)s
)
SELECT 'total', '', count(*), 0 FROM hits
UNION ALL SELECT 'espace', space_id::text, count(*), 0 FROM hits GROUP BY space_id
UNION ALL SELECT 'serie', series_id::text, count(*), 0 FROM hits WHERE series_id IS NOT NULL GROUP BY series_id
UNION ALL SELECT 'type', kind_id::text, count(*), 0 FROM hits WHERE kind_id IS NOT NULL GROUP BY kind_id
UNION ALL SELECT 'fichier', family, count(*), 0 FROM hits GROUP BY family
UNION ALL SELECT 'annee', year::text, count(*), 0 FROM hits GROUP BY year
UNION ALL SELECT 'etiquette', t.name, count(*), 0 FROM hits
    JOIN documents_document_tags d USING (document_id) JOIN documents_tag t ON t.id = d.tag_id GROUP BY t.name
UNION ALL SELECT 'result', document_id::text, 0, row_number() OVER (ORDER BY {order_again}, document_id DESC)
    FROM ranked
"""
_RANK = """(0.6 + 0.4 / (1 + greatest(0, current_date - h.day) / 365.0)) * (
    0.01 + ts_rank('{{0.1,0.3,0.6,1.0}}', l.vector, asked.wide)
    + ts_rank('{{0.1,0.3,0.6,1.0}}', l.vector, asked.whole))"""


@dataclass(frozen=True)
class Value:
    """One value of a facet: `code` goes in the address; `chosen` = it filters already; `url` chooses it, or not."""

    code: str
    label: str
    count: int
    chosen: bool
    url: str


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    values: list[Value]


@dataclass
class Answer:
    """A page of results: `lines` = (document, its name with the words marked, where they are in the text)."""

    typed: str = ""
    total: int = 0
    lines: list[tuple[Document, SafeString, SafeString]] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    near: list[Document] = field(default_factory=list)

    @property
    def capped(self) -> bool:
        """More were found than were counted."""
        return self.total >= MOST


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _day(text: str) -> datetime.date | None:
    with contextlib.suppress(ValueError):  # the thirtieth of February
        return parse_date(text)
    return None


def hits_of(user, given, typed: str):
    """The lines of the index that `user` may see and that these filters (a QueryDict) and words ask for."""
    lines = SearchLine.objects.all()
    if not user.is_superuser:
        lines = lines.filter(fence_id__in=list(Fence.objects.open_to(user).values_list("pk", flat=True)))
    for name, column in (("espace", "space_id"), ("serie", "series_id"), ("type", "kind_id"), ("annee", "year")):
        if (number := _number(given.get(name, ""))) is not None:
            lines = lines.filter(**{column: number})
    if (family := given.get("fichier", "")) in indexing.FAMILY_LABELS:
        lines = lines.filter(family=family)
    if (state := given.get("etat", "")) in ("draft", "final", "transferred"):
        lines = lines.filter(state=state)
    if (folder := _number(given.get("dans", ""))) is not None:
        lines = lines.filter(document__folder__path__contains=[folder])
    if tag := finding.clean(given.get("etiquette", ""))[:40]:
        named = Q(tags__name__iexact=tag) | Q(tags__name__istartswith=f"{tag}/")
        lines = lines.filter(document__in=Document.objects.filter(named).values("pk"))
    if sender := finding.clean(given.get("auteur", ""))[:80]:
        lines = lines.filter(document__sender__unaccent__icontains=sender)
    for name, lookup in (("du", "day__gte"), ("au", "day__lte")):
        if day := _day(given.get(name, "")):
            lines = lines.filter(**{lookup: day})
    if given.get("favoris"):
        lines = lines.filter(document__in=_favourites(user))
    if finding.fold(typed).strip():
        lines = lines.extra(where=["documents_searchline.vector @@ (SELECT kernel_query(%s, true))"], params=[typed])  # noqa: S610
    return lines


def _favourites(user):
    return Favourite.objects.filter(user=user, document__isnull=False).values("document")


def find(user, given, page: int = 1) -> Answer:
    """What `user` finds with the words `q` and the filters of `given`; two queries, then those that name things."""
    typed = finding.clean(given.get("q", ""))
    hits = hits_of(user, given, typed).values(
        "document_id", "day", "year", "space_id", "series_id", "kind_id", "family"
    )
    try:
        sql, params = hits.query.sql_with_params()
    except EmptyResultSet:  # nothing is open to this person, or a number that cannot be
        return Answer(typed)
    by_day = given.get("tri") == "date" or not finding.fold(typed).strip()
    statement = _FIND.format(
        hits=sql.replace("%s", "%(h_{})s"),
        most=MOST,
        recent="ORDER BY documents_searchline.day DESC" if by_day else "",
        ranked=MOST if by_day else RANKED,
        rank="0" if by_day else _RANK.format(),
        order="h.day DESC" if by_day else "rank DESC",
        order_again="day DESC" if by_day else "rank DESC",
    )
    for number in range(len(params)):
        statement = statement.replace("%(h_{})s", f"%(h_{number})s", 1)
    values = {f"h_{number}": value for number, value in enumerate(params)}
    with connection.cursor() as cursor:
        cursor.execute(statement, {**values, "typed": typed, "limit": A_PAGE, "offset": A_PAGE * (page - 1)})
        rows = cursor.fetchall()
    answer = Answer(typed, next(count for name, _code, count, _rank in rows if name == "total"))
    counts: dict[str, dict[str, int]] = {}
    for name, code, count, _rank in rows:
        if name not in ("total", "result"):
            counts.setdefault(name, {})[code] = count
    answer.facets = _facets(counts, given)
    order = [int(code) for name, code, _count, _rank in sorted(rows, key=lambda row: row[3]) if name == "result"]
    answer.lines = _lines(order, typed)
    if not answer.total and len(finding.fold(typed)) > 3:
        answer.near = _near(user, typed)
    return answer


def _facets(counts: dict[str, dict[str, int]], given) -> list[Facet]:
    def named(name: str, model, label: str) -> dict[str, str]:
        return {
            str(pk): said
            for pk, said in model.objects.filter(pk__in=list(counts.get(name, {}))).values_list("pk", label)
        }

    labels = {
        "espace": named("espace", Space, "name"),
        "serie": named("serie", Series, "title"),
        "type": named("type", DocumentType, "name") if counts.get("type") else {},
        "fichier": indexing.FAMILY_LABELS,
        "annee": {},
        "etiquette": {},
    }
    titles = {
        "espace": "Espace",
        "serie": "Série",
        "type": "Type",
        "fichier": "Fichier",
        "annee": "Année",
        "etiquette": "Étiquette",
    }
    found = []
    for name, title in titles.items():
        values = [
            Value(code, labels[name].get(code, code), count, given.get(name) == code, _toggled(given, name, code))
            for code, count in counts.get(name, {}).items()
        ]
        values.sort(key=(lambda one: (-int(one.code),)) if name == "annee" else (lambda one: (-one.count, one.label)))
        if len(values) > 1 or any(one.chosen for one in values):
            found.append(Facet(name, title, values[:SHOWN_FACETS]))
    return found


def _toggled(given, name: str, code: str) -> str:
    asked = given.copy()
    asked.pop("page", None)
    if asked.get(name) == code:
        del asked[name]
    else:
        asked[name] = code
    return f"?{asked.urlencode()}"


def _lines(order: list[int], typed: str) -> list[tuple[Document, SafeString, SafeString]]:
    found = Document.objects.with_file().select_related("space", "folder", "effective_series").in_bulk(order)
    texts = dict(
        Reading.objects.filter(version__in=[one.current_id for one in found.values()])
        .extra(  # noqa: S610
            select={"start": "left(text, %s)"}, select_params=[READ_TEXT]
        )
        .values_list("version_id", "start")
    )
    wanted = pattern_of(typed)
    return [
        (found[pk], mark(found[pk].name, wanted), snippet(texts.get(found[pk].current_id, ""), wanted))
        for pk in order
        if pk in found
    ]


def _near(user, typed: str) -> list[Document]:
    """The names that come close, when nothing holds the words."""
    close = Document.objects.visible_to(user).extra(  # noqa: S610  the words are a parameter
        where=["kernel_words(%s) <%% kernel_fold(documents_document.name)"], params=[typed]
    )
    return list(close.select_related("space", "folder")[:8])


_PLAIN = {ord("œ"): "o", ord("æ"): "a", ord("Œ"): "o", ord("Æ"): "a", ord("’"): "'"}


def flatten(text: str) -> str:
    """Lower case without accents, of the same length, so that places in one are places in the other."""
    return "".join(unicodedata.normalize("NFKD", c)[0] if ord(c) > 127 else c for c in text.translate(_PLAIN)).lower()


_ACCENTED = {"a": "aàâäáã", "c": "cç", "e": "eéèêë", "i": "iîïí", "o": "oôöóœ", "u": "uùûüú", "y": "yÿ", "n": "nñ"}


def pattern_of(typed: str) -> re.Pattern | None:
    """What to mark: each word typed, as the stem that the index compares, with or without accents; None without words.

    The text is read as it is: nothing has to be folded first.
    """
    words = [word for word in re.findall(r"\w+", flatten(typed)) if len(word) > 1]
    stems = sorted({word if len(word) < 5 else word[: max(4, len(word) - 3)] for word in words}, key=len, reverse=True)
    if not stems:
        return None
    said = ("".join(f"[{_ACCENTED[c]}]" if c in _ACCENTED else re.escape(c) for c in stem) for stem in stems)
    return re.compile(rf"\b(?:{'|'.join(said)})\w*", re.IGNORECASE)


def mark(text: str, wanted: re.Pattern | None) -> SafeString:
    """The text escaped, the words found between <mark>."""
    pieces, last = [], 0
    for found in wanted.finditer(text) if wanted is not None else ():
        pieces += [escape(text[last : found.start()]), "<mark>", escape(found[0]), "</mark>"]
        last = found.end()
    return mark_safe("".join([*pieces, escape(text[last:])]))  # noqa: S308  escaped just here


def snippet(text: str, wanted: re.Pattern | None) -> SafeString:
    """A passage of the text around the first words found; its beginning without them."""
    found = wanted.search(text) if wanted is not None else None
    start = max(0, found.start() - SNIPPET // 3) if found else 0
    if start:
        blank = re.compile(r"\s").search(text, start, found.start())
        start = blank.end() if blank else start
    cut = " ".join(text[start : start + SNIPPET].split())
    if start + SNIPPET < len(text):
        cut = cut.rpartition(" ")[0] + " …"
    return mark(("… " if start else "") + cut, wanted)
