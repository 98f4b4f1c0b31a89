import datetime
import uuid
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Absence, Labour, Order, Rate
from beffroi.shared.cases.locking import Changed
from tests.modules.maintenance.conftest import MORNING

HOUR = datetime.timedelta(hours=1)


def test_order_opened_twice_by_the_same_phone_exists_once(operator, dispatcher):
    key = uuid.uuid4()
    made = [
        actions.open_order(actor=dispatcher, organisation=operator, title="Nid-de-poule", client_uuid=key)
        for _ in range(2)
    ]
    assert [created for _order, created in made] == [True, False]
    assert Order.objects.count() == 1


def test_order_references_follow_each_other_within_the_year(make_order):
    first, second = make_order(created_at=MORNING), make_order(created_at=MORNING)
    assert [first.reference, second.reference] == ["OT-2026-000001", "OT-2026-000002"]


def test_order_given_to_the_team_of_another_body_is_refused(make_order, commune):
    from beffroi.shared.organisations.models import Team

    with pytest.raises(ValidationError) as refusal:
        make_order(team=Team.objects.create(organisation=commune, name="Communale"))
    assert "team" in refusal.value.message_dict


def test_planning_gives_window_team_and_state(order, dispatcher, team, worker):
    actions.plan_order(
        order, actor=dispatcher, start=MORNING, end=MORNING + HOUR, team=team, assignees=[worker], version=0
    )
    order.refresh_from_db()
    assert (order.state, order.team, list(order.assignees.all())) == ("planned", team, [worker])
    assert list(Order.objects.for_field(worker)) == [order]


def test_planning_on_an_older_version_changes_nothing(order, dispatcher, team):
    actions.plan_order(order, actor=dispatcher, start=MORNING, end=MORNING + HOUR, team=team)
    with pytest.raises(Changed):
        actions.plan_order(order, actor=dispatcher, start=MORNING + 2 * HOUR, end=MORNING + 3 * HOUR, version=0)
    order.refresh_from_db()
    assert order.planned_start == MORNING


def test_planning_backwards_is_refused_next_to_the_end(order, dispatcher):
    with pytest.raises(ValidationError, match="après le début"):
        actions.plan_order(order, actor=dispatcher, start=MORNING, end=MORNING - HOUR)


def test_unplanning_brings_back_what_is_to_plan(order, dispatcher, team):
    actions.plan_order(order, actor=dispatcher, start=MORNING, end=MORNING + HOUR, team=team)
    actions.plan_order(order, actor=dispatcher, team=team)
    order.refresh_from_db()
    assert (order.state, order.planned_start) == ("open", None)


@pytest.mark.parametrize("verb", ["hold", "cancel"])
def test_step_that_needs_a_reason_is_refused_without_it(order, dispatcher, verb):
    with pytest.raises(ValidationError):
        actions.move_order(order, verb, actor=dispatcher, reason="  ")


@pytest.mark.parametrize("role", ["admin", "agent", "elected", "secretary", ""])
@pytest.mark.parametrize("verb", ["start", "hold", "cancel"])
def test_steps_belong_to_their_roles(order, make_user, operator, role, verb):
    all_ = {"start", "hold", "cancel"}
    allowed = {"admin": all_, "secretary": all_, "agent": {"start", "hold"}}.get(role, set())
    actor = make_user(role, operator)
    if verb in allowed:
        actions.move_order(order, verb, actor=actor, reason="Pluie")
    else:
        with pytest.raises(PermissionDenied):
            actions.move_order(order, verb, actor=actor, reason="Pluie")


def test_agents_of_another_body_see_nothing(order, make_user, commune):
    assert not Order.objects.visible_to(make_user("agent", commune)).exists()


def test_timer_counts_for_one_order_at_a_time(make_order, worker):
    first, second = make_order(), make_order()
    labour, _created = actions.start_timer(first, actor=worker, at=MORNING)
    other, _created = actions.start_timer(second, actor=worker, at=MORNING + HOUR)
    labour.refresh_from_db()
    first.refresh_from_db()
    assert (labour.minutes, first.state, other.end) == (60, "started", None)


def test_timer_that_comes_late_counts_until_the_next_one_began(make_order, worker):
    first, second = make_order(), make_order()
    running, _created = actions.start_timer(second, actor=worker, at=MORNING + HOUR)
    late, _created = actions.start_timer(first, actor=worker, at=MORNING)
    running.refresh_from_db()
    assert (late.end, running.end) == (MORNING + HOUR, None)


def test_stop_sent_twice_stops_no_other_time(order, worker):
    actions.start_timer(order, actor=worker, at=MORNING)
    actions.stop_my_timer(order, actor=worker, at=MORNING + HOUR)
    again, _created = actions.start_timer(order, actor=worker, at=MORNING + 2 * HOUR)
    assert actions.stop_my_timer(order, actor=worker, at=MORNING + HOUR) is None
    again.refresh_from_db()
    assert again.end is None


def test_time_that_covers_another_of_the_same_person_is_refused(order, worker, other_worker):
    actions.add_labour(order, actor=worker, worker=worker, start=MORNING, end=MORNING + HOUR)
    with pytest.raises(ValidationError, match="couvre déjà"):
        actions.add_labour(order, actor=worker, worker=worker, start=MORNING + HOUR / 2, end=MORNING + 2 * HOUR)
    actions.add_labour(order, actor=worker, worker=other_worker, start=MORNING, end=MORNING + HOUR)
    assert Labour.objects.count() == 2


def test_hour_costs_what_it_cost_that_day(order, operator, team, worker, dispatcher):
    order.team = team
    order.save()
    for amount, start, of in [(30, "2026-01-01", None), (35, "2026-07-01", team), (40, "2027-01-01", team)]:
        actions.set_rate(
            Rate(organisation=operator, team=of, amount=amount, start=datetime.date.fromisoformat(start)),
            actor=dispatcher,
        )
    march = MORNING.replace(month=3)
    costs = [
        actions.add_labour(order, actor=worker, worker=worker, start=start, end=start + HOUR)[0].rate
        for start in (march, MORNING, MORNING.replace(year=2027))
    ]
    assert costs == [Decimal(30), Decimal(35), Decimal(40)]


def test_absence_leaves_no_name_in_the_journal(operator, worker, dispatcher):
    day = datetime.date(2026, 12, 24)
    actions.add_absence(Absence(worker=worker, organisation=operator, start=day, end=day), actor=dispatcher)
    entry = Entry.objects.get(verb="maintenance.absence")
    assert entry.target == operator
    assert entry.data == {}


def test_cancelled_order_can_no_longer_be_started(order, dispatcher, worker):
    actions.move_order(order, "cancel", actor=dispatcher, reason="Doublon")
    with pytest.raises(TransitionRefused):
        actions.move_order(order, "start", actor=worker)
