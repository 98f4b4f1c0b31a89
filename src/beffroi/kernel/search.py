"""One search box: what is found, by whom. The index is a PostgreSQL table kept up to date by the journal."""

import datetime
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.models import SearchEntry

_KEY = ("target_type", "target_id", "source")


@dataclass(frozen=True, kw_only=True)
class Document:
    """What the index keeps of an object. Who finds it: everyone if `public`, else those who hold `permission`
    in `organisation_id` (None = anywhere), those whom the source lets pass `gate`, and `owner` (a user's id).

    `weight` multiplies its rank (1 = usual; a service above, an old line below); `date` makes the recent come first.
    """

    title: str
    url: str
    text: str = ""
    public: bool = False
    permission: str = ""
    organisation_id: int | None = None
    gate: str = ""
    owner_id: int | None = None
    weight: float = 1.0
    date: datetime.date | None = None


@modules.derived
def _sources() -> dict[str, list[modules.SearchSource]]:
    by_model: dict[str, list[modules.SearchSource]] = {}
    for source in modules.collect("search"):
        by_model.setdefault(source.model.lower(), []).append(source)
    return by_model


def sources_of(model) -> list[modules.SearchSource]:
    """The search sources declared for a model."""
    return _sources().get(model._meta.label_lower, [])


def refresh(target: Any) -> None:
    """Bring the index up to date for one object (the journal does it, in its transaction)."""
    for source in sources_of(target._meta.model):
        index_object(source, target)


def forget(target: Any) -> None:
    """Take an object out of the index; to be called before it is deleted."""
    kind = ContentType.objects.get_for_model(target)
    SearchEntry.objects.filter(target_type=kind, target_id=target.pk).delete()


def regate(model, pks: list[int], gate: str) -> None:
    """Put objects behind another gate, without indexing them again."""
    kind = ContentType.objects.get_for_model(model)
    SearchEntry.objects.filter(target_type=kind, target_id__in=pks).exclude(gate=gate).update(gate=gate)


def refresh_all(targets) -> None:
    """Bring the index up to date for many objects of one model, in few queries."""
    for source in sources_of(targets.model):
        lines, gone = [], []
        for target in targets.iterator(chunk_size=500):
            line = _line(source, target)
            if line is None:
                gone.append(target.pk)
            else:
                lines.append(line)
        for start in range(0, len(lines), 500):
            _write(lines[start : start + 500])
        kind = ContentType.objects.get_for_model(targets.model)
        SearchEntry.objects.filter(target_type=kind, target_id__in=gone, source=source.label).delete()


def index_object(source: modules.SearchSource, target: Any) -> None:
    """Write, or remove, the index line of one object."""
    line = _line(source, target)
    if line is None:
        kind = ContentType.objects.get_for_model(target)
        SearchEntry.objects.filter(target_type=kind, target_id=target.pk, source=source.label).delete()
    else:
        _write([line])


def reindex(source: modules.SearchSource) -> int:
    """Write again every line of a source and remove those that have no reason to be; returns their number."""
    started = timezone.now()
    written = 0
    targets_left = source.queryset().iterator(chunk_size=500)
    while targets := list(islice(targets_left, 500)):
        lines = [line for target in targets if (line := _line(source, target)) is not None]
        _write(lines)
        written += len(lines)
    SearchEntry.objects.filter(source=source.label, indexed_at__lt=started).delete()
    return written


def reindex_all() -> dict[str, int]:
    """Write the whole index again; returns {source: number of lines}. What no installed module declares is removed."""
    sources = modules.collect("search")
    SearchEntry.objects.exclude(source__in=[source.label for source in sources]).delete()
    written = {source.label: reindex(source) for source in sources}
    learn_words()
    return written


def learn_words() -> int:
    """Learn again the words of the public pages, near which a mistyped one is looked for; returns their number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kernel_learn_words()")
        return cursor.fetchone()[0]


def _line(source: modules.SearchSource, target: Any) -> SearchEntry | None:
    document = source.document(target)
    if document is None:
        return None
    return SearchEntry(
        target_type=ContentType.objects.get_for_model(apps.get_model(source.model)),
        target_id=target.pk,
        source=source.label,
        title=document.title[:300],
        text=document.text,
        url=document.url,
        public=document.public,
        permission=document.permission,
        organisation_id=document.organisation_id,
        gate=document.gate,
        owner_id=document.owner_id,
        weight=document.weight,
        date=document.date,
        indexed_at=timezone.now(),
    )


def _write(lines: list[SearchEntry]) -> None:
    changing = [field.name for field in SearchEntry._meta.concrete_fields if field.name not in {"id", "vector", *_KEY}]
    SearchEntry.objects.bulk_create(lines, update_conflicts=True, unique_fields=list(_KEY), update_fields=changing)
