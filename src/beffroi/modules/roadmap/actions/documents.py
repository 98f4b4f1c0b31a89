"""Documents of an action."""

from django.db import transaction

from beffroi.modules.roadmap.actions.common import note_fact
from beffroi.modules.roadmap.models import Action
from beffroi.shared.files import actions as files
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def add_documents(action: Action, received, *, actor, public: bool) -> list[StoredFile]:
    """Attach files that were received. Records "roadmap.document" for each. Raises `files.Refused`."""
    attached = files.attach(received, action, public=public)
    for file in attached:
        note_fact("document", action, actor, file=str(file.pk))
    return attached


@transaction.atomic
def show_document(action: Action, file: StoredFile, *, actor, public: bool) -> None:
    """Show a document on the site, or take it off. Records "files.show" or "files.hide"."""
    files.set_visibility(file, actor=actor, public=public)


@transaction.atomic
def remove_document(action: Action, file: StoredFile, *, actor) -> None:
    """Take a document away. Records "roadmap.remove_document" and "files.remove"."""
    note_fact("remove_document", action, actor, file=str(file.pk))
    files.remove_file(file, actor=actor)
