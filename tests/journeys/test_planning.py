"""The planning board: a work is moved with the mouse, by keyboard, and a stale card moves nothing."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from beffroi.kernel.models import User
from beffroi.modules.maintenance import actions
from beffroi.shared.organisations.models import Membership

CHIEF, AGENT = "administration@example.invalid", "voirie@example.invalid"


@pytest.fixture
def order(installation):
    """A work of the Monday of next week, for the team of roads."""
    chief, team = User.objects.get(email=CHIEF), Membership.objects.get(user__email=AGENT).team
    made, _created = actions.open_order(
        actor=chief, organisation=team.organisation, title="Poser la barrière du parcours", team=team
    )
    today = timezone.localtime()
    monday = today + datetime.timedelta(days=7 - today.weekday())
    start = monday.replace(hour=9, minute=0, second=0, microsecond=0)
    actions.plan_order(made, actor=chief, start=start, end=start + datetime.timedelta(hours=2), team=team)
    return made


def board(page, order):
    page.goto(f"/bureau/travaux/planning/?semaine={timezone.localdate(order.planned_start).isoformat()}")
    return page.locator(f"[data-board-card*='/{order.reference}/']")


def test_work_is_dragged_to_another_day_then_moved_by_keyboard(enter, order):
    page = enter(CHIEF)
    card = board(page, order)
    before = order.planned_start
    row = page.locator("tr", has=card)
    with page.expect_navigation():
        card.drag_to(row.locator("[data-board-target]").nth(2))
    order.refresh_from_db()
    assert order.planned_start - before == datetime.timedelta(days=2)
    expect(row.locator("[data-board-target]").nth(2)).to_contain_text(order.title)
    later = page.get_by_role("button", name=f"{order.reference} : un jour plus tard")
    later.focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(order.title)
    order.refresh_from_db()
    assert order.planned_start - before == datetime.timedelta(days=3)


def test_card_that_somebody_moved_meanwhile_moves_nothing(enter, order):
    page = enter(CHIEF)
    card = board(page, order)
    start = order.planned_start + datetime.timedelta(days=3)
    chief = User.objects.get(email=CHIEF)
    actions.plan_order(order, actor=chief, start=start, end=start + datetime.timedelta(hours=2), team=order.team)
    with page.expect_navigation():
        card.drag_to(page.locator("tr", has=card).locator("[data-board-target]").nth(1))
    expect(page.get_by_text("rien n’a été déplacé")).to_be_visible()
    order.refresh_from_db()
    assert order.planned_start == start
