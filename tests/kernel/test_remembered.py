import pytest
from django.db import transaction

from beffroi.kernel import journal
from beffroi.kernel import remembered as module
from beffroi.kernel.models import User
from beffroi.kernel.remembered import remembered

pytestmark = pytest.mark.django_db


def again(user):
    """The same person, in another request."""
    return User.objects.get(pk=user.pk)


def test_value_is_computed_once_until_something_happens(make_user):
    user, calls = make_user(), []

    def compute():
        calls.append(1)
        return len(calls)

    assert [remembered(again(user), "sample", compute) for _request in range(3)] == [1, 1, 1]
    with transaction.atomic():
        journal.record("sample.touch", user, actor=None)
    assert remembered(again(user), "sample", compute) == 2


def test_value_is_that_of_one_person_and_of_the_body_they_act_for(make_user):
    one, other = make_user(), make_user()
    assert remembered(one, "sample", lambda: "un") == "un"
    assert remembered(other, "sample", lambda: "deux") == "deux"
    narrowed = again(one)
    narrowed.acting_for = 12
    assert remembered(narrowed, "sample", lambda: "trois") == "trois"


def test_nothing_is_a_value(make_user):
    user, calls = make_user(), []
    for _request in range(2):
        assert remembered(again(user), "sample", lambda: calls.append(1)) is None
    assert calls == [1]


def test_value_is_computed_again_the_next_minute(make_user, monkeypatch):
    monkeypatch.setattr(module, "LIFETIME", 60)
    user, values = make_user(), iter([1, 2])
    seen = []
    for moment in (60.0, 119.9, 120.0):
        monkeypatch.setattr(module.time, "time", lambda now=moment: now)
        seen.append(remembered(again(user), "sample", lambda: next(values)))
    assert seen == [1, 1, 2]
