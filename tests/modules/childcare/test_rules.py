"""The pure rules: calendars, deadlines, custody, supervision."""

import datetime

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from beffroi.modules.childcare import calendars, custody, ratios
from beffroi.modules.childcare.deadlines import Rule
from beffroi.modules.childcare.models import Activity, ChildHome, Custody, CustodyException, Period

D = datetime.date
H10 = datetime.time(10)


def local(text):
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def test_holidays_are_those_of_zone_b():
    assert calendars.school_holiday(D(2026, 10, 20)) == "Vacances de la Toussaint"
    assert calendars.school_holiday(D(2027, 2, 22)) == "Vacances d’hiver"
    assert calendars.school_holiday(D(2026, 11, 25)) == ""
    assert calendars.holidays_around(D(2026, 12, 25)) == calendars.holidays_around(D(2027, 1, 2))


def test_days_of_a_period_skip_holidays_public_holidays_and_closures():
    period = Period(
        start=D(2026, 10, 1), end=D(2026, 11, 30), weekdays=[2], in_term=True, closed_days=[D(2026, 11, 18)]
    )
    assert calendars.days_of(period) == [
        D(2026, 10, 7),
        D(2026, 10, 14),
        D(2026, 11, 4),
        D(2026, 11, 25),
    ]  # 11 November is a public holiday, 21 and 28 October are holidays


@pytest.mark.parametrize(
    ("rule", "day", "expected"),
    [
        (Rule("days", 2, 0, H10), D(2026, 11, 25), "2026-11-23 10:00"),
        (Rule("days", 2, 0, H10), D(2026, 11, 13), "2026-11-10 10:00"),  # the 11th does not count
        (Rule("days", 1, 0, H10), D(2026, 11, 30), "2026-11-27 10:00"),  # over a week-end
        (Rule("days", 0, 0, H10), D(2026, 11, 25), "2026-11-25 10:00"),
        (Rule("weekday", 0, 0, H10), D(2026, 11, 25), "2026-11-23 10:00"),
        (Rule("weekday", 0, 2, H10), D(2026, 11, 25), "2026-11-18 10:00"),  # the same weekday: the week before
        (Rule("weekday", 0, 2, H10), D(2026, 11, 13), "2026-11-10 10:00"),  # Wednesday 11 is a public holiday
        (Rule("week", 1, 3, H10), D(2026, 11, 25), "2026-11-19 10:00"),
        (Rule("week", 2, 4, H10), D(2026, 11, 25), "2026-11-13 10:00"),
        (Rule("month", 20, 0, H10), D(2026, 12, 9), "2026-11-20 10:00"),
        (Rule("month", 31, 0, H10), D(2026, 12, 9), "2026-11-30 10:00"),
        (Rule("month", 1, 0, H10), D(2026, 12, 9), "2026-10-30 10:00"),  # 1 November is a Sunday
        (Rule("none", 0, 0, H10), D(2026, 11, 25), "2026-11-25 10:00"),
    ],
)
def test_deadline_falls_where_the_rule_says(rule, day, expected):
    assert rule.moment(day) == local(expected)


@given(
    kind=st.sampled_from(["days", "weekday", "week", "month"]),
    number=st.integers(1, 10),
    weekday=st.integers(0, 6),
    day=st.dates(D(2025, 1, 1), D(2028, 12, 31)),
)
def test_deadline_is_always_before_the_day_and_never_on_a_day_off(kind, number, weekday, day):
    closing = timezone.localtime(Rule(kind, number, weekday, H10).moment(day)).date()
    assert closing < day
    assert calendars.is_working(closing)


def test_deadline_is_told_in_words():
    assert Rule("days", 2, 0, H10).words.split() == ["jusqu’à", "2", "jours", "ouvrés", "avant,", "à", "10", "h"]
    assert Rule("weekday", 0, 0, H10).words.startswith("jusqu’au lundi précédent")
    assert Rule("month", 1, 0, H10).words.startswith("jusqu’au 1er du mois d’avant")


