"""Finding: what a person typed, turned into ranked results that this person may see."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import connection
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from beffroi.kernel import access, modules
from beffroi.kernel.models import SearchEntry

PAGE = 20
_START, _END = "\ue000", "\ue001"

# Everyone's pages, the person's own, those that a role opens in one organisation or wherever it is held, and those
# behind a gate that their part opens.
_SEEN = """(e.public OR e.owner_id = %(user)s OR (e.permission <> '' AND (
    %(everything)s OR (e.organisation_id IS NULL AND e.permission = ANY(%(anywhere)s))
    OR e.permission || '@' || e.organisation_id = ANY(%(somewhere)s)))
    OR (e.gate <> '' AND (%(everything)s OR e.gate = ANY(%(gates)s))))"""

# Sub-selects, so that what was typed is understood once and not for each line.
_EXACT = "e.vector @@ (SELECT kernel_query(%(typed)s, true))"
_NEAR = """e.id IN (
    SELECT near.id FROM kernel_searchentry near WHERE near.vector @@ (SELECT kernel_near_query(%(typed)s))
    UNION SELECT kernel_near_titles(%(typed)s))"""

_FACETS = "SELECT e.source, count(*) FROM kernel_searchentry e WHERE {match} AND {seen} GROUP BY e.source"

# Where a word is in thousands of lines, the weightiest and most recent thousand are ranked. The rank: that of the
# text, doubled where the last word is whole, times the weight, times 1 (today) to 0.6 (long ago).
_RESULTS = """
WITH asked AS MATERIALIZED (SELECT kernel_query(%(typed)s, false) AS whole, {query} AS wide),
candidates AS MATERIALIZED (
    SELECT e.id FROM kernel_searchentry e WHERE {match} AND {seen} AND (%(source)s = '' OR e.source = %(source)s)
    ORDER BY e.weight DESC, e.date DESC NULLS FIRST, e.id DESC LIMIT 1000
),
ranked AS (
    SELECT e.id, e.weight * (0.6 + 0.4 / (1 + greatest(0, current_date - coalesce(e.date, current_date)) / 180.0)) * (
        0.01 + ts_rank('{{0.1,0.2,0.6,1.0}}', e.vector, asked.wide)
        + ts_rank('{{0.1,0.2,0.6,1.0}}', e.vector, asked.whole)
        + word_similarity(%(folded)s, kernel_fold(e.title)) / 4
    ) AS rank
    FROM candidates JOIN kernel_searchentry e USING (id), asked
    ORDER BY rank DESC, e.id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT e.source, e.title, e.url, e.date,
    ts_headline('beffroi_fr', translate(e.title, %(marks)s, ''), asked.wide, %(title_options)s),
    ts_headline('beffroi_fr', translate(left(e.text, 5000), %(marks)s, ''), asked.wide, %(text_options)s)
FROM ranked JOIN kernel_searchentry e USING (id), asked ORDER BY ranked.rank DESC, e.id
"""

# The titles of public pages and of one's own: what holds the words there only, the weightiest first.
_SUGGESTED = """
SELECT title, url, source FROM (
    SELECT e.* FROM kernel_searchentry e WHERE e.vector @@ (SELECT kernel_query(%(typed)s, true)) AND {seen}
    ORDER BY e.weight DESC, e.date DESC NULLS FIRST, e.id DESC LIMIT 200
) e
ORDER BY starts_with(kernel_fold(title), %(folded)s) DESC,
    weight * ts_rank('{{0.02,0.05,0.6,1.0}}', vector, (SELECT kernel_query(%(typed)s, true))) DESC, id
LIMIT %(limit)s
"""


# Objects rather than results: those that hold the words, or named by their line of the index or by themselves.
_OBJECTS = """
SELECT e.* FROM kernel_searchentry e WHERE {match} AND {seen}
ORDER BY e.weight DESC, e.date DESC NULLS FIRST, e.id DESC LIMIT %(limit)s
"""
_NAMED = """(e.target_type_id, e.target_id) IN (
    SELECT * FROM unnest(%(types)s::bigint[], %(targets)s::bigint[]))"""


@dataclass(frozen=True)
class Found:
    """One result. `title` and `text` are safe HTML in which the words that were asked are in <mark>."""

    kind: str
    icon: str
    url: str
    title: SafeString
    text: SafeString
    date: object = None


@dataclass(frozen=True)
class Facet:
    """How many results of one kind; `code` goes in the address."""

    code: str
    label: str
    count: int


@dataclass(frozen=True)
class Answer:
    """A page of results. `near` = nothing holds the words as they were typed, these come close."""

    typed: str
    results: list[Found] = field(default_factory=list)
    services: list[modules.Service] = field(default_factory=list)
    facets: list[Facet] = field(default_factory=list)
    total: int = 0
    near: bool = False


def fold(text: str) -> str:
    """Lower case, without accents: « Éclairage » → "eclairage"."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae")
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def clean(typed: str) -> str:
    """What is looked for: one line of at most 200 characters."""
    return " ".join(typed.replace("\x00", "").split())[:200]


