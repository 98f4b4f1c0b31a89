from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.models import Entry, Seal, SearchEntry
from tests.sample.actions import create_note
from tests.sample.models import Note, Task


def _entry(note=None):
    with transaction.atomic():
        return journal.record("sample.touch", note or Note.objects.create(title="x"), actor=None)


@pytest.mark.django_db(transaction=True)
def test_record_outside_a_transaction_is_refused():
    note = Note.objects.create(title="seule")
    with pytest.raises(RuntimeError):
        journal.record("sample.create", note, actor=None)
    assert not Entry.objects.exists()


def test_record_keeps_who_what_and_when(make_user):
    actor = make_user()
    note = create_note(actor=actor, title="une", verb="touch")
    entry = Entry.objects.get()
    assert (entry.actor, entry.verb, entry.target) == (actor, "sample.touch", note)
    assert abs(timezone.now() - entry.at) < timedelta(minutes=1)


def test_record_runs_reactions_in_the_same_transaction(db):
    create_note(title="contagieuse")
    assert Note.objects.filter(title="née d’une réaction").exists()


def test_record_defers_a_job_only_for_verbs_that_tell_somebody(db):
    create_note(title="a", verb="touch")
    assert _jobs("kernel.notify") == 0
    create_note(title="b")
    assert _jobs("kernel.notify") == 1


@pytest.mark.django_db(transaction=True)
def test_record_given_up_with_its_transaction_leaves_nothing():
    def give_up():
        with transaction.atomic():
            create_note(title="perdue")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert not Entry.objects.exists()
    assert not SearchEntry.objects.exists()
    assert _jobs("kernel.notify") == 0


@pytest.mark.parametrize("table", ["kernel_entry", "kernel_seal"])
@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET id = id + 1", "DELETE FROM {}", "TRUNCATE {} CASCADE", "TRUNCATE {} RESTART IDENTITY CASCADE"],
)
def test_journal_altered_in_sql_is_refused_by_the_database(db, table, statement):
    _entry()
    Seal.objects.create(day=timezone.localdate(), count=1, previous="", digest="0" * 64)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(IntegrityError, match="journal ne se modifie pas"), transaction.atomic():
            cursor.execute(statement.format(table))
    assert Entry.objects.count() == Seal.objects.count() == 1


def test_journal_altered_by_the_orm_is_refused(db):
    entry = _entry()
    entry.verb = "sample.forged"
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        entry.delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.all().delete()


def test_lines_about_several_objects_are_one_query(db, django_assert_num_queries):
    notes = [create_note(title=str(i), verb="touch", model=model) for i, model in enumerate([Note, Note, Task])]
    journal.lines_about(*notes).first()
    for count in (1, 3):
        with django_assert_num_queries(1):
            assert [line.target_id for line in journal.lines_about(*notes[:count])] == [n.pk for n in notes[:count]]


def test_lines_about_nothing_are_none(db):
    _entry()
    assert not journal.lines_about().exists()


def test_dated_facts_are_kept_at_their_moment_and_tell_nobody(db):
    past = timezone.now() - timedelta(days=40)
    with journal.dated(past):
        create_note(title="ancienne")
    create_note(title="neuve", verb="touch")
    entry = Entry.objects.earliest("at")
    assert entry.at == past
    assert _jobs("kernel.notify") == 0
    assert abs(timezone.now() - Entry.objects.latest("at").at) < timedelta(minutes=1)


def test_words_of_a_verb_come_from_its_manifest():
    assert journal.words("sample.create") == "Note écrite"
    assert journal.words("sample.unknown") == "sample.unknown"


def _jobs(name):
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [name])
        return cursor.fetchone()[0]
