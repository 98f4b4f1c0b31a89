"""What the desk is reminded of: the list that the law wants within the week, the acts that wait to take effect."""

import datetime

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.deliberations.deadlines import list_due
from beffroi.modules.deliberations.meeting_workflow import MeetingState
from beffroi.modules.deliberations.models import Act, Meeting
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.organisations.models import Organisation

BEFORE = datetime.timedelta(days=2)
WEEK = datetime.timedelta(days=7)
OLD = datetime.timedelta(days=366)
MONDAY = 0


def remind_lists(day: datetime.date | None = None) -> int:
    """Two days before its week ends, and until it is online, remind once of the list of the deliberations of a council
    (CGCT L2121-25). Records "deliberations.list_due"; returns how many."""
    day = day or timezone.localdate()
    since = timezone.make_aware(datetime.datetime.combine(day - OLD, datetime.time()))
    waiting = Meeting.objects.filter(kind=Meeting.Kind.COUNCIL, state__in=[MeetingState.CONVENED, MeetingState.HELD])
    waiting = waiting.filter(listed_at=None, held_at__gte=since)
    due = [meeting.pk for meeting in waiting.order_by("pk") if list_due(meeting.day) - BEFORE <= day]
    return sum(_remind_list(pk) for pk in due)


@transaction.atomic
def _remind_list(pk: int) -> bool:
    meeting = Meeting.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk, listed_at=None).first()
    if meeting is None or journal.lines_about(meeting).filter(verb="deliberations.list_due").exists():
        return False
    journal.record("deliberations.list_due", meeting, actor=None)
    return True


def waiting_acts(day: datetime.date):
    """The acts of the year that have waited a week: numbered and not transmitted, or transmitted and not published
    (none of them takes effect: CGCT L2131-1)."""
    late = Q(state=State.ADOPTED, decided_on__lte=day - WEEK) | Q(state=State.RECEIVED, received_on__lte=day - WEEK)
    return Act.objects.filter(late, decided_on__gte=day - OLD)


def remind_acts(day: datetime.date | None = None) -> int:
    """Each Monday, one reminder for a body whose acts wait. Records "deliberations.pending" on the body, with the
    numbers; returns how many bodies."""
    day = day or timezone.localdate()
    if day.weekday() != MONDAY:
        return 0
    to_send = Count("pk", filter=Q(state=State.ADOPTED, must_transmit=True))
    rows = waiting_acts(day).order_by().values("organisation").annotate(total=Count("pk"), to_send=to_send)
    return sum(_remind_acts(row, day) for row in rows.order_by("organisation"))


@transaction.atomic
def _remind_acts(row: dict, day: datetime.date) -> bool:
    body = Organisation.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=row["organisation"]).first()
    on = day.isoformat()
    if body is None or journal.lines_about(body).filter(verb="deliberations.pending", data__on=on).exists():
        return False
    data = {"on": on, "transmit": row["to_send"], "publish": row["total"] - row["to_send"]}
    journal.record("deliberations.pending", body, actor=None, data=data)
    return True
