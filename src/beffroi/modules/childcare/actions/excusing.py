"""Absences: a document sent by the family in time, judged by an agent, and what it changes on the invoices."""

import datetime
from collections.abc import Collection, Iterable

from django.db import transaction
from django.db.models import DateField, ExpressionWrapper, F, Q, QuerySet
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare import invoiced
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Attendance, Booking, ChildHome, Excuse
from beffroi.shared.files.actions import attach

Absence = Attendance.Absence
LIMIT = ExpressionWrapper(F("day") + F("activity__absence_days"), output_field=DateField())
TOO_LATE = "Aucun justificatif dans le délai."


def missed(bookings: QuerySet[Booking]) -> QuerySet[Booking]:
    """The days that are due though the child did not come, with `.limit`, the last day to justify each."""
    absent = Q(state="booked", attendance__absence__in=(Absence.WAITING, Absence.UNJUSTIFIED))
    unjudged = Q(attendance=None) | ~Q(attendance__absence=Absence.JUSTIFIED)
    late = Q(state="cancelled", late=True) & unjudged
    return bookings.filter(absent | late).annotate(limit=LIMIT)


def excusable(home: ChildHome, today: datetime.date | None = None) -> QuerySet[Booking]:
    """The days of a home that a document may still justify, and for which none waits for its answer."""
    today = today or timezone.localdate()
    waiting = Excuse.objects.filter(home=home, decided_at=None)
    rows = missed(Booking.objects.filter(home=home)).filter(limit__gte=today)
    return rows.exclude(attendance__excuse__in=waiting)


@transaction.atomic
def send_excuse(home: ChildHome, days: Iterable[int], *, actor, files: Collection) -> Excuse:
    """Send a document for some days (bookings) of a home. Raises Refused: no document, no day, or one past its time.

    Those days then wait for an agent, and stay due until then. Records "childcare.excuse".
    """
    wanted = set(days)
    if not wanted:
        raise Refused("Cochez au moins un jour.")
    if not files:
        raise Refused("Joignez le justificatif.")
    list(Booking.objects.select_for_update(of=("self",)).filter(pk__in=wanted, home=home).order_by("pk").values("pk"))
    found = list(excusable(home).filter(pk__in=wanted).select_related("attendance"))
    if {one.pk for one in found} != wanted:
        raise Refused("Un de ces jours ne se justifie plus : son délai est passé, ou un document attend déjà.")
    excuse = Excuse.objects.create(child_id=home.child_id, home=home, author=account_of(actor))
    attach(files, excuse)
    for booking in found:
        held = getattr(booking, "attendance", None) or Attendance(booking=booking)
        held.absence, held.excuse = Absence.WAITING, excuse
        held.save()
    data = {"excuse": excuse.pk, "days": len(found)}
    journal.record("childcare.excuse", home.child, actor=actor, data=data)
    return excuse


@transaction.atomic
def judge_excuse(excuse: Excuse, *, actor, accept: bool, reason: str = "") -> Excuse:
    """Accept a document (its days are no longer due), or refuse it and say why. Raises Refused once it is answered.

    An invoice already issued does not move: it is then to be credited (`invoiced.overcharges`). Records
    "childcare.excuse_decided", which tells the home.
    """
    held = Excuse.objects.select_for_update(of=("self",)).get(pk=excuse.pk)
    if held.decided_at is not None:
        raise Refused("Ce justificatif a déjà reçu une réponse.")
    if not accept and not reason.strip():
        raise Refused("Dites à la famille pourquoi le justificatif est refusé.")
    days = Attendance.objects.filter(excuse=held).exclude(absence="")  # a child seen after all is there
    absence = Absence.JUSTIFIED if accept else Absence.UNJUSTIFIED
    now = timezone.now()
    values = {"absence": absence, "reason": "" if accept else reason.strip(), "justified_at": now if accept else None}
    count = days.update(**values)
    held.accepted, held.decided_at, held.decided_by = accept, now, account_of(actor)
    held.reason = "" if accept else reason.strip()
    held.save(update_fields=["accepted", "decided_at", "decided_by", "reason"])
    data = {"accepted": accept, "days": count}
    journal.record("childcare.excuse_decided", held, actor=actor, data=data)
    return held


@transaction.atomic
def judge_absence(booking: Booking, *, actor, justified: bool, reason: str = "") -> Attendance:
    """Say whether an absence is justified, a paper having been shown or not.

    Raises Refused while a document waits, and for a day that a credit note gave back: it is not due again. Records
    "childcare.absence".
    """
    held = Attendance.objects.select_for_update(of=("self",)).filter(booking=booking).exclude(absence="").first()
    if held is None:
        raise Refused("Cet enfant n’est pas noté absent.")
    if held.excuse_id and held.excuse.decided_at is None:
        raise Refused("La famille a envoyé un justificatif pour ce jour : répondez-y.")
    if not justified and (note := invoiced.note_of(booking)):
        raise Refused(f"L’avoir {note.number} a déjà rendu ce jour à la famille.")
    held.absence = Absence.JUSTIFIED if justified else Absence.UNJUSTIFIED
    held.reason, held.justified_at = reason, timezone.now() if justified else None
    held.save(update_fields=["absence", "reason", "justified_at"])
    journal.record("childcare.absence", booking, actor=actor, data={"justified": justified})
    return held


def close_absences(today: datetime.date | None = None) -> int:
    """Those that nobody justified in time are not justified; returns how many. An agent may still change one."""
    today = today or timezone.localdate()
    rows = Booking.objects.filter(attendance__absence=Absence.WAITING, attendance__excuse=None)
    done = 0
    for booking in rows.annotate(limit=LIMIT).filter(limit__lt=today).order_by("pk")[:1000]:
        with transaction.atomic():
            held = Attendance.objects.select_for_update(of=("self",)).get(booking=booking)
            if held.absence != Absence.WAITING or held.excuse_id:
                continue
            held.absence, held.reason = Absence.UNJUSTIFIED, TOO_LATE
            held.save(update_fields=["absence", "reason"])
            journal.record("childcare.absence", booking, actor=None, data={"justified": False})
        done += 1
    return done
