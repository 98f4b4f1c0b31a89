"""What is done once a night."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from beffroi.kernel import health, journal, nightly
from beffroi.kernel.models import Heartbeat, RateCount
from tests.sample.actions import create_note

pytestmark = pytest.mark.django_db
PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def test_night_steps_are_done_once_a_night():
    assert set(nightly.run_due()) == set(nightly.STEPS)
    assert nightly.run_due() == []
    Heartbeat.objects.update(at=timezone.now() - timedelta(days=1))
    assert set(nightly.run_due()) == set(nightly.STEPS)


def test_night_step_that_fails_is_tried_again_and_stops_no_other(monkeypatch):
    def broken():
        raise ValueError("cannot")

    monkeypatch.setitem(nightly.STEPS, "seal", broken)
    done = nightly.run_due()
    assert "seal" not in done
    assert "limits" in done
    assert nightly.run_due() == []
    monkeypatch.undo()
    assert nightly.run_due() == ["seal"]


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 11, 24, 1, 59, tzinfo=PARIS), datetime(2026, 11, 23, 2, 0, tzinfo=PARIS)),
        (datetime(2026, 11, 24, 2, 0, tzinfo=PARIS), datetime(2026, 11, 24, 2, 0, tzinfo=PARIS)),
    ],
)
def test_night_begins_at_two_in_local_time(now, night):
    assert nightly.last_night(now) == night


def test_night_forgets_old_counts():
    RateCount.objects.create(key="a", window_start=timezone.now() - timedelta(days=2), count=1)
    RateCount.objects.create(key="b", window_start=timezone.now(), count=1)
    nightly.clear_limits()
    assert [one.key for one in RateCount.objects.all()] == ["b"]


def test_night_missed_twice_is_seen_in_the_health():
    with journal.dated(timezone.now() - timedelta(days=4)):
        create_note(title="ancienne")
    ok, sentence = health.nights()
    assert not ok
    assert "Sceau du journal" in sentence
    nightly.run_due()
    assert health.nights()[0]
    Heartbeat.objects.filter(name="nightly:verify").update(at=timezone.now() - timedelta(hours=40))
    assert health.nights() == (False, "Pas fait depuis deux nuits : Vérification du journal.")
