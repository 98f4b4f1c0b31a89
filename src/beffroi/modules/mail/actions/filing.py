"""File a closed letter among the documents of the body, so that its retention is counted."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.mail import rights
from beffroi.modules.mail.models import Letter
from beffroi.modules.mail.workflow import State
from beffroi.shared.documents.actions import add_document, close_folder, create_folder
from beffroi.shared.documents.models import Folder, Series, Space
from beffroi.shared.files.actions import copy_file, remove_files_of
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def file_letter(
    letter: Letter, *, actor, space: Space, parent: Folder | None = None, series: Series | None = None
) -> Folder:
    """Put a closed letter and its answers in a folder of their own, closed on the day the letter was: its useful life
    (DUA) runs from there. The pieces are the same contents, not copies of them. Records "mail.file".

    Raises ValidationError for a letter that is not closed or is filed already, PermissionDenied for a place where the
    person may not write.
    """
    if not (rights.is_clerk(actor, letter) or rights.can_handle(actor, letter)):
        raise PermissionDenied(rights.HANDLE)
    letter = Letter.objects.select_for_update(of=("self",)).with_parties().get(pk=letter.pk)
    if letter.state != State.CLOSED:
        raise ValidationError("Seul un courrier clos se classe.")
    if letter.filed_as_id is not None:
        raise ValidationError("Ce courrier est déjà classé.")
    if space.organisation_id != letter.organisation_id:
        raise ValidationError({"place": "Cet espace est d’un autre organisme."})
    folder = create_folder(
        actor=actor,
        space=space,
        parent=parent,
        series=series,
        name=f"{letter.chrono} {letter.object.replace('/', '-')}"[:120],
        reference=letter.chrono,
        opened_on=letter.registered_on,
        about=letter.details[:1000],
    )
    for one in (letter, *letter.replies.with_parties().order_by("pk")):
        _put(one, folder, actor)
    close_folder(folder, actor=actor, day=timezone.localdate(letter.closed_at))
    letter.filed_as = folder
    letter.save(update_fields=["filed_as"])
    journal.record("mail.file", letter, actor=actor, data={"folder": folder.pk})
    return folder


def _put(letter: Letter, folder: Folder, actor) -> None:
    """The pieces of one letter, under its number."""
    for file in StoredFile.objects.about(letter):
        if file.kind.startswith("old"):
            continue
        add_document(
            actor=actor,
            space=folder.space,
            folder=folder,
            file=copy_file(file, actor=actor, kind="document"),
            name=f"{letter.chrono} {file.name}",
            source="scan" if file.kind == "scan" else "upload",
            dated_on=letter.document_date or letter.sent_on,
            sender=letter.party if letter.is_incoming else letter.organisation.name,
        )


def empty_letter(entry) -> None:
    """The folder of a filed letter has been eliminated or transferred: its pieces and its texts go too, its line in
    the register stays. In the same transaction. Records "mail.empty"."""
    letter = Letter.objects.filter(filed_as=entry.target_id).first()
    if letter is None:
        return
    for one in (letter, *letter.replies.all()):
        remove_files_of(one)
        one.versions.update(body="")
    journal.record("mail.empty", letter, actor=entry.actor)
