"""What goes with a document that is eliminated, wherever it was filed since.

A redacted version is a copy of what the law has had destroyed: it always goes. A piece that came with the document
(« est une annexe de ») goes when it has no life of its own: no folder, or a useful life that is over too.
"""

import datetime

from django.db.models import Q
from django.utils import timezone

from beffroi.shared.documents.models import Document, Folder, Link
from beffroi.shared.documents.workflow import DocumentState

ALIVE = (DocumentState.DRAFT, DocumentState.FINAL)


def of_folder(folder: Folder, day: datetime.date | None = None) -> list[int]:
    """The numbers of the documents, filed outside the folder, that go with those that it holds; in their order."""
    inside = set(Document.objects.alive().below(folder).values_list("pk", flat=True))
    known, fresh = set(inside), set(inside)
    while fresh:
        fresh = set(_tied(fresh, day or timezone.localdate()).exclude(pk__in=known).values_list("pk", flat=True))
        known |= fresh
    return sorted(known - inside)


def _tied(to: set[int], day: datetime.date):
    """The documents that are copies or pieces of these."""
    copies = Link.objects.filter(other__in=to, kind=Link.Kind.REDACTS).values("one")
    pieces = Link.objects.filter(other__in=to, kind=Link.Kind.ANNEX).values("one")
    alone = Q(folder__isnull=True) | Q(retention_end__lt=day)
    return Document.objects.alive().filter(Q(pk__in=copies) | Q(alone, pk__in=pieces), state__in=ALIVE)


def held(folder: Folder, day: datetime.date | None = None) -> str:
    """Why what goes with the folder may not go; empty when nothing keeps it."""
    kept = Document.objects.filter(pk__in=of_folder(folder, day), held=True).order_by("pk").first()
    return f"Un gel posé sur « {kept.name} », qui en est tiré, l’empêche." if kept else ""
