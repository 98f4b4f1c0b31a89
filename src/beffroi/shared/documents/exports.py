"""What the common search box keeps of a document, and how one takes a folder away."""

from django.utils import timezone

from beffroi.kernel import access as rights
from beffroi.kernel import search
from beffroi.shared.documents import access, indexing
from beffroi.shared.documents.models import Document, Fence


def searched():
    """The documents that the common search box knows."""
    return Document.objects.alive().select_related("current__reading").prefetch_related("tags")


def search_document(document: Document) -> search.Document | None:
    """Found by whoever enters its fence."""
    if document.removal_id is not None or document.current_id is None or document.state == "eliminated":
        return None
    return search.Document(
        title=document.title,
        url=document.get_absolute_url(),
        text=f"{indexing.words_of(document)} {indexing.text_of(document)}".strip(),
        gate=indexing.gate_of(document.fence_id),
        date=document.dated_on or timezone.localdate(document.created_at),
    )


def gates(user) -> list[str]:
    """The fences that the person enters, as the search box names them."""
    if not rights.can(user, access.READ):
        return []
    return [indexing.gate_of(pk) for pk in Fence.objects.open_to(user).values_list("pk", flat=True)]
