"""Boxes: describe, place, hold, lend, bring back, remind."""

import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.archives import rights
from beffroi.modules.archives.models import Box, Loan, Shelf
from beffroi.modules.archives.workflow import Delivering, Keeping

REMIND_EVERY = datetime.timedelta(days=7)


@transaction.atomic
def save_shelf(shelf: Shelf, *, actor) -> Shelf:
    """Add or change a place. Records "archives.shelf"."""
    rights.require(actor, rights.PREPARE, shelf.organisation_id)
    shelf.full_clean()
    shelf.save()
    journal.record("archives.shelf", shelf, actor=actor)
    return shelf


@transaction.atomic
def save_box(box: Box, *, actor) -> Box:
    """Describe a box, new or in place; a new one takes the next number of the body. Records "archives.box".

    Raises ValidationError for a series or a place of another body, or once the box has left.
    """
    rights.require(actor, rights.PREPARE, box.organisation_id)
    if box.pk is not None:
        found = Box.objects.select_for_update(of=("self",)).get(pk=box.pk)
        if found.state != Keeping.KEPT:
            raise ValidationError(f"Cette boîte est « {found.get_state_display().lower()} » : elle ne change plus.")
        if found.lines_of_slips.filter(is_open=True).exists():
            raise ValidationError("Cette boîte est sur un bordereau : elle ne change plus.")
        if found.lines_of_transfers.filter(is_open=True).exists():
            raise ValidationError("Cette boîte est dans un versement : elle ne change plus.")
    else:
        box.year = timezone.localdate().year
    if box.series is not None and box.series.activity.organisation_id != box.organisation_id:
        raise ValidationError({"series": "Cette série appartient au plan d’une autre collectivité."})
    if box.shelf is not None and box.shelf.organisation_id != box.organisation_id:
        raise ValidationError({"shelf": "Cet emplacement est d’une autre collectivité."})
    box.full_clean(exclude=["state"])
    fresh = box.pk is None
    box.save()
    if fresh:
        box.refresh_from_db(fields=["number"])
    journal.record("archives.box", box, actor=actor)
    return box


@transaction.atomic
def hold_box(box: Box, *, actor, reason: str) -> Box:
    """Lay a hold on a box, or lift it (no reason). Records "archives.hold_box" or "archives.release_box"."""
    rights.require(actor, rights.MANAGE, box.organisation_id)
    found = Box.objects.select_for_update(of=("self",)).get(pk=box.pk)
    if found.state != Keeping.KEPT:
        raise ValidationError(f"Trop tard : cette boîte est « {found.get_state_display().lower()} ».")
    found.held_because = reason.strip()[:300]
    found.save(update_fields=["held_because"])
    journal.record("archives.hold_box" if found.held_because else "archives.release_box", found, actor=actor)
    return found


@transaction.atomic
def lend_box(loan: Loan, *, actor) -> Loan:
    """Lend a box until a day. Records "archives.lend". Raises ValidationError when it is lent already: the database
    decides, whoever asks at the same time."""
    box = Box.objects.select_for_update(of=("self",)).get(pk=loan.box_id)
    rights.require(actor, rights.PREPARE, box.organisation_id)
    if box.state != Keeping.KEPT:
        raise ValidationError(f"Cette boîte est « {box.get_state_display().lower()} ».")
    if box.lines_of_transfers.filter(is_open=True, transfer__state=Delivering.DELIVERED).exists():
        raise ValidationError("Cette boîte est remise au service d’archives : demandez-la-lui.")
    loan.lent_by = actor
    loan.full_clean(validate_constraints=False)
    if loan.due_on < loan.lent_on:
        raise ValidationError({"due_on": "Elle ne peut pas être rendue avant d’être prêtée."})
    if loan.lent_on > timezone.localdate():
        raise ValidationError({"lent_on": "La date du prêt ne peut pas être à venir."})
    try:
        with transaction.atomic():
            loan.save(force_insert=True)
    except IntegrityError as fault:
        if "archives_loan_once" in str(fault):
            current = box.loans.out().first()
            who = f" à {current.borrower}, jusqu’au {current.due_on:%d/%m/%Y}" if current else ""
            raise ValidationError(f"Cette boîte est déjà prêtée{who}.") from None
        raise
    journal.record("archives.lend", box, actor=actor, data={"due_on": loan.due_on.isoformat()})
    return loan


@transaction.atomic
def return_box(loan: Loan, *, actor, returned_on: datetime.date | None = None) -> Loan:
    """The box is back on its shelf. Records "archives.return". A second return changes nothing."""
    found = Loan.objects.select_for_update(of=("self",)).select_related("box").get(pk=loan.pk)
    rights.require(actor, rights.PREPARE, found.box.organisation_id)
    if found.returned_on is not None:
        return found
    day = returned_on or timezone.localdate()
    if day < found.lent_on or day > timezone.localdate():
        raise ValidationError({"returned_on": "Entre le jour du prêt et aujourd’hui."})
    found.returned_on = day
    found.save(update_fields=["returned_on"])
    journal.record("archives.return", found.box, actor=actor)
    return found


def remind_loans(day: datetime.date | None = None) -> int:
    """Remind of the boxes that should be back, the day after, then every week. Records
    "archives.remind" on the box; returns how many."""
    day = day or timezone.localdate()
    late = Loan.objects.late(day).filter(Q(reminded_on=None) | Q(reminded_on__lte=day - REMIND_EVERY))
    count = 0
    for pk in late.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            loan = Loan.objects.select_for_update(of=("self",)).select_related("box").get(pk=pk)
            if loan.returned_on is not None or loan.reminded_on == day:
                continue
            loan.reminded_on = day
            loan.save(update_fields=["reminded_on"])
            journal.record("archives.remind", loan.box, actor=None, data={"loan": loan.pk})
            count += 1
    return count
