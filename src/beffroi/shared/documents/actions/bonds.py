"""Favourites, saved searches, links between documents, types of document."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from beffroi.kernel import journal
from beffroi.shared.documents import access
from beffroi.shared.documents.models import Document, DocumentType, Favourite, Folder, Link, SavedSearch, Space

TYPES = {"text", "number", "date", "boolean", "choice"}
MOST_SEARCHES = 50


def toggle_favourite(thing: Folder | Document, *, actor) -> bool:
    """Keep a folder or a document at hand, or no longer; returns whether it is kept. A person's own list: nothing in
    the journal."""
    target = {"folder": thing} if isinstance(thing, Folder) else {"document": thing}
    removed, _details = Favourite.objects.filter(user=actor, **target).delete()
    if not removed:
        Favourite.objects.get_or_create(user=actor, **target)
    return not removed


def save_search(*, actor, name: str, query: str) -> SavedSearch:
    """Give a name to a search; the same name replaces it. A person's own list: nothing in the journal."""
    name = name.strip()
    if not name:
        raise ValidationError({"name": "Donnez un nom à cette recherche."})
    if SavedSearch.objects.filter(user=actor).exclude(name=name).count() >= MOST_SEARCHES:
        raise ValidationError(f"{MOST_SEARCHES} recherches au plus : effacez-en une.")
    saved, _created = SavedSearch.objects.update_or_create(user=actor, name=name[:80], defaults={"query": query[:500]})
    return saved


def forget_search(saved: SavedSearch, *, actor) -> None:
    """Forget a search of one's own."""
    SavedSearch.objects.filter(pk=saved.pk, user=actor).delete()


@transaction.atomic
def link_documents(one: Document, other: Document, *, actor, kind: str = "related") -> Link:
    """Tie a document to another. Records "documents.link"."""
    access.require_write(actor, one)
    if one.pk == other.pk:
        raise ValidationError({"other": "Un document ne se lie pas à lui-même."})
    try:
        with transaction.atomic():
            link = Link.objects.create(one=one, other=other, kind=kind)
    except IntegrityError as fault:
        if "document_link_once" in str(fault):
            raise ValidationError({"other": "Ces documents sont déjà liés."}) from None
        raise
    journal.record("documents.link", one, actor=actor, data={"other": other.pk, "kind": str(kind)})
    return link


@transaction.atomic
def unlink_documents(link: Link, *, actor) -> None:
    """Untie two documents. Records "documents.unlink"."""
    access.require_write(actor, link.one)
    journal.record("documents.unlink", link.one, actor=actor, data={"other": link.other_id})
    link.delete()


@transaction.atomic
def save_type(kind: DocumentType, *, actor) -> DocumentType:
    """Add or change a type of document and its fields. Records "documents.type"."""
    if actor is not None:
        access.require_manage_body(actor, kind.organisation_id)
    names = set()
    for spec in kind.fields:
        if spec.get("type") not in TYPES or not spec.get("name") or not spec.get("label"):
            raise ValidationError("Un champ n’est pas décrit comme il faut.")
        if spec["name"] in names:
            raise ValidationError(f"Deux champs s’appellent « {spec['label']} ».")
        if spec["type"] == "choice" and not spec.get("choices"):
            raise ValidationError(f"« {spec['label']} » : donnez les choix.")
        names.add(spec["name"])
    kind.full_clean()
    kind.save()
    journal.record("documents.type", kind, actor=actor)
    return kind


@transaction.atomic
def record_export(place: Space | Folder, count: int, *, actor) -> None:
    """Write that the documents of a place were taken away. Records "documents.export"."""
    journal.record("documents.export", place, actor=actor, data={"documents": count})
