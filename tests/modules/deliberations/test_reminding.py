"""The desk is reminded of the list of the week, and of the acts that wait to take effect."""

import datetime as dt

import pytest
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.modules.deliberations import actions
from beffroi.modules.deliberations.actions import meetings, reminding
from beffroi.modules.deliberations.models import Act, Meeting
from tests.support.together import at_once

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def told(verb: str) -> dict[str, str]:
    """{address: text} of the last reminder."""
    entry = Entry.objects.filter(verb=verb).latest("pk")
    filling.fill(entry)
    return dict(Delivery.objects.filter(entry=entry, channel="email").values_list("user__email", "body"))


@pytest.fixture
def held(commune):
    """A council held a while ago, whose list is not online."""

    def make(days=5, kind="council", **fields):
        when = timezone.now() - days * DAY
        return Meeting.objects.create(
            organisation=commune,
            kind=kind,
            held_at=when,
            place="mairie",
            state="held",
            convened_at=when - 9 * DAY,
            **fields,
        )

    return make


def test_list_is_reminded_once_two_days_before_its_week_ends(held, secretary, make_user, commune):
    meeting = held(days=0)
    make_user("agent", commune)
    assert reminding.remind_lists(meeting.day + 4 * DAY) == 0
    assert reminding.remind_lists(meeting.day + 5 * DAY) == 1
    assert reminding.remind_lists(meeting.day + 6 * DAY) == 0
    found = told("deliberations.list_due")
    assert list(found) == [secretary.email], "who prepares without publishing is not told"
    assert "L2121-25" in found[secretary.email]


@pytest.mark.parametrize("more", [{"kind": "bureau"}, {"listed_at": timezone.now()}, {"days": 500}])
def test_list_that_the_law_does_not_want_or_has_is_not_reminded(held, more):
    meeting = held(**more)
    assert reminding.remind_lists(max(meeting.day + 6 * DAY, timezone.localdate())) == 0


def monday_after(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=7 - day.weekday())


def test_waiting_acts_are_reminded_each_monday_with_their_numbers(make_act, secretary):
    for must in (True, True, False):
        act = make_act(must_transmit=must)
        actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    received = actions.receive_act(
        Act.objects.filter(must_transmit=True).first(),
        actor=secretary,
        receipt="080-X",
        received_on=act.decided_on + DAY,
    )
    monday = monday_after(act.decided_on + 8 * DAY)
    assert reminding.remind_acts(monday + DAY) == 0, "on Monday only"
    assert reminding.remind_acts(monday) == 1
    assert reminding.remind_acts(monday) == 0
    entry = Entry.objects.get(verb="deliberations.pending")
    assert (entry.data["transmit"], entry.data["publish"]) == (1, 2)
    assert "À transmettre : 1" in told("deliberations.pending")[secretary.email].replace("\xa0", " ").replace(
        "\u202f", " "
    )
    actions.publish_act(received, actor=secretary)
    assert reminding.remind_acts(monday + 7 * DAY) == 1
    assert Entry.objects.filter(verb="deliberations.pending").latest("pk").data["publish"] == 1


def test_acts_of_the_week_and_drafts_are_not_reminded(make_act, secretary):
    make_act()
    act = make_act()
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    early = act.decided_on + 3 * DAY
    days = [early + n * DAY for n in range(4) if (early + n * DAY).weekday() == 0]
    assert all(reminding.remind_acts(day) == 0 for day in days)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_remind_once(held, secretary):
    meeting = held(days=0)
    answers = at_once(*[lambda: reminding.remind_lists(meeting.day + 6 * DAY) for _ in range(3)])
    assert not [one for one in answers if isinstance(one, Exception)]
    assert Entry.objects.filter(verb="deliberations.list_due").count() == 1


def test_published_list_is_no_longer_awaited(held, secretary):
    meeting = held(days=1)
    meetings.publish_list(meeting, actor=secretary)
    assert reminding.remind_lists(meeting.day + 7 * DAY) == 0
