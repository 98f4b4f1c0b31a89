"""Bodies are reminded of the reports whose deadline has passed."""

import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.models import Entry
from beffroi.modules.reports.models import Report
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.organisations.public_holidays import departement_of, name_of

VERB, NUDGE = "reports.overdue", "reports.nudge"
LISTED = 20
AGAIN = datetime.timedelta(days=7)


def overdue(body: Organisation, now):
    """The open reports of a body that are past their deadline and wait for nobody else, the oldest first."""
    return Report.objects.late(now).filter(organisation=body.pk).order_by("due_at", "pk")


def remind_bodies(now=None) -> int:
    """On a working day, tell each body what is late: when something has become so since it was last told, and at least
    once a week while anything is. Returns how many bodies were told; a second call the same day tells nobody."""
    now = now or timezone.now()
    day = timezone.localdate(now)
    late = Report.objects.late(now).order_by().values("organisation")
    bodies = Organisation.objects.filter(pk__in=late).order_by("pk")
    working = [body for body in bodies if day.weekday() < 5 and not name_of(day, departement_of(body.postal_code))]
    for body in working:
        for report in overdue(body, now).filter(external__isnull=False).exclude(external__email="")[:LISTED]:
            _remind_external(report, now)
    return sum(_remind(body, now) for body in working)


@transaction.atomic
def _remind_external(report: Report, now) -> None:
    """The competent body that has no desk here is told, by its link, of a report that is late, and once a week after.
    Records "reports.nudge"."""
    report = Report.objects.select_for_update(of=("self",), no_key=True).get(pk=report.pk)
    last = journal.lines_about(report).filter(verb=NUDGE).last()
    if last is None or now - last.at >= AGAIN:
        journal.record(NUDGE, report, actor=None, data={"external": report.external_id})


@transaction.atomic
def _remind(body: Organisation, now) -> bool:
    """Records "reports.overdue" on the body, with the references of what is late."""
    body = Organisation.objects.select_for_update(of=("self",), no_key=True).get(pk=body.pk)
    kind = ContentType.objects.get_for_model(Organisation)
    last = Entry.objects.filter(verb=VERB, target_type=kind, target_id=body.pk).order_by("-id").first()
    found = overdue(body, now)
    if last is not None:
        if timezone.localdate(last.at) >= timezone.localdate(now):
            return False
        if now - last.at < AGAIN and not found.filter(due_at__gte=last.at).exists():
            return False
    references = list(found.values_list("reference", flat=True))
    if references:
        data = {"late": len(references), "references": references[:LISTED]}
        journal.record(VERB, body, actor=None, data=data)
    return bool(references)
