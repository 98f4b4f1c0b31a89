"""Boxes of paper that the plan keeps for ever: their slip, the day they were handed over, the discharge of the
departmental archives. A box leaves the inventory with the discharge, never before."""

import datetime
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.archives import eligibility, ledger, rights
from beffroi.modules.archives.actions import keeping
from beffroi.modules.archives.models import Box, PaperLine, PaperTransfer, setup_of
from beffroi.modules.archives.workflow import Delivering, box_workflow, paper_workflow
from beffroi.shared.files.actions import attach
from beffroi.shared.files.models import StoredFile


@transaction.atomic
def prepare_paper(organisation, *, actor, boxes: Iterable[Box], title: str = "") -> PaperTransfer:
    """Open a slip of transfer for these boxes. Records "archives.prepare_paper".

    Raises ValidationError, and takes nothing, when one of them may not leave.
    """
    rights.require(actor, rights.TRANSFER, organisation)
    wanted = [box.pk for box in boxes]
    if not wanted:
        raise ValidationError("Cochez au moins une boîte.")
    found = {box.pk: box for box in eligibility.boxes("verser").filter(pk__in=wanted, organisation=organisation)}
    if len(found) < len(set(wanted)):
        raise ValidationError("L’une d’elles n’est plus à verser : rechargez la liste.")
    for box in found.values():
        if why := eligibility.obstacle_of_box(box):
            raise ValidationError(f"« {box.title} » : {why.text}")
    made = PaperTransfer(
        organisation=organisation,
        year=timezone.localdate().year,
        title=title.strip() or "Versement de papier",
        agency_name=setup_of(organisation).agency_name,
        created_by=actor,
    )
    made.full_clean(validate_constraints=False)
    made.save(force_insert=True)
    made.refresh_from_db(fields=["number"])
    try:
        with transaction.atomic():
            PaperLine.objects.bulk_create(_line(made, found[pk]) for pk in dict.fromkeys(wanted))
    except IntegrityError as fault:
        if "archives_paper_box_once" in str(fault):
            raise ValidationError("L’une d’elles est déjà dans un versement.") from None
        raise
    journal.record("archives.prepare_paper", made, actor=actor, data={"boxes": len(found)})
    return made


def _line(made: PaperTransfer, box: Box) -> PaperLine:
    return PaperLine(
        transfer=made,
        box=box,
        title=box.title,
        series=str(box.series or "")[:180],
        first_on=box.first_on,
        last_on=box.last_on,
        metres=box.metres,
    )


@transaction.atomic
def update_paper(made: PaperTransfer, *, actor, title: str, note: str) -> PaperTransfer:
    """Change the words before the boxes are handed over. Records "archives.update"."""
    rights.require(actor, rights.TRANSFER, made.organisation_id)
    found = PaperTransfer.objects.select_for_update(of=("self",)).get(pk=made.pk)
    if found.state != Delivering.DRAFT:
        raise ValidationError(f"Ce versement est « {found.get_state_display()} » : il ne change plus.")
    found.title, found.note = title.strip(), note.strip()
    found.full_clean(validate_constraints=False)
    found.save(update_fields=["title", "note"])
    journal.record("archives.update", found, actor=actor)
    return found


@transaction.atomic
def deliver_paper(made: PaperTransfer, *, actor, delivered_on: datetime.date) -> PaperTransfer:
    """The boxes were handed over with their slip; they stay in the inventory until the discharge. Records
    "archives.deliver". Raises ValidationError when one of them is lent, under a hold, or no longer in place."""
    if delivered_on > timezone.localdate():
        raise ValidationError({"delivered_on": "La date de remise ne peut pas être à venir."})
    _hold_boxes(made)
    paper_workflow.fire("deliver", made, actor=actor, update={"delivered_on": delivered_on})
    ledger.write("paper.delivered", organisation=made.organisation, reference=made.reference, boxes=made.lines.count())
    return made


def _hold_boxes(made: PaperTransfer) -> list[Box]:
    """The boxes, locked in the same order by everybody. Raises ValidationError, naming the one that cannot go."""
    numbers = made.lines.filter(is_open=True).values("box")
    boxes = list(Box.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk"))
    for box in boxes:
        if box.held_because:
            raise ValidationError(f"« {box.title} » : gel, {box.held_because}")
        if box.state != "kept":
            raise ValidationError(f"« {box.title} » est « {box.get_state_display().lower()} ».")
        if box.loans.out().exists():
            raise ValidationError(f"« {box.title} » est prêtée : attendez son retour.")
    return boxes


@transaction.atomic
def receive_paper(
    made: PaperTransfer,
    *,
    actor,
    received_on: datetime.date,
    received_name: str,
    received_quality: str,
    shelfmark: str,
    scan: StoredFile,
) -> PaperTransfer:
    """The archives have signed the slip: the boxes leave the inventory. Records "archives.receive" and
    "archives.transfer_box". Raises ValidationError for a day before the handing over, or for a scan of another kind."""
    if made.delivered_on and not made.delivered_on <= received_on <= timezone.localdate():
        raise ValidationError({"received_on": "Entre le jour de la remise et aujourd’hui."})
    keeping.check_scan(scan)
    boxes = _hold_boxes(made)
    update = {
        "received_on": received_on,
        "received_name": received_name.strip(),
        "shelfmark": shelfmark.strip(),
        "received_quality": received_quality.strip(),
    }
    paper_workflow.fire("receive", made, actor=actor, update=update)
    attach([scan], made, kind="discharge")
    keeping.seal(scan, organisation=made.organisation, label="Bordereau de versement signé", reference=made.reference)
    basis = {"basis": f"{made.reference}, pris en charge le {received_on:%d/%m/%Y}"}
    for box in boxes:
        box_workflow.fire("transfer_box", box, actor=actor, data=basis, check=False)
    made.lines.update(is_open=False)
    ledger.write(
        "paper.received",
        organisation=made.organisation,
        reference=made.reference,
        boxes=len(boxes),
        shelfmark=made.shelfmark,
    )
    return made


@transaction.atomic
def keep_paper(made: PaperTransfer, *, actor, reason: str) -> PaperTransfer:
    """Give it up: the boxes are free again, its number stays taken. Records "archives.keep_paper"."""
    paper_workflow.fire("keep_paper", made, actor=actor, data={"reason": reason.strip()})
    made.lines.update(is_open=False)
    return made
