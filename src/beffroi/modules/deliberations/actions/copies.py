"""Send certified copies of an act to other bodies (« ampliation »), once each, with what proves it."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.deliberations.models import Act, CertifiedCopy, CopyFolder
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.documents.actions import add_document
from beffroi.shared.documents.models import Document, Folder
from beffroi.shared.files.actions import DOCUMENT, copy_file
from beffroi.shared.organisations.models import Organisation

SENT_FROM = (State.ADOPTED, State.RECEIVED, State.PUBLISHED, State.NOTIFIED)
Way = CertifiedCopy.Way


@transaction.atomic
def set_copy_folder(organisation: Organisation, *, actor, folder: Folder | None) -> None:
    """Say in which folder of its documents a body receives the copies; None = by e-mail. Records
    "deliberations.copy_folder"."""
    if folder is not None and folder.space.organisation_id != organisation.pk:
        raise ValidationError({"folder": "Choisissez un dossier de la collectivité."})
    if folder is None:
        CopyFolder.objects.filter(organisation=organisation).delete()
    else:
        CopyFolder.objects.update_or_create(organisation=organisation, defaults={"folder": folder})
    journal.record("deliberations.copy_folder", organisation, actor=actor)


@transaction.atomic
def send_copies(act: Act, *, actor, recipients: Iterable[Organisation]) -> list[CertifiedCopy]:
    """Send the document of a numbered act to each body that has not had it: filed in the folder that it chose, else by
    e-mail, else on paper, which remains to be handed over. Records "deliberations.copy".

    Two agents who send it at the same time send it once. Returns the copies made now.
    """
    locked = Act.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=act.pk)
    if locked.state not in SENT_FROM:
        raise ValidationError(f"L’acte est « {locked.get_state_display()} » : son ampliation ne s’envoie pas.")
    source = next((file for file in locked.documents() if file.kind == "act"), None)
    if source is None:
        raise ValidationError("Ajoutez d’abord le document de l’acte.")
    served = set(locked.copies.values_list("recipient_id", flat=True))
    wanted = [body for body in recipients if body.pk not in served and body.pk != locked.organisation_id]
    if not wanted:
        raise ValidationError("Ces destinataires ont déjà reçu l’ampliation.")
    folders = {
        one.organisation_id: one.folder
        for one in CopyFolder.objects.filter(organisation__in=wanted).select_related("folder__space")
    }
    made = [_send(locked, body, source, folders.get(body.pk), actor) for body in wanted]
    data = {"copies": [copy.pk for copy in made], "sha256": source.blob.sha256}
    journal.record("deliberations.copy", locked, actor=actor, data=data)
    return made


def _send(act: Act, body: Organisation, source, folder: Folder | None, actor) -> CertifiedCopy:
    copy = CertifiedCopy(act=act, recipient=body, sha256=source.blob.sha256, sent_by=account_of(actor), way=Way.PAPER)
    if folder is not None and folder.removal_id is None and folder.state == "open":
        copy.way, copy.document = Way.DOCUMENTS, _file(act, source, folder)
    elif body.email:
        copy.way, copy.email = Way.EMAIL, body.email
    copy.save(force_insert=True)
    return copy


def _file(act: Act, source, folder: Folder) -> Document:
    name = f"{act.organisation.name} {act.number} {act.object}"[:150]
    return add_document(
        actor=None,
        space=folder.space,
        folder=folder,
        file=copy_file(source, actor=None, kind=DOCUMENT),
        name=name,
        source="deposit",
        dated_on=act.decided_on,
        sender=act.organisation.name,
    )


@transaction.atomic
def open_copy(copy: CertifiedCopy) -> CertifiedCopy:
    """The link of the e-mail was opened: the first time is kept. Records "deliberations.copy_read" on the act."""
    if CertifiedCopy.objects.filter(pk=copy.pk, read_at=None).update(read_at=timezone.now()):
        journal.record("deliberations.copy_read", copy.act, actor=None, data={"copy": copy.pk})
        copy.refresh_from_db(fields=["read_at"])
    return copy


@transaction.atomic
def hand_copy(copy: CertifiedCopy, *, actor, handed_on: datetime.date) -> CertifiedCopy:
    """The paper was handed over. Records "deliberations.copy_handed" on the act."""
    if copy.way != Way.PAPER:
        raise ValidationError("Cette ampliation n’est pas partie sur papier.")
    if not timezone.localdate(copy.sent_at) <= handed_on <= timezone.localdate():
        raise ValidationError({"handed_on": "Cette date se place entre l’envoi et aujourd’hui."})
    copy.handed_on = handed_on
    copy.save(update_fields=["handed_on"])
    journal.record("deliberations.copy_handed", copy.act, actor=actor, data={"copy": copy.pk})
    return copy
