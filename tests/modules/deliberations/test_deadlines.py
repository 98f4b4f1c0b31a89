import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beffroi.modules.deliberations.deadlines import appeal_until, list_due, online_until

D = dt.date


@pytest.mark.parametrize(
    ("published", "last"),
    [
        (D(2026, 10, 15), D(2026, 12, 16)),  # Wednesday: the day after the same day two months later
        (D(2026, 1, 10), D(2026, 3, 11)),
        (D(2026, 12, 31), D(2027, 3, 1)),  # there is no 31 February
        (D(2027, 12, 29), D(2028, 3, 1)),  # 29 February 2028 exists, and the day after is the last one
        (D(2026, 3, 12), D(2026, 5, 13)),
        (D(2026, 2, 28), D(2026, 4, 29)),
        (D(2026, 3, 13), D(2026, 5, 15)),  # 14 May 2026 is Ascension Day
        (D(2026, 10, 24), D(2026, 12, 28)),  # Christmas on a Friday: to the Monday
        (D(2026, 9, 4), D(2026, 11, 5)),
        (D(2026, 9, 11), D(2026, 11, 12)),
        (D(2026, 9, 10), D(2026, 11, 12)),  # 11 November
        (D(2026, 9, 6), D(2026, 11, 9)),  # a Saturday
    ],
)
def test_appeal_ends_two_whole_months_after_and_never_on_a_day_off(published, last):
    assert appeal_until(published, "80") == last


@given(st.dates(D(2024, 1, 1), D(2032, 12, 31)))
def test_appeal_is_a_working_day_at_least_two_months_later(published):
    last = appeal_until(published, "80")
    assert last.weekday() < 5
    assert online_until(published) < last <= online_until(published) + dt.timedelta(days=5)


def test_list_of_deliberations_is_due_within_a_week():
    assert list_due(D(2026, 11, 3)) == D(2026, 11, 10)
