import datetime

import pytest
from django.utils import timezone

from beffroi.shared.cases import deadlines
from beffroi.shared.organisations.models import ExceptionalDay, OpeningHours, Organisation

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


@pytest.fixture
def body(db):
    return Organisation.objects.create(kind="epci", name="Essai", slug="essai", postal_code="80600")


def _opens(body, weekday, opens, closes):
    OpeningHours.objects.create(organisation=body, weekday=weekday, opens=opens, closes=closes)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-24 10:00", 1, "2026-11-24 11:00"),
        ("2026-11-24 10:00", 2, "2026-11-24 12:00"),
        ("2026-11-24 11:30", 1, "2026-11-24 14:30"),  # over lunch
        ("2026-11-24 12:45", 1, "2026-11-24 15:00"),  # received during lunch
        ("2026-11-24 20:00", 3, "2026-11-25 12:00"),  # received in the evening
        ("2026-11-27 16:00", 2, "2026-11-30 10:00"),  # over the week-end
        ("2026-11-28 09:00", 6, "2026-11-30 17:00"),  # received on a Saturday
        ("2026-11-10 14:00", 6, "2026-11-12 12:00"),  # over the 11 November
        ("2026-12-24 14:00", 4, "2026-12-28 10:00"),  # over Christmas, a Friday
        ("2026-11-24 10:00", 0, "2026-11-24 10:00"),
        ("2026-11-24 09:00", 0.5, "2026-11-24 09:30"),
    ],
)
def test_due_date_counts_office_hours(body, start, hours, due):
    assert deadlines.due_date(body, hours=hours, start=at(start)) == at(due)


def test_due_date_follows_the_opening_hours_of_the_body(body):
    _opens(body, 1, "16:30", "18:30")
    _opens(body, 4, "10:00", "12:00")
    assert deadlines.due_date(body, hours=3, start=at("2026-11-24 10:00")) == at("2026-11-27 11:00")


def test_due_date_skips_an_exceptional_closing(body):
    ExceptionalDay.objects.create(organisation=body, start="2026-11-25", end="2026-11-27", reason="inventaire")
    assert deadlines.due_date(body, hours=7, start=at("2026-11-24 09:00")) == at("2026-11-30 10:00")


def test_due_date_counts_an_exceptional_opening(body):
    ExceptionalDay.objects.create(
        organisation=body, start="2026-11-28", end="2026-11-28", opens="09:00", closes="12:00", reason="forum"
    )
    assert deadlines.due_date(body, hours=2, start=at("2026-11-27 16:00")) == at("2026-11-28 10:00")


@pytest.mark.parametrize(
    ("day", "elapsed"),
    [("2026-03-29", 3), ("2026-10-25", 5)],  # the clock jumps to 3 h, then falls back to 2 h
)
def test_due_date_counts_the_hours_that_elapse_when_the_clock_changes(body, day, elapsed):
    _opens(body, 6, "00:00", "23:00")
    due = deadlines.due_date(body, hours=elapsed, start=at(f"{day} 00:00"))
    assert due == at(f"{day} 04:00")
    assert deadlines.working_minutes(body, at(f"{day} 00:00"), at(f"{day} 04:00")) == elapsed * 60


def test_due_date_of_a_body_that_never_opens_is_unknown(body):
    ExceptionalDay.objects.create(organisation=body, start="2026-01-01", end="2029-12-31", reason="fermeture")
    assert deadlines.due_date(body, hours=1, start=at("2026-11-24 10:00")) is None


def test_due_date_looks_at_the_database_twice_whatever_the_length(body, django_assert_num_queries):
    with django_assert_num_queries(2):
        deadlines.due_date(body, hours=200, start=at("2026-11-24 10:00"))


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-11-24 10:00", "2026-11-24 11:30", 90),
        ("2026-11-24 11:00", "2026-11-24 15:00", 120),
        ("2026-11-27 16:00", "2026-11-30 10:00", 120),
        ("2026-11-28 10:00", "2026-11-29 18:00", 0),
        ("2026-11-24 11:00", "2026-11-24 10:00", -60),
    ],
)
def test_working_minutes_between_two_moments(body, start, end, minutes):
    assert deadlines.working_minutes(body, at(start), at(end)) == minutes


def test_pause_then_resume_gives_back_the_time_that_was_left(body):
    due = at("2026-11-26 11:00")
    left = deadlines.pause(body, due, at("2026-11-25 16:00"))
    assert left == 180
    assert deadlines.resume(body, due, left, at("2026-12-02 11:00")) == at("2026-12-02 16:00")


def test_resume_after_a_missed_deadline_leaves_it_missed(body):
    due = at("2026-11-24 10:00")
    left = deadlines.pause(body, due, at("2026-11-24 11:00"))
    assert left == -60
    assert deadlines.resume(body, due, left, at("2026-12-02 11:00")) == due


def test_pause_without_deadline_changes_nothing(body):
    assert deadlines.pause(body, None, at("2026-11-24 10:00")) is None
    assert deadlines.resume(body, None, None, at("2026-11-24 10:00")) is None
