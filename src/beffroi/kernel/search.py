"""One search box: what is found, by whom. The index is a PostgreSQL table kept up to date by the journal."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType

from beffroi.kernel import modules
from beffroi.kernel.models import SearchEntry


@dataclass(frozen=True, kw_only=True)
class Document:
    """What the index keeps of an object. Who finds it: everyone if `public`, else those who hold `permission`
    in `organisation_id` (None = anywhere), and `owner` (a user's id)."""

    title: str
    url: str
    text: str = ""
    public: bool = False
    permission: str = ""
    organisation_id: int | None = None
    owner_id: int | None = None
    weight: float = 1.0
    date: datetime.date | None = None


def sources_of(model) -> list[modules.SearchSource]:
    """The search sources declared for a model."""
    return [source for source in modules.collect("search") if source.model == model._meta.label]


def refresh(target: Any) -> None:
    """Bring the index up to date for one object (called by the journal, in its transaction)."""
    for source in sources_of(type(target)):
        index_object(source, target)


def index_object(source: modules.SearchSource, target: Any) -> None:
    """Write, or remove, the index line of one object."""
    kind = ContentType.objects.get_for_model(target)
    document = source.document(target)
    lines = SearchEntry.objects.filter(target_type=kind, target_id=target.pk, source=source.label)
    if document is None:
        lines.delete()
        return
    values = {
        "title": document.title[:300],
        "text": document.text,
        "url": document.url,
        "public": document.public,
        "permission": document.permission,
        "organisation_id": document.organisation_id,
        "owner_id": document.owner_id,
        "weight": document.weight,
        "date": document.date,
    }
    SearchEntry.objects.update_or_create(target_type=kind, target_id=target.pk, source=source.label, defaults=values)
