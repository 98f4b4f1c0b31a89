import datetime
import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Checklist, Meter, Occurrence, Order, Plan, Trigger
from beffroi.modules.maintenance.recurrence import Rule
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.public_holidays import name_of

D = datetime.date


@pytest.fixture
def assets(operator):
    kind = AssetKind.objects.create(code="mat", label="Mât", group="Éclairage")
    return [Asset.objects.create(kind=kind, organisation=operator, code=f"M{n}", name=f"Mât {n}") for n in (1, 2)]


@pytest.fixture
def plan(operator, team, assets, dispatcher):
    checklist = Checklist(organisation=operator, name="Mât", lines=[{"label": "Porte fermée ?", "kind": "yesno"}])
    actions.save_checklist(checklist, actor=dispatcher)
    plan = Plan(
        organisation=operator,
        name="Contrôle des mâts",
        team=team,
        checklist=checklist,
        every=1,
        unit="year",
        start=D(2026, 12, 1),
        ahead_days=30,
    )
    return actions.save_plan(plan, actor=dispatcher, assets=assets)


def test_last_day_of_the_month_comes_back_after_a_short_one():
    rule = Rule("month", 1, D(2027, 1, 31))
    assert [rule.regular(n) for n in range(4)] == [D(2027, 1, 31), D(2027, 2, 28), D(2027, 3, 31), D(2027, 4, 30)]


def test_29_february_comes_back_in_leap_years():
    rule = Rule("year", 1, D(2028, 2, 29))
    assert [rule.regular(n) for n in (1, 4)] == [D(2029, 2, 28), D(2032, 2, 29)]


def test_date_on_a_holiday_moves_but_not_the_following_ones():
    rule = Rule("week", 1, D(2026, 12, 18), shift="next")  # Fridays; 25 December and 1 January are holidays
    assert [done for _day, done in rule.dates()][:4] == [
        D(2026, 12, 18),
        D(2026, 12, 28),
        D(2027, 1, 4),
        D(2027, 1, 8),
    ]


def test_season_skips_the_months_outside_it():
    rule = Rule("month", 1, D(2026, 9, 10), months=(4, 10))
    assert [day for day, _done in rule.dates()][:3] == [D(2026, 10, 10), D(2027, 4, 10), D(2027, 10, 10)]


@settings(max_examples=60)
@given(
    unit=st.sampled_from(["day", "week", "month", "year"]),
    every=st.integers(1, 30),
    start=st.dates(D(2020, 1, 1), D(2035, 12, 31)),
    shift=st.sampled_from(["", "next", "previous"]),
)
def test_dates_of_a_rule_grow_and_fall_on_working_days(unit, every, start, shift):
    rule = Rule(unit, every, start, end=start + datetime.timedelta(days=120 if unit == "day" else 1500), shift=shift)
    pairs = list(rule.dates())
    regular = [day for day, _done in pairs]
    assert regular == sorted(set(regular))
    assert regular[0] == start
    if shift:
        assert all(done.weekday() < 5 and not name_of(done) for _day, done in pairs)
    assert all(rule.after(day) == following for day, following in zip(regular, regular[1:], strict=False))


def test_plan_opens_one_order_by_asset_ahead_of_its_date(plan):
    assert actions.generate(today=D(2026, 10, 31)) == 0
    assert actions.generate(today=D(2026, 11, 1)) == 2
    assert actions.generate(today=D(2026, 11, 2)) == 0
    order = Order.objects.first()
    assert (order.origin, order.due_on, order.team) == ("plan", D(2026, 12, 1), plan.team)
    assert order.checks.get().label == "Porte fermée ?"


def test_plan_counted_from_the_end_waits_for_it(plan, dispatcher, worker):
    plan.origin, plan.unit, plan.every = "completed", "month", 6
    actions.save_plan(plan, actor=dispatcher, assets=plan.assets.all()[:1])
    actions.generate(today=D(2026, 12, 1))
    assert actions.generate(today=D(2027, 12, 1)) == 0
    done = datetime.datetime(2027, 2, 10, 10, tzinfo=datetime.UTC)
    actions.close_order(Order.objects.get(), actor=worker, made_at=done)
    (due,) = actions.due_of(plan, D(2027, 12, 1))
    assert due.regular == D(2027, 8, 10)


def test_paused_plan_opens_nothing(plan, dispatcher):
    plan.is_active = False
    actions.save_plan(plan, actor=dispatcher)
    assert actions.generate(today=D(2026, 12, 1)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_generations_at_once_open_each_order_once(plan):
    start = threading.Barrier(2)

    def run():
        start.wait()
        actions.generate(today=D(2026, 12, 1))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Order.objects.count() == Occurrence.objects.count() == 2


@pytest.fixture
def meter(assets, dispatcher):
    return actions.save_meter(Meter(asset=assets[0], name="Heures", unit="h"), actor=dispatcher)


def at(day):
    return datetime.datetime(2026, 11, day, 9, tzinfo=datetime.UTC)


def test_meter_opens_an_order_each_time_it_has_grown_enough(meter, operator, dispatcher, worker):
    actions.save_trigger(Trigger(meter=meter, organisation=operator, name="Vidange", threshold=100), actor=dispatcher)
    for day, value in [(1, 90), (2, 105), (3, 150), (4, 204), (5, 206)]:
        actions.read_meter(meter, value, actor=worker, at=at(day))
    assert [order.title for order in Order.objects.all()] == ["Vidange", "Vidange"]


def test_meter_waits_before_it_asks_again(meter, operator, dispatcher, worker):
    meter.is_cumulative = False
    actions.save_meter(meter, actor=dispatcher)
    trigger = Trigger(
        meter=meter, organisation=operator, name="Remettre du sel", comparison="less", threshold=20, wait_days=7
    )
    actions.save_trigger(trigger, actor=dispatcher)
    for day in (1, 2, 7, 8):
        actions.read_meter(meter, 10, actor=worker, at=at(day))
    assert Order.objects.count() == 2


def test_reading_smaller_than_the_one_before_is_refused(meter, worker):
    actions.read_meter(meter, 100, actor=worker, at=at(1))
    with pytest.raises(ValidationError, match="précédent"):
        actions.read_meter(meter, 90, actor=worker, at=at(2))


def test_late_reading_takes_its_place_between_the_others(meter, worker):
    actions.read_meter(meter, 100, actor=worker, at=at(1))
    actions.read_meter(meter, 200, actor=worker, at=at(9))
    actions.read_meter(meter, 150, actor=worker, at=at(5))
    with pytest.raises(ValidationError, match="plus récent"):
        actions.read_meter(meter, 250, actor=worker, at=at(6))


def test_reading_sent_twice_opens_one_order(meter, operator, dispatcher, worker):
    actions.save_trigger(Trigger(meter=meter, organisation=operator, name="Vidange", threshold=10), actor=dispatcher)
    key = uuid.uuid4()
    for _ in range(2):
        actions.read_meter(meter, 50, actor=worker, client_uuid=key)
    assert Order.objects.count() == 1