HOMES = [ChildHome(pk=1, rank=1, share=60), ChildHome(pk=2, rank=2, share=40)]


def weeks(**fields):
    return Custody(**({"rhythm": "weeks", "even_home_id": 1} | fields))


def whose(rhythm, day, exceptions=()):
    home = custody.home_of(rhythm, HOMES, exceptions, day)
    return home and home.pk


def test_even_weeks_go_to_the_home_of_even_weeks():
    assert whose(weeks(), D(2026, 11, 25)) == 1  # ISO week 48
    assert whose(weeks(), D(2026, 11, 18)) == 2
    assert whose(weeks(), D(2026, 11, 29)) == 1  # Sunday still


def test_week_changes_on_the_day_of_the_change():
    friday = weeks(change_day=4)
    assert whose(friday, D(2026, 11, 26)) == 1
    assert whose(friday, D(2026, 11, 27)) == 2  # from Friday on, the home of week 49
    assert whose(friday, D(2026, 12, 3)) == 2


def test_two_odd_weeks_follow_each_other_after_week_53():
    assert D(2026, 12, 30).isocalendar().week == 53
    assert whose(weeks(), D(2026, 12, 30)) == 2
    assert whose(weeks(), D(2027, 1, 6)) == 2


def test_holidays_are_cut_in_two_halves():
    rhythm = weeks(holidays="halves", first_half_home_id=1)
    winter = calendars.holidays_around(D(2026, 10, 20))
    assert whose(rhythm, winter.start) == 1  # 2026 is even
    assert whose(rhythm, winter.end) == 2
    following = calendars.holidays_around(D(2027, 2, 22))
    assert whose(rhythm, following.start) == 2
    assert whose(rhythm, following.end) == 1


def test_fixed_days_and_free_days():
    days = Custody(rhythm="days", first_home_days=[0, 1, 2])
    assert whose(days, D(2026, 11, 25)) == 1
    assert whose(days, D(2026, 11, 26)) == 2
    assert whose(Custody(rhythm="any"), D(2026, 11, 25)) is None
    assert whose(None, D(2026, 11, 25)) is None


def test_agreed_exception_wins_and_a_proposal_does_not():
    swapped = CustodyException(home_id=2, start=D(2026, 11, 25), end=D(2026, 11, 25))
    assert whose(weeks(), D(2026, 11, 25), [swapped]) == 1
    swapped.agreed_at = timezone.now()
    assert whose(weeks(), D(2026, 11, 25), [swapped]) == 2


@given(day=st.dates(D(2024, 1, 1), D(2028, 6, 30)), change=st.integers(0, 6))
def test_each_day_belongs_to_exactly_one_home(day, change):
    assert whose(weeks(change_day=change, holidays="halves", first_half_home_id=2), day) in (1, 2)


def test_shares_always_make_a_hundred():
    assert custody.shares(Custody(payment="split"), HOMES[1], HOMES) == [(HOMES[0], 60), (HOMES[1], 40)]
    assert custody.shares(Custody(payment="booker"), HOMES[1], HOMES) == [(HOMES[1], 100)]
    assert custody.shares(None, HOMES[0], HOMES[:1]) == [(HOMES[0], 100)]


@pytest.mark.parametrize(
    ("structure", "long", "under", "over"),
    [
        ("extra", True, 8, 12),
        ("extra", False, 8, 12),
        ("peri", False, 10, 14),
        ("peri", True, 8, 12),
        ("pedt", False, 14, 18),
        ("pedt", True, 10, 14),
    ],
)
def test_ratios_are_those_of_the_code(structure, long, under, over):
    assert ratios.children_for_one(structure, under_six=True, long=long) == under
    assert ratios.children_for_one(structure, under_six=False, long=long) == over


def test_staff_needed_counts_each_age_apart():
    assert ratios.staff_needed(Activity.Structure.HOLIDAY, under_six=9, over_six=13, long=True) == 4
    assert ratios.staff_needed(Activity.Structure.HOLIDAY, under_six=0, over_six=0, long=True) == 0