def _rights(user) -> dict:
    """The parameters of `_SEEN`."""
    if user is None or not user.is_authenticated or not user.is_active:
        return {"user": 0, "everything": False, "anywhere": [], "somewhere": [], "gates": []}
    held = {
        (permission, organisation)
        for organisation, roles in user.roles_by_organisation.items()
        for role in roles
        for permission in access.permissions_of(role)
    }
    return {
        "user": user.pk,
        "everything": user.is_superuser,
        "anywhere": sorted({permission for permission, _organisation in held}),
        "somewhere": sorted(f"{permission}@{organisation}" for permission, organisation in held),
        "gates": [gate for source in modules.collect("search") if source.gates for gate in source.gates(user)],
    }


@modules.derived
def kinds() -> dict[str, modules.SearchSource]:
    """{code in the address: source}."""
    return {slugify(source.label): source for source in modules.collect("search")}


def find(typed: str, user=None, *, kind: str = "", page: int = 1) -> Answer:
    """What `user` (None = a visitor) may find; two queries, three when the words must be forgiven."""
    typed = clean(typed)
    if not fold(typed).strip():
        return Answer(typed)
    rights = {"typed": typed, "folded": fold(typed), **_rights(user)}
    match, query = _EXACT, "kernel_query(%(typed)s, true)"
    counts = _count(match, rights)
    services = find_services(typed) if page == 1 and not kind else []
    near = not counts
    if near:
        match, query = _NEAR, "kernel_near_query(%(typed)s)"
        counts = _count(match, rights)
    facets = _facets(counts)
    source = kinds()[kind].label if kind in kinds() else ""
    results = _page(match, query, {**rights, "source": source, "limit": PAGE, "offset": PAGE * (page - 1)})
    total = counts.get(source, 0) if source else sum(counts.values())
    return Answer(typed, results, services, facets, total, near and bool(counts))


def _count(match: str, rights: dict) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_FACETS.format(match=match, seen=_SEEN), rights)
        return dict(cursor.fetchall())


def _facets(counts: dict[str, int]) -> list[Facet]:
    return [
        Facet(code, source.label, counts[source.label]) for code, source in kinds().items() if source.label in counts
    ]


def _page(match: str, query: str, parameters: dict) -> list[Found]:
    marks = f"StartSel={_START}, StopSel={_END}, "
    parameters |= {
        "marks": _START + _END,
        "title_options": marks + "HighlightAll=true",
        "text_options": marks + 'MaxFragments=2, MaxWords=28, MinWords=10, FragmentDelimiter=" … "',
    }
    with connection.cursor() as cursor:
        cursor.execute(_RESULTS.format(match=match, query=query, seen=_SEEN), parameters)
        rows = cursor.fetchall()
    icons = {source.label: source.icon for source in kinds().values()}
    return [
        Found(kind, icons.get(kind, "file-text"), url, _marked(title), _marked(text), date)
        for kind, _title, url, date, title, text in rows
    ]


