import datetime

import pytest

from beffroi.modules.roadmap import gantt
from beffroi.modules.roadmap.models import Action, Plan

D = datetime.date


def plan(start, end):
    return Plan(start=start, end=end)


@pytest.fixture
def make(db):
    from tests.modules.roadmap.factories import make_action, make_axis, make_plan

    axis = make_axis(make_plan(start=D(2024, 1, 1), end=D(2024, 12, 31)))
    return lambda **fields: make_action(axis, **fields)


def test_scale_covers_whole_months_with_the_leap_day():
    scale = gantt.scale_of(plan(D(2024, 2, 10), D(2024, 2, 20)), [])
    assert (scale.first, scale.last, scale.days) == (D(2024, 2, 1), D(2024, 2, 29), 29)
    assert gantt.scale_of(plan(D(2023, 2, 10), D(2023, 2, 20)), []).days == 28


@pytest.mark.parametrize(
    ("day", "last"),
    [(D(2024, 2, 1), 29), (D(2023, 2, 28), 28), (D(2100, 2, 1), 28), (D(2000, 2, 1), 29), (D(2024, 12, 5), 31)],
)
def test_month_ends_on_its_real_last_day(day, last):
    assert gantt.month_end(day).day == last


def test_bar_that_ends_on_29_february_stops_where_march_begins(make):
    action = make(start=D(2024, 2, 1), end=D(2024, 2, 29))
    scale = gantt.scale_of(action.axis.plan, [action])
    bar = gantt.row_of(action, scale)
    assert bar.x == scale.x(D(2024, 2, 1))
    assert round(bar.x + bar.width, 1) == scale.x(D(2024, 3, 1))


def test_bar_of_one_day_is_visible(make):
    action = make(start=D(2024, 2, 29), end=D(2024, 2, 29))
    assert gantt.row_of(action, gantt.scale_of(action.axis.plan, [action])).width >= 2


def test_scale_widens_for_an_action_that_overflows_the_plan(make):
    action = make(start=D(2023, 11, 15), end=D(2025, 2, 3))
    scale = gantt.scale_of(action.axis.plan, [action])
    assert (scale.first, scale.last) == (D(2023, 11, 1), D(2025, 2, 28))


def test_action_without_date_has_no_bar(make):
    action = make()
    bar = gantt.row_of(action, gantt.scale_of(action.axis.plan, [action]))
    assert not bar.known
    assert bar.text == "sans date"


@pytest.mark.parametrize("dates", [{"start": D(2024, 6, 1)}, {"end": D(2024, 6, 1)}])
def test_action_with_one_date_is_drawn_inside_the_calendar(make, dates):
    action = make(**dates)
    scale = gantt.scale_of(action.axis.plan, [action])
    bar = gantt.row_of(action, scale)
    assert bar.known
    assert 0 <= bar.x < bar.x + bar.width <= scale.width


def test_calendar_has_every_month_and_today_only_inside(make):
    action = make(start=D(2024, 2, 1), end=D(2024, 2, 29))
    drawn = gantt.build(action.axis.plan, Action.objects.with_shown_state(), D(2024, 2, 29))
    assert len(drawn.months) == 12
    assert [year for _x, _width, year in drawn.years] == ["2024"]
    assert drawn.today == drawn.scale.x(D(2024, 2, 29))
    assert gantt.build(action.axis.plan, Action.objects.with_shown_state(), D(2030, 1, 1)).today is None
