"""A body is reminded of what is late: on working days, when something is added, once a week, never twice a day."""

import datetime

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.models import Entry
from beffroi.modules.reports import actions
from beffroi.modules.reports.notices import external_recipient, handlers_of
from beffroi.shared.cases.models import Case

pytestmark = pytest.mark.django_db
DAY = datetime.timedelta(days=1)


@pytest.fixture
def monday():
    """A Monday at seven in the morning, more than a year ahead, that is no holiday: the second of March or later."""
    day = timezone.make_aware(datetime.datetime(timezone.localdate().year + 1, 3, 2, 7, 10))
    return day + (7 - day.weekday()) % 7 * DAY


@pytest.fixture
def late(make_report):
    def make(due, **fields):
        report = make_report(**fields)
        Case.objects.filter(pk=report.pk).update(due_at=due)
        return report

    return make


def reminders() -> list[Entry]:
    return list(Entry.objects.filter(verb="reports.overdue").order_by("id"))


def remind(moment) -> int:
    """The job of that morning, whose lines are dated of it."""
    with journal.dated(moment):
        return actions.remind_bodies(moment)


def test_body_is_told_of_what_is_late_and_of_nothing_else(late, secretary, doullens, monday):
    report, later = late(monday - DAY), late(monday + DAY)
    closed, waiting = late(monday - DAY), late(monday - DAY)
    Case.objects.filter(pk=closed.pk).update(closed_at=monday - DAY)
    Case.objects.filter(pk=waiting.pk).update(paused_at=monday - 2 * DAY)
    assert remind(monday) == 1
    (entry,) = reminders()
    assert (entry.target_id, entry.data) == (doullens.pk, {"late": 1, "references": [report.reference]})
    (recipient,) = handlers_of(entry)
    assert recipient.user == secretary
    context = {"entry": entry, "target": entry.target, "recipient": recipient, "link": recipient.link}
    text = render_to_string("reports/notices/overdue.txt", context)
    assert report.reference in text
    assert later.reference not in text
    assert report.description not in text


def test_nothing_late_tells_nobody(late, secretary, monday):
    late(monday + DAY)
    assert remind(monday) == 0
    assert reminders() == []


@pytest.mark.parametrize("shift", [5, 6])
def test_week_end_is_left_in_peace(late, secretary, monday, shift):
    late(monday - DAY)
    assert remind(monday + shift * DAY) == 0


def test_public_holiday_is_left_in_peace(late, secretary, monday):
    holiday = timezone.make_aware(datetime.datetime(monday.year, 5, 8, 7, 10))
    while holiday.weekday() > 4:
        holiday = holiday.replace(year=holiday.year + 1)
    late(holiday - 40 * DAY)
    assert remind(holiday) == 0


def test_told_again_when_something_is_added(late, secretary, monday):
    late(monday - DAY)
    assert remind(monday) == 1
    assert remind(monday + datetime.timedelta(hours=3)) == 0
    assert remind(monday + DAY) == 0
    late(monday + DAY)
    assert remind(monday + 2 * DAY) == 1
    assert [entry.data["late"] for entry in reminders()] == [1, 2]


def test_old_lateness_is_told_again_once_a_week(late, secretary, monday):
    late(monday - 30 * DAY)
    told = [remind(monday + days * DAY) for days in range(15)]
    assert told == [1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]


def test_each_body_is_told_of_its_own(late, secretary, operator, make_user, rule, sign, monday):
    make_user("agent", operator)
    rule(sign, operator)
    mine, theirs = late(monday - DAY), late(monday - DAY, category=sign)
    assert remind(monday) == 2
    found = {entry.target_id: entry.data["references"] for entry in reminders()}
    assert found == {mine.organisation_id: [mine.reference], theirs.organisation_id: [theirs.reference]}


def nudges() -> list[Entry]:
    return list(Entry.objects.filter(verb="reports.nudge").order_by("id"))


def test_competent_body_without_desk_is_reminded_by_its_link_once_a_week(
    late, secretary, county, pothole, rule, monday
):
    rule(pothole, county)
    report = late(monday - DAY)
    assert report.external_id == county.pk
    for passed in (0, 1, 2, 7, 8):
        remind(monday + passed * DAY)
    assert [entry.target_id for entry in nudges()] == [report.pk, report.pk]
    (recipient,) = external_recipient(nudges()[0])
    assert recipient.email == county.email
    context = {"entry": nudges()[0], "target": report, "recipient": recipient, "link": recipient.link}
    text = render_to_string("reports/notices/nudge.txt", context)
    assert recipient.link in text
    assert report.description not in text
    Case.objects.filter(pk=report.pk).update(closed_at=monday + 9 * DAY)
    remind(monday + 15 * DAY)
    assert len(nudges()) == 2


def test_competent_body_that_is_not_late_or_has_no_address_is_not_reminded(
    late, secretary, county, pothole, rule, monday
):
    rule(pothole, county)
    late(monday + DAY)
    remind(monday)
    assert not nudges()
    type(county).objects.update(email="")
    late(monday - DAY)
    remind(monday + 2 * DAY)
    assert not nudges()


def test_who_sets_the_competences_counts_the_whole_territory_by_body_and_opens_no_report(
    client, make_report, make_user, operator, secretary, doullens
):
    report = make_report()
    admin = make_user("operator_admin", operator)
    client.force_login(admin)
    page = client.get("/bureau/signalements/")
    assert page.context["total"].filed == 0
    page = client.get("/bureau/signalements/?perimetre=territoire")
    assert page.context["total"].filed == 1
    assert "Doullens" in [body.name for body in page.context["bodies"]]
    assert report.reference not in page.content.decode()
    chosen = client.get("/bureau/signalements/?perimetre=territoire&organisme=doullens")
    assert chosen.context["total"].filed == 1
    client.force_login(make_user("agent", operator))
    assert client.get("/bureau/signalements/?perimetre=territoire").context["total"].filed == 0