def _marked(text: str) -> SafeString:
    """Everything escaped but our own marks."""
    return mark_safe(escape(text).replace(_START, "<mark>").replace(_END, "</mark>"))  # noqa: S308  escaped just here


@modules.derived
def _service_words() -> list[tuple[modules.Service, list[str]]]:
    return [
        (service, _words(f"{service.label} {service.keywords} {service.text}"))
        for service in modules.collect("services")
    ]


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()


def _trigrams(word: str) -> set[str]:
    padded = f"  {word} "
    return {padded[i : i + 3] for i in range(len(padded) - 2)}


def _resembles(asked: str, word: str) -> bool:
    """The beginning of the word, or the same but for a fault (half of their trigrams in common)."""
    if word.startswith(asked):
        return True
    if len(asked) < 4:
        return False
    if asked.startswith(word) and len(word) > 3 and len(asked) - len(word) <= 2:
        return True
    one, other = _trigrams(asked), _trigrams(word)
    return len(one & other) >= 0.5 * len(one | other)


def find_services(typed: str, most: int = 4) -> list[modules.Service]:
    """The services of which every word asked (of three letters or more) is a word, or nearly."""
    asked = [word for word in _words(typed) if len(word) > 2]
    if not asked:
        return []
    found = [
        service
        for service, words in _service_words()
        if all(any(_resembles(one, word) for word in words) for one in asked) and url_of(service)
    ]
    return found[:most]


def url_of(service: modules.Service) -> str:
    """Its address; empty when its module gives none."""
    try:
        return reverse(service.url_name)
    except NoReverseMatch:
        return ""


def find_objects(typed: str, user, most: int = PAGE) -> list[SearchEntry]:
    """The lines of the index that hold the words and that `user` may see: to choose an object of any part."""
    typed = clean(typed)
    if not fold(typed).strip():
        return []
    return _objects(_EXACT, user, typed=typed, limit=most)


def seen_object(pk: int, user) -> SearchEntry | None:
    """That line of the index, if `user` may see its object."""
    return next(iter(_objects("e.id = %(pk)s", user, pk=pk, limit=1)), None)


def seen_objects(keys: Iterable[tuple[int, int]], user) -> dict[tuple[int, int], SearchEntry]:
    """Among these objects, (id of their content type, id), those that `user` may see, with their lines: one query."""
    wanted = list(keys)
    if not wanted:
        return {}
    types, targets = [kind for kind, _pk in wanted], [pk for _kind, pk in wanted]
    found = _objects(_NAMED, user, types=types, targets=targets, limit=len(wanted) * 4)
    return {(entry.target_type_id, entry.target_id): entry for entry in found}


def _objects(match: str, user, **parameters) -> list[SearchEntry]:
    query = _OBJECTS.format(match=match, seen=_SEEN)
    return list(SearchEntry.objects.raw(query, {**parameters, **_rights(user)}))


def suggest(typed: str, user=None, most: int = 8) -> list[dict[str, str]]:
    """Titles that begin with, or hold, the words being typed: {"label", "url", "kind"}; one query."""
    typed = clean(typed)
    if len(fold(typed)) < 2:
        return []
    services = [
        {"label": service.label, "url": url_of(service), "kind": "Service"} for service in find_services(typed, 3)
    ]
    with connection.cursor() as cursor:
        parameters = {"typed": typed, "folded": fold(typed), "limit": most - len(services), **_rights(user)}
        cursor.execute(_SUGGESTED.format(seen=_SEEN), parameters)
        rows = cursor.fetchall()
    return services + [{"label": title, "url": url, "kind": kind} for title, url, kind in rows]
