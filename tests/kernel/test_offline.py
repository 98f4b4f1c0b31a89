import threading
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beffroi.kernel import offline
from tests.sample.actions import create_note
from tests.sample.models import Note, Task


def _write(client_uuid, title="n", model=Note):
    return offline.once(
        model, client_uuid, lambda: create_note(title=title, client_uuid=client_uuid, model=model, verb="touch")
    )


def test_once_replayed_gives_the_first_object(db):
    key = uuid.uuid4()
    first, created = _write(key, "première")
    again, created_again = _write(key, "seconde")
    assert (created, created_again) == (True, False)
    assert (again.pk, again.title) == (first.pk, "première")
    assert Note.objects.count() == 1


def test_once_without_uuid_always_creates(db):
    assert _write(None)[1]
    assert _write(None)[1]
    assert Note.objects.count() == 2


def test_once_with_another_fault_of_integrity_raises_it(db):
    with pytest.raises(IntegrityError):
        offline.once(Note, uuid.uuid4(), lambda: Note.objects.create(title=None))


def test_once_with_the_uuid_of_another_class_raises(db):
    key = uuid.uuid4()
    _write(key)
    with pytest.raises(IntegrityError), transaction.atomic():
        _write(key, model=Task)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("nested", [False, True])
def test_once_sent_by_eight_threads_creates_one(nested):
    key, ready = uuid.uuid4(), threading.Barrier(8)

    def send(number):
        try:
            ready.wait(5)
            if nested:
                with transaction.atomic():
                    note, created = _write(key, f"n{number}")
            else:
                note, created = _write(key, f"n{number}")
            return note.pk, created
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(send, range(8)))
    assert Note.objects.count() == 1
    assert {pk for pk, _created in outcomes} == {Note.objects.get().pk}
    assert [created for _pk, created in outcomes].count(True) == 1


@pytest.mark.django_db(transaction=True)
def test_once_when_the_first_sender_gives_up_is_made_by_the_second():
    key = uuid.uuid4()
    holding, waiting = threading.Event(), threading.Event()

    def fail():
        try:
            with transaction.atomic():
                _write(key, "abandonnée")
                holding.set()
                waiting.wait(5)
                raise ZeroDivisionError
        except ZeroDivisionError:
            return "given up"
        finally:
            connection.close()

    def succeed():
        try:
            holding.wait(5)
            threading.Timer(0.2, waiting.set).start()
            return _write(key, "gardée")[1]
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        lost, kept = pool.submit(fail), pool.submit(succeed)
        assert lost.result() == "given up"
        assert kept.result() is True
    assert Note.objects.get().title == "gardée"


@pytest.mark.parametrize(
    ("told", "believed"),
    [
        (lambda now: (now - timedelta(hours=3)).isoformat(), timedelta(hours=3)),
        (lambda now: (now + timedelta(hours=1)).isoformat(), timedelta(0)),
        (lambda now: (now - timedelta(days=90)).isoformat(), timedelta(0)),
        (lambda now: "hier", timedelta(0)),
        (lambda now: "2026-13-45T00:00:00Z", timedelta(0)),
        (lambda now: "2026-11-24T10:00:00", timedelta(0)),
        (lambda now: "", timedelta(0)),
    ],
)
def test_hour_of_the_device_is_believed_when_it_can_be_true(rf, told, believed):
    now = timezone.now()
    moment = offline.made_at(rf.post("/", {"made_at": told(now)}))
    assert abs((now - moment) - believed) < timedelta(seconds=5)
