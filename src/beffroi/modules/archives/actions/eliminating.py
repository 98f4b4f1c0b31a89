"""Prepare a slip of elimination, have it signed, record the visa (Code du patrimoine, L212-2, R212-13, R212-14)."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.archives import contents, eligibility, ledger, paper, rights
from beffroi.modules.archives.actions import keeping
from beffroi.modules.archives.models import Box, Elimination, Line, setup_of
from beffroi.modules.archives.workflow import State, elimination_workflow
from beffroi.shared.documents.models import Folder
from beffroi.shared.files.actions import attach, copy_file
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing.models import Circuit
from beffroi.shared.signing.models import Folder as SignFolder

PDF = "application/pdf"
GONE = "Il n’est plus parmi ce qui peut être éliminé : rechargez la liste."


@transaction.atomic
def prepare_elimination(
    organisation,
    *,
    actor,
    folders: Iterable[Folder] = (),
    boxes: Iterable[Box] = (),
    title: str = "",
    slip: Elimination | None = None,
) -> Elimination:
    """Put files and boxes on a new slip, which takes the next number of the body, or on `slip`, still in preparation.

    Records "archives.prepare". Raises ValidationError, and takes nothing, when one of them may not go.
    """
    rights.require(actor, rights.PREPARE, organisation)
    folders, boxes = list(folders), list(boxes)
    if not folders and not boxes:
        raise ValidationError("Cochez au moins un dossier ou une boîte.")
    if slip is None:
        slip = Elimination(
            organisation=organisation,
            year=timezone.localdate().year,
            title=title.strip() or "Élimination d’archives",
            agency_name=setup_of(organisation).agency_name,
            created_by=actor,
        )
        slip.full_clean(validate_constraints=False)
        slip.save(force_insert=True)
        slip.refresh_from_db(fields=["number"])
    else:
        slip = _in_preparation(slip)
    lines = [*_lines_of_folders(slip, folders), *_lines_of_boxes(slip, boxes)]
    try:
        with transaction.atomic():
            for line in lines:
                line.save(force_insert=True)
    except IntegrityError as fault:
        if "archives_line_" in str(fault):
            raise ValidationError("L’un d’eux est déjà sur un bordereau : rechargez la liste.") from None
        raise
    journal.record("archives.prepare", slip, actor=actor, data={"lines": len(lines)})
    return slip


def _in_preparation(slip: Elimination) -> Elimination:
    found = Elimination.objects.select_for_update(of=("self",)).get(pk=slip.pk)
    if found.state != State.DRAFT:
        raise ValidationError(f"Ce bordereau est « {found.get_state_display()} » : il ne change plus.")
    return found


def _lines_of_folders(slip: Elimination, folders: list[Folder]) -> Iterable[Line]:
    wanted = [folder.pk for folder in folders]
    asked = eligibility.to_eliminate().filter(pk__in=wanted, space__organisation=slip.organisation_id)
    found = {folder.pk: folder for folder in asked.select_related("effective_series")}
    sums = contents.sums_of(found.values())
    for pk in wanted:
        folder = found.get(pk)
        if folder is None:
            raise ValidationError(GONE)
        if why := eligibility.obstacle(folder):
            raise ValidationError(f"« {folder.name} » : {why.text}")
        held = sums[pk]
        yield Line(
            elimination=slip,
            folder=folder,
            title=_title(folder.name, folder.reference),
            series=str(folder.effective_series),
            basis=folder.effective_series.basis,
            first_on=held.first,
            last_on=held.last,
            documents=held.documents,
            octets=held.octets,
        )


def _title(name: str, reference: str) -> str:
    return f"{reference} – {name}" if reference and reference not in name else name


def _lines_of_boxes(slip: Elimination, boxes: list[Box]) -> Iterable[Line]:
    asked = eligibility.boxes("eliminer").filter(pk__in=[box.pk for box in boxes], organisation=slip.organisation_id)
    found = {box.pk: box for box in asked.select_related("series")}
    for given in boxes:
        box = found.get(given.pk)
        if box is None:
            raise ValidationError(GONE)
        if why := eligibility.obstacle_of_box(box):
            raise ValidationError(f"« {box} » : {why.text}")
        yield Line(
            elimination=slip,
            box=box,
            title=str(box),
            series=str(box.series),
            basis=box.series.basis,
            first_on=box.first_on,
            last_on=box.last_on or box.closed_on,
            metres=box.metres,
        )


@transaction.atomic
def update_elimination(slip: Elimination, *, actor, title: str, note: str, observations: dict[int, str]) -> Elimination:
    """Change the words of a slip in preparation; `observations` by the number of the line. Records
    "archives.update"."""
    rights.require(actor, rights.PREPARE, slip.organisation_id)
    found = _in_preparation(slip)
    found.title, found.note = title.strip(), note.strip()
    found.full_clean(validate_constraints=False)
    found.save(update_fields=["title", "note"])
    for line in found.lines.filter(pk__in=observations):
        line.observations = observations[line.pk].strip()
        line.full_clean(exclude=["elimination"], validate_constraints=False)
        line.save(update_fields=["observations"])
    journal.record("archives.update", found, actor=actor)
    return found


@transaction.atomic
def remove_line(line: Line, *, actor) -> None:
    """Take a line off a slip in preparation: the file is free again. Records "archives.remove_line"."""
    rights.require(actor, rights.PREPARE, line.elimination.organisation_id)
    slip = _in_preparation(line.elimination)
    line.delete()
    journal.record("archives.remove_line", slip, actor=actor)


def _freeze(slip: Elimination, actor) -> StoredFile:
    """The slip as it will be signed: checked once more, drawn, sealed."""
    if not slip.lines.exists():
        raise ValidationError("Ce bordereau est vide : ajoutez-y des dossiers ou des boîtes.")
    content = paper.slip(slip)
    StoredFile.objects.about(slip).filter(kind="slip").update(kind="old_slip")
    label = f"Bordereau {slip.reference}"
    made = keeping.keep(
        content, target=slip, name=f"{slip.reference}.pdf", mime=PDF, actor=actor, kind="slip", label=label
    )
    totals = paper.totals(slip)
    ledger.write(
        "elimination.prepared",
        organisation=slip.organisation,
        reference=slip.reference,
        lines=totals.lines,
        octets=totals.octets,
        metres=str(totals.metres),
    )
    return made


@transaction.atomic
def sign_elimination(slip: Elimination, *, actor, circuit: Circuit) -> SignFolder:
    """Send the slip through a circuit of the body. Records "archives.sign" and "signing.submit".

    Raises ValidationError (empty slip, no holder in the circuit…), TransitionRefused.
    """
    if circuit.organisation_id != slip.organisation_id:
        raise ValidationError({"circuit": "Ce circuit est d’une autre collectivité."})
    elimination_workflow.fire("sign", slip, actor=actor)
    made = _freeze(slip, actor)
    folder = signing.create_folder(
        actor=actor,
        circuit=circuit,
        title=f"{slip.reference} : {slip.title}"[:200],
        document=copy_file(made, actor=actor),
        target=slip,
    )
    signing.submit_folder(folder, actor=actor)
    return folder


@transaction.atomic
def sign_on_paper(slip: Elimination, *, actor, document: StoredFile) -> Elimination:
    """Keep the scan of a slip signed by hand. Records "archives.sign_on_paper"."""
    if document.blob.mime != PDF:
        raise ValidationError({"document": "Donnez le bordereau signé en PDF."})
    elimination_workflow.fire("sign_on_paper", slip, actor=actor)
    _freeze(slip, actor)
    attach([document], slip, kind="signed")
    keeping.seal(document, organisation=slip.organisation, label="Bordereau signé à la main", reference=slip.reference)
    return slip


def take_signed(entry) -> None:
    """A circuit has ended: the signed slip can go to the departmental archives. Records "archives.signed"."""
    folder, slip = _carried(entry)
    if slip is None or slip.state != State.SIGNING:
        return
    (signed,) = attach([copy_file(folder.main(), actor=entry.actor)], slip, kind="signed")
    keeping.seal(signed, organisation=slip.organisation, label="Bordereau signé", reference=slip.reference)
    elimination_workflow.fire("signed", slip, actor=entry.actor, check=False)


def take_back(entry) -> None:
    """A folder was rejected or taken back: the slip is in preparation again. Records "archives.returned"."""
    _folder, slip = _carried(entry)
    if slip is not None and slip.state == State.SIGNING:
        elimination_workflow.fire("returned", slip, actor=entry.actor, check=False)


def _carried(entry) -> tuple:
    folder = entry.target
    if not isinstance(folder, SignFolder) or not isinstance(folder.target, Elimination):
        return None, None
    return folder, Elimination.objects.select_for_update(of=("self",)).get(pk=folder.target_id)


@transaction.atomic
def record_visa(
    slip: Elimination,
    *,
    actor,
    visa_on: datetime.date,
    visa_name: str,
    visa_quality: str,
    visa_reference: str,
    scan: StoredFile,
    refused: Iterable[Line] = (),
    refusal: str = "",
) -> Elimination:
    """Keep what the departmental archives answered, with the scan of the slip that they visaed; the lines that they
    refuse are free again. Records "archives.visa", or "archives.refuse_visa" when they refuse all of them.

    Raises ValidationError for a visa before the slip or to come, or a refusal without its reason.
    """
    turned_down = {line.pk for line in refused}
    if visa_on > timezone.localdate():
        raise ValidationError({"visa_on": "La date du visa ne peut pas être à venir."})
    if visa_on < timezone.localdate(slip.created_at):
        raise ValidationError({"visa_on": "Le visa ne peut pas précéder le bordereau."})
    if turned_down and not refusal.strip():
        raise ValidationError({"refusal": "Donnez le motif du refus, comme il est écrit."})
    keeping.check_scan(scan)
    update = {
        "visa_on": visa_on,
        "visa_name": visa_name.strip(),
        "visa_quality": visa_quality.strip(),
        "visa_reference": visa_reference.strip(),
    }
    lines = list(slip.lines.all())
    all_refused = turned_down >= {line.pk for line in lines}
    verb = "refuse_visa" if all_refused else "visa"
    elimination_workflow.fire(verb, slip, actor=actor, update=update, data={"refused": len(turned_down)})
    for line in lines:
        no = line.pk in turned_down
        line.outcome = Line.Outcome.REFUSED if no else Line.Outcome.ACCEPTED
        line.refusal, line.is_open = (refusal.strip() if no else ""), not no
        line.save(update_fields=["outcome", "refusal", "is_open"])
    attach([scan], slip, kind="visa")
    keeping.seal(scan, organisation=slip.organisation, label="Bordereau visé", reference=slip.reference)
    ledger.write(
        "elimination.refused" if all_refused else "elimination.visaed",
        organisation=slip.organisation,
        reference=slip.reference,
        visa=slip.visa_reference,
        day=visa_on.isoformat(),
        accepted=len(lines) - len(turned_down),
        refused=len(turned_down),
    )
    return slip


@transaction.atomic
def cancel_elimination(slip: Elimination, *, actor, reason: str) -> Elimination:
    """Give a slip up: its number stays taken, its files are free again. Records "archives.cancel"."""
    elimination_workflow.fire("cancel", slip, actor=actor, data={"reason": reason.strip()})
    slip.lines.update(is_open=False)
    return slip
