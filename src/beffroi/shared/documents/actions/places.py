"""What filing has in common: one at a time in a place, a name that is free."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from beffroi.shared.documents.models import Document, Folder, Space
from beffroi.shared.documents.workflow import FolderState

TAKEN = "Ce nom est déjà pris ici."
CLOSED_EARLY = "Un dossier ne peut pas être clos avant d’avoir été ouvert."


def hold_still(space: Space, folder: Folder | None) -> None:
    """Until the transaction ends, nobody else files here. Raises ValidationError where nothing can be filed."""
    if folder is None:
        held = Space.objects.select_for_update().get(pk=space.pk)
        if not held.is_active:
            raise ValidationError("Cet espace est fermé.")
        return
    held = Folder.objects.select_for_update(of=("self",)).get(pk=folder.pk)
    if held.removal_id is not None:
        raise ValidationError("Ce dossier est à la corbeille.")
    if held.state != FolderState.OPEN:
        raise ValidationError(f"Ce dossier est « {held.get_state_display().lower()} » : rien ne peut y être ajouté.")


def free_name(space: Space, folder: Folder | None, name: str, *, but: Document | None = None) -> str:
    """The name, or the same with a number: « facture (2).pdf ». The place must be held still."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot and len(ending) <= 8 else (name, "")
    stem = stem[: 150 - len(ending)]
    there = Document.objects.alive().filter(space=space, folder=folder)
    if but is not None:
        there = there.exclude(pk=but.pk)
    wanted, number = f"{stem}{ending}", 1
    while there.annotate(low=Lower("name")).filter(low=wanted.lower()).exists():
        number += 1
        wanted = f"{stem} ({number}){ending}"
    return wanted


@contextmanager
def clash(field: str) -> Iterator[None]:
    """Tell beside the field what the database refused: a name already taken, dates in disorder."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as fault:
        if "document_name" in str(fault) or "document_folder_name" in str(fault):
            raise ValidationError({field: TAKEN}) from None
        if "document_folder_dates" in str(fault):
            raise ValidationError({"opened_on": CLOSED_EARLY}) from None
        raise
