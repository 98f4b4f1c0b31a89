"""What the reading proposes, and what a person answers."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access, classifying, ruling
from beffroi.shared.documents.actions.filing import move_document, update_document
from beffroi.shared.documents.actions.ruling import note_slow
from beffroi.shared.documents.models import Document, DocumentType, FilingRule, Inlet, Suggestion
from beffroi.shared.documents.reading import guessing

Subject = Suggestion.Subject


@transaction.atomic
def propose(document: Document, text: str) -> list[Suggestion]:
    """Propose a date and a sender where there is none, what the first rule that fits says, and folders for what nobody
    has filed yet; what was proposed before is forgotten. Records nothing: the answers do."""
    document.suggestions.all().delete()
    rule = ruling.find(document, text, on_slow=note_slow)
    made = _by_rule(document, rule) if rule is not None else []
    if document.dated_on is None and (day := guessing.date_of(text, timezone.localdate())):
        made.append(Suggestion(document=document, subject=Subject.DATE, value=day.isoformat()))
    if not document.sender:
        ours = (document.space.organisation.name,)
        if sender := guessing.sender_of(text, ours):
            made.append(Suggestion(document=document, subject=Subject.SENDER, value=sender))
    if _waits_for_a_place(document) and (rule is None or rule.folder is None):
        for one in classifying.propose(document, text):
            if one.folder_id != document.folder_id:
                made.append(
                    Suggestion(
                        document=document, subject=Subject.FOLDER, folder_id=one.folder_id, score=one.score, why=one.why
                    )
                )
    return Suggestion.objects.bulk_create(made)


def _by_rule(document: Document, rule: FilingRule) -> list[Suggestion]:
    """What the rule says that the document does not have yet."""
    why = f"règle « {rule.name} »"[:200]
    made = []
    folder = rule.folder
    if folder is not None and folder.state == "open" and folder.removal_id is None and _waits_for_a_place(document):
        made.append(Suggestion(document=document, subject=Subject.FOLDER, folder=folder, why=why))
    if rule.kind is not None and document.kind_id is None:
        made.append(Suggestion(document=document, subject=Subject.KIND, value=rule.kind.name, why=why))
    there = {tag.name.lower() for tag in document.tags.all()}
    for name in ruling.parts_of(rule.tags):
        if name.lower() not in there:
            made.append(Suggestion(document=document, subject=Subject.TAG, value=name[:40], why=why))
    return made


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
        elif suggestion.subject == Subject.SENDER:
            document.sender = suggestion.value
        elif suggestion.subject == Subject.KIND:
            types = DocumentType.objects.filter(organisation=document.space.organisation_id, is_active=True)
            document.kind = types.filter(name=suggestion.value).first()
        tags = [tag.name for tag in document.tags.all()]
        tags += [suggestion.value] if suggestion.subject == Subject.TAG else []
        update_document(document, actor=actor, tags=tags)
    same = document.suggestions.filter(subject=suggestion.subject)
    (same.filter(pk=suggestion.pk) if suggestion.subject == Subject.TAG else same).delete()
    journal.record("documents.accept", document, actor=actor, data={"subject": str(suggestion.subject)})
    return document


@transaction.atomic
def refuse_suggestion(suggestion: Suggestion, *, actor) -> None:
    """Leave a proposal aside. Records "documents.refuse"."""
    document = suggestion.document
    access.require_write(actor, document)
    journal.record("documents.refuse", document, actor=actor, data={"subject": str(suggestion.subject)})
    suggestion.delete()
