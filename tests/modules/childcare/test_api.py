"""The offer and the places that are left, for any program."""

import datetime
import json

import pytest

from beffroi.modules.childcare import actions
from beffroi.modules.childcare.models import Activity
from beffroi.modules.childcare.wishes import Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY


def read(client, path, **asked):
    answer = client.get(path, asked)
    return answer.status_code, json.loads(answer.content)


def test_anyone_reads_the_offer_and_what_is_left(activity, make_family, client):
    child = make_family(activity=activity)
    status, said = read(client, "/api/enfance/")
    (one,) = said["activities"]
    assert (status, one["code"], one["places"]) == (200, "mercredis", "/api/enfance/mercredis/places/")
    assert [(unit["code"], unit["from"], unit["meal"]) for unit in one["units"]] == [
        ("matin", "09:00", False),
        ("apres-midi", "13:30", False),
        ("journee", "09:00", True),
    ]
    day = {"du": WEDNESDAY.isoformat(), "au": WEDNESDAY.isoformat()}

    def left():
        groups = {group["id"]: group["ages"] for group in one["groups"]}
        _status, answer = read(client, one["places"], **day)
        return {tuple(groups[row["group"]]): row["free"] for row in answer["days"]}

    assert left()[6, 12] == {"matin": 3, "apres-midi": 3, "journee": 3}
    unit = activity.units.get(code="matin")
    actions.book([Wish(WEDNESDAY, child.pk, unit.pk)], {child.pk: child.home}, actor=child.parent, now=NOW)
    assert left()[6, 12] == {"matin": 2, "apres-midi": 3, "journee": 2}
    assert left()[3, 5] == {"matin": 3, "apres-midi": 3, "journee": 3}
    assert child.last_name not in client.get(one["places"], day).content.decode()


@pytest.mark.parametrize(
    "asked",
    [
        {"du": "demain"},
        {"du": "2026-13-45"},
        {"du": "2026-12-02", "au": "2026-12-01"},
        {"du": "2026-12-01", "au": "2027-12-01"},
        {"du": "9999-12-31"},
    ],
)
def test_impossible_days_are_said(activity, client, asked):
    status, answer = read(client, "/api/enfance/mercredis/places/", **asked)
    assert (status, "error" in answer) == (400, True)


def test_past_days_and_what_is_not_published_are_not_told(activity, client):
    past = NOW.date() - datetime.timedelta(days=30)
    _status, answer = read(client, "/api/enfance/mercredis/places/", du=past.isoformat())
    assert all(row["day"] >= NOW.date().isoformat() for row in answer["days"])
    Activity.objects.update(is_published=False)
    assert read(client, "/api/enfance/mercredis/places/")[0] == 404
    assert read(client, "/api/enfance/")[1] == {"activities": []}
    assert client.post("/api/enfance/").status_code == 405


def test_it_costs_the_same_queries_for_any_number_of_days(activity, client, django_assert_num_queries):
    for asked in ({"du": WEDNESDAY.isoformat(), "au": WEDNESDAY.isoformat()}, {}):
        with django_assert_num_queries(6):
            client.get("/api/enfance/mercredis/places/", asked)
