"""Hand a file out: back to the service that made it (restitution), or to whoever may read it (communication)."""

import datetime
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.archives import communicability, contents, ledger, rights
from beffroi.modules.archives.actions import keeping
from beffroi.modules.archives.models import Handover, setup_of
from beffroi.modules.archives.seda import gathering, package, writing
from beffroi.modules.archives.seda.model import Envelope
from beffroi.modules.archives.workflow import handover_workflow
from beffroi.shared.documents.models import Folder
from beffroi.shared.files.actions import store_made
from beffroi.shared.files.models import StoredFile


def access_to(
    folder: Folder, *, born: datetime.date | None = None, died: datetime.date | None = None
) -> communicability.Access:
    """From when anyone may read this file, and why; `born`, `died` = the person whom it is about, where the delay
    hangs on them (never kept)."""
    last = contents.sums_of([folder])[folder.pk].last
    known = communicability.access_of(folder.effective_series, last, closed=folder.closed_on, born=born, died=died)
    if folder.state == "open" and known.since is not None:
        more = f"{known.text} Le dossier est encore ouvert : un document plus récent changera cette date."
        return replace(known, text=more)
    return known


@transaction.atomic
def ask_handover(
    handover: Handover, *, actor, born: datetime.date | None = None, died: datetime.date | None = None
) -> Handover:
    """Write a request down, with its reason. Records "archives.ask".

    Raises ValidationError for a communication before the file is open to everyone without a derogation (L213-3).
    """
    folder = handover.folder
    handover.organisation_id = folder.space.organisation_id
    rights.require(actor, rights.TRANSFER, handover.organisation_id)
    if handover.asked_on > timezone.localdate():
        raise ValidationError({"asked_on": "La date de la demande ne peut pas être à venir."})
    if folder.state == "eliminated":
        raise ValidationError({"folder": "Ce dossier a été détruit : il n’en reste que le nom et les empreintes."})
    if folder.state == "transferred":
        raise ValidationError({"folder": "Ce dossier a été versé : demandez-le au service d’archives."})
    handover.year, handover.created_by = timezone.localdate().year, actor
    handover.basis = _basis(handover, born, died)
    handover.full_clean(validate_constraints=False)
    handover.save(force_insert=True)
    handover.refresh_from_db(fields=["number"])
    journal.record("archives.ask", handover, actor=actor, data={"kind": str(handover.kind)})
    return handover


def _basis(handover: Handover, born: datetime.date | None, died: datetime.date | None) -> str:
    if handover.kind == Handover.Kind.RESTITUTION:
        return "Restitution au service producteur"
    known = access_to(handover.folder, born=born, died=died)
    if known.is_open(timezone.localdate()):
        return known.text[:300]
    if handover.derogation.strip():
        return f"Dérogation {handover.derogation.strip()} (L213-3). {known.text}"[:300]
    when = f"le {known.since:%d/%m/%Y}" if known.since else "à une date qui n’est pas connue"
    raise ValidationError(
        {"derogation": f"Ce dossier sera communicable {when}. {known.text} {communicability.DEROGATION}"}
    )


@transaction.atomic
def make_copy(handover: Handover, *, actor) -> StoredFile:
    """Make the copy that is handed out: a SEDA package (DIP), sealed. Records "archives.make_copy"."""
    handover_workflow.fire("make_copy", handover, actor=actor)
    folder = Folder.objects.select_related("space", "effective_series").get(pk=handover.folder_id)
    setup = setup_of(handover.organisation)
    envelope = Envelope(
        version=setup.seda,
        identifier=f"{setup.identifier}-{handover.reference}",
        at=timezone.localtime(),
        agency=setup.identifier,
        own=setup.identifier,
        comment=f"{handover.reference} : {handover.reason}",
    )
    try:
        units = gathering.units_of([folder]).units
        restitution = handover.kind == Handover.Kind.RESTITUTION
        manifest = writing.reply(envelope, units, request=handover.reference, restitution=restitution)
        with package.make(manifest, units) as whole:
            file = store_made(
                whole,
                name=f"{handover.reference}.zip",
                mime="application/zip",
                actor=actor,
                target=handover,
                kind="package",
            )
    except gathering.TooLarge as fault:
        raise ValidationError(str(fault)) from fault
    except FileNotFoundError as fault:
        raise ValidationError("Un contenu de ce dossier manque au magasin : reprenez-le d’une sauvegarde.") from fault
    keeping.seal(file, organisation=handover.organisation, label="Copie remise", reference=handover.reference)
    ledger.write("handover.made", organisation=handover.organisation, reference=handover.reference)
    return file


@transaction.atomic
def hand(handover: Handover, *, actor) -> Handover:
    """Note that the copy was handed out; the platform keeps its digest, not the copy. Records "archives.hand"."""
    handover_workflow.fire("hand", handover, actor=actor, update={"handed_on": timezone.localdate()})
    files = StoredFile.objects.about(handover).filter(kind="package")
    keeping.drop(files, organisation=handover.organisation, reference=handover.reference, reason="Copie remise")
    ledger.write("handover.handed", organisation=handover.organisation, reference=handover.reference)
    return handover


@transaction.atomic
def decline(handover: Handover, *, actor, reason: str) -> Handover:
    """Refuse, with the reason. Records "archives.decline"."""
    handover_workflow.fire("decline", handover, actor=actor, data={"reason": reason.strip()})
    files = StoredFile.objects.about(handover).filter(kind="package")
    keeping.drop(files, organisation=handover.organisation, reference=handover.reference, reason="Demande refusée")
    return handover
