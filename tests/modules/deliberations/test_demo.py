"""The acts of the demonstration: whatever the day on which it starts, nobody there decides on a Sunday or a holiday."""

import datetime as dt

import pytest
from django.test import override_settings
from django.utils import timezone

from beffroi.modules.deliberations import demo
from beffroi.modules.deliberations.models import Act, Meeting
from beffroi.shared.accounts import demo as accounts
from beffroi.shared.organisations import demo as territory
from beffroi.shared.organisations.days import is_working

pytestmark = pytest.mark.django_db
# The last meeting would fall on 14 July; a Sunday; the day after a Thursday of Ascension.
STARTS = (dt.date(2026, 8, 11), dt.date(2026, 11, 29), dt.date(2027, 5, 7))


@pytest.mark.parametrize("today", STARTS)
def test_acts_and_meetings_of_the_demo_fall_on_working_days(today, monkeypatch):
    moment = timezone.make_aware(dt.datetime.combine(today, dt.time(10)))
    monkeypatch.setattr(timezone, "now", lambda: moment)
    territory.load()
    with override_settings(DEMO=False):
        accounts.load()
    demo.load()
    acts, meetings = list(Act.objects.all()), list(Meeting.objects.all())
    assert len(acts) >= 60
    assert len(meetings) == 3
    days = {act.decided_on for act in acts}
    days |= {act.received_on for act in acts if act.received_on}
    days |= {timezone.localdate(act.published_at) for act in acts if act.published_at}
    days |= {timezone.localdate(one.held_at) for one in meetings}
    days |= {timezone.localdate(one.convened_at) for one in meetings if one.convened_at and one.held_at < moment}
    assert [day for day in sorted(days) if not is_working(day)] == []
    assert max(act.decided_on for act in acts) <= today
