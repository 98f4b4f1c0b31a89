"""Every write about imports: received, checked, started, gone on with, given up."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.shared.assets.importing import mapping
from beffroi.shared.assets.importing.reading import Content, packed
from beffroi.shared.assets.models import AssetImport

Status = AssetImport.Status


@transaction.atomic
def receive_import(content: Content, *, actor, organisation, kind, name: str, crs: int = 0) -> AssetImport:
    """Keep what a file holds until its columns are told. Records "assets.import_received"."""
    run = AssetImport(
        organisation=organisation,
        kind=kind,
        name=name[:160],
        format=content.format,
        crs=crs,
        columns=content.columns,
        sample=content.sample,
        mapping=mapping.guess(kind, content.columns),
        rows=packed(content),
        has_geometry=content.has_geometry,
        total=len(content.rows),
        actor=actor,
    )
    run.full_clean()
    run.save()
    journal.record("assets.import_received", run, actor=actor, data={"lines": run.total, "format": run.format})
    return run


def _held(run: AssetImport, *wanted: str) -> AssetImport:
    held = AssetImport.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if held.status not in wanted:
        raise ValidationError(f"Cette importation est « {held.get_status_display()} ».")
    return held


@transaction.atomic
def check_columns(run: AssetImport, columns: dict[str, str], *, actor) -> AssetImport:
    """Tell which column is what, and start the trial. Records "assets.import_checked"."""
    held = _held(run, Status.RECEIVED, Status.CHECKED, Status.CHECKING)
    held.mapping = {code: column for code, column in columns.items() if column in held.columns}
    if not {"external_ref", "code"} & held.mapping.keys():
        raise ValidationError("Dites quelle colonne porte la référence ou le numéro : elle évite les doubles.")
    held.status, held.done, held.faults, held.faulty = Status.CHECKING, 0, [], 0
    held.created = held.updated = 0
    held.moved_at = timezone.now()
    held.save()
    journal.record("assets.import_checked", held, actor=actor)
    jobs.defer("assets.check_import", pk=held.pk)
    return held


@transaction.atomic
def start_import(run: AssetImport, *, actor) -> AssetImport:
    """Keep the lines that are right; a second press changes nothing. Records "assets.import_started"."""
    held = _held(run, Status.CHECKED, Status.WRITING)
    if held.status == Status.CHECKED:
        if held.created + held.updated == 0:
            raise ValidationError("Aucune ligne n’est juste : il n’y a rien à importer.")
        held.status, held.done, held.faults, held.faulty = Status.WRITING, 0, [], 0
        held.created = held.updated = 0
        held.moved_at = timezone.now()
        held.save()
        journal.record("assets.import_started", held, actor=actor)
        jobs.defer("assets.write_import", pk=held.pk)
    return held


@transaction.atomic
def resume_import(run: AssetImport, *, actor) -> AssetImport:
    """Go on with a trial or an import whose job was lost, where it was. Records "assets.import_resumed"."""
    held = _held(run, Status.CHECKING, Status.WRITING)
    held.moved_at = timezone.now()
    held.save(update_fields=["moved_at"])
    journal.record("assets.import_resumed", held, actor=actor, data={"done": held.done})
    jobs.defer("assets.write_import" if held.status == Status.WRITING else "assets.check_import", pk=held.pk)
    return held


@transaction.atomic
def cancel_import(run: AssetImport, *, actor) -> AssetImport:
    """Give up: what is written stays, the rest is forgotten. Records "assets.import_cancelled"."""
    held = _held(run, Status.RECEIVED, Status.CHECKING, Status.CHECKED, Status.WRITING)
    held.status, held.rows = Status.CANCELLED, None
    held.save()
    journal.record("assets.import_cancelled", held, actor=actor, data={"done": held.done})
    return held
