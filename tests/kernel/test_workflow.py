import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from beffroi.kernel.models import Entry
from beffroi.kernel.workflow import TransitionRefused
from tests.sample.models import Note, Task
from tests.sample.workflow import workflow


@pytest.fixture
def note(agent):
    return Note.objects.create(title="n", organisation_id=next(iter(agent.roles_by_organisation)))


def test_fire_moves_and_records(note, agent):
    workflow.fire("finish", note, actor=agent, data={"why": "rain"}, update={"title": "faite"})
    assert note.state == "done"
    note.refresh_from_db()
    assert (note.state, note.title) == ("done", "faite")
    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.data) == (
        "sample.finish",
        agent,
        {"from": "open", "to": "done", "why": "rain"},
    )


def test_fire_from_another_state_is_refused_in_plain_words(note, agent):
    workflow.fire("finish", note, actor=agent)
    with pytest.raises(TransitionRefused, match="« Terminer » n’est plus possible : le dossier est « Faite »."):
        workflow.fire("finish", note, actor=agent)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("elsewhere", [True, False])
def test_fire_without_the_right_is_refused(note, agent, make_user, make_organisation, give_role, elsewhere):
    other = make_user()
    if elsewhere:
        give_role(other, "agent", make_organisation())
    for actor in (other, AnonymousUser()):
        with pytest.raises(PermissionDenied):
            workflow.fire("finish", note, actor=actor)
    note.refresh_from_db()
    assert note.state == "open"
    assert not Entry.objects.exists()


def test_fire_by_the_platform_itself_skips_the_right_only(note):
    workflow.fire("finish", note, actor=None, check=False)
    with pytest.raises(TransitionRefused):
        workflow.fire("finish", note, actor=None, check=False)


def test_fire_looks_at_the_database_not_at_a_stale_object(note, agent):
    stale = Note.objects.get(pk=note.pk)
    workflow.fire("finish", note, actor=agent)
    with pytest.raises(TransitionRefused):
        workflow.fire("drop", stale, actor=agent)


def test_available_are_the_steps_of_this_state_for_this_person(note, agent, make_user):
    assert [step.verb for step in workflow.available(note, agent)] == ["finish", "drop"]
    assert [step.verb for step in workflow.available(note, make_user())] == ["drop"]
    workflow.fire("finish", note, actor=agent)
    assert workflow.available(note, agent) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("model", [Note, Task])
def test_fire_twice_at_once_passes_once(model):
    """Both hold the object as open before either moves it; the second waits for the first, then is refused."""
    pk = model.objects.create(title="n").pk
    ready = threading.Barrier(2)

    def fire(verb):
        try:
            obj = model.objects.get(pk=pk)
            ready.wait(5)
            with transaction.atomic():
                workflow.fire(verb, obj, actor=None, check=False)
            return "moved"
        except TransitionRefused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(fire, ["finish", "drop"]))
    assert outcomes == ["moved", "refused"]
    assert Entry.objects.count() == 1
    assert model.objects.get(pk=pk).state == Entry.objects.get().data["to"]


@pytest.mark.django_db(transaction=True)
def test_fire_locks_the_parent_row_too():
    """The state of a class in two tables is in the first: a write there waits for the step under way."""
    task = Task.objects.create(title="n")
    with transaction.atomic():
        workflow.fire("finish", task, actor=None, check=False)

        def write():
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT id FROM sample_note WHERE id = %s FOR UPDATE SKIP LOCKED", [task.pk])
                    return cursor.fetchall()
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(write).result() == []
