"""What the reading proposes, and what a person answers."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access, classifying
from beffroi.shared.documents.actions.filing import move_document, update_document
from beffroi.shared.documents.models import Document, Inlet, Suggestion
from beffroi.shared.documents.reading import guessing

Subject = Suggestion.Subject


@transaction.atomic
def propose(document: Document, text: str) -> list[Suggestion]:
    """Propose a date and a sender where there is none, and folders for what nobody has filed yet; what was proposed
    before is forgotten. Records nothing: the answers do."""
    document.suggestions.all().delete()
    made = []
    if document.dated_on is None and (day := guessing.date_of(text, timezone.localdate())):
        made.append(Suggestion(document=document, subject=Subject.DATE, value=day.isoformat()))
    if not document.sender:
        ours = (document.space.organisation.name,)
        if sender := guessing.sender_of(text, ours):
            made.append(Suggestion(document=document, subject=Subject.SENDER, value=sender))
    if _waits_for_a_place(document):
        for one in classifying.propose(document, text):
            if one.folder_id != document.folder_id:
                made.append(
                    Suggestion(
                        document=document, subject=Subject.FOLDER, folder_id=one.folder_id, score=one.score, why=one.why
                    )  # fmt: skip
                )
    return Suggestion.objects.bulk_create(made)


def _waits_for_a_place(document: Document) -> bool:
    """Nobody chose its place: it lies at the root, where an inlet put it, or where someone outside deposited it."""
    if document.folder_id is None or document.source == Document.Source.DEPOSIT:
        return True
    return Inlet.objects.filter(folder=document.folder_id).exists()


@transaction.atomic
def accept_suggestion(suggestion: Suggestion, *, actor) -> Document:
    """Do what was proposed: the other proposals on the same subject go. Records "documents.update" or
    "documents.move", and "documents.accept"."""
    document = Document.objects.select_related("space", "folder", "series").get(pk=suggestion.document_id)
    if suggestion.subject == Subject.FOLDER:
        folder = suggestion.folder
        move_document(document, actor=actor, space=folder.space, folder=folder)
    else:
        if suggestion.subject == Subject.DATE:
            document.dated_on = datetime.date.fromisoformat(suggestion.value)
        else:
            document.sender = suggestion.value
        update_document(document, actor=actor)
    document.suggestions.filter(subject=suggestion.subject).delete()
    journal.record("documents.accept", document, actor=actor, data={"subject": str(suggestion.subject)})
    return document


@transaction.atomic
def refuse_suggestion(suggestion: Suggestion, *, actor) -> None:
    """Leave a proposal aside. Records "documents.refuse"."""
    document = suggestion.document
    access.require_write(actor, document)
    journal.record("documents.refuse", document, actor=actor, data={"subject": str(suggestion.subject)})
    suggestion.delete()
