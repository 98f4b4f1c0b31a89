import io
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from beffroi.kernel import modules, search
from beffroi.kernel.models import SearchEntry
from tests.sample.actions import create_note
from tests.sample.models import Note
from tests.sample.workflow import workflow


def test_refresh_by_the_journal_writes_one_line(db):
    note = create_note(title="Éclairage", text="place du marché", verb="touch")
    line = SearchEntry.objects.get()
    assert (line.title, line.text, line.url, line.source) == (
        "Éclairage",
        "place du marché",
        f"/notes/{note.pk}/",
        "Notes",
    )
    workflow.fire("finish", note, actor=None, check=False, update={"title": "Voirie"})
    assert SearchEntry.objects.get().title == "Voirie"


def test_refresh_of_an_object_that_must_not_be_found_removes_its_line(db):
    note = create_note(title="Éclairage", verb="touch")
    workflow.fire("drop", note, actor=None)
    assert not SearchEntry.objects.exists()


def test_forget_removes_the_line(db):
    note = create_note(title="Éclairage", verb="touch")
    search.forget(note)
    assert not SearchEntry.objects.exists()


def test_reindex_writes_all_and_removes_the_rest(db):
    kept = [Note.objects.create(title=f"note {i}") for i in range(3)]
    Note.objects.create(title="abandonnée", state="dropped")
    kind = ContentType.objects.get_for_model(Note)
    earlier = timezone.now() - timedelta(hours=1)
    for source, target in (("Notes", 999), ("Module parti", 1)):
        SearchEntry.objects.create(
            target_type=kind, target_id=target, source=source, title="x", url="/x/", public=True, indexed_at=earlier
        )
    out = io.StringIO()
    call_command("reindex", stdout=out)
    assert "Notes\u202f: 3" in out.getvalue()
    assert {line.target_id for line in SearchEntry.objects.filter(source="Notes")} == {note.pk for note in kept}
    assert not SearchEntry.objects.filter(source="Module parti").exists()


def test_reindex_costs_the_same_for_few_and_many(db, django_assert_num_queries):
    source = next(s for s in modules.collect("search") if s.label == "Notes")
    Note.objects.create(title="seule")
    search.reindex(source)
    for count in (3, 60):
        Note.objects.bulk_create(Note(title=f"n{i}") for i in range(count))
        with django_assert_num_queries(3):
            search.reindex(source)


def test_learnt_words_are_those_of_public_pages_only(db):
    create_note(title="Médiathèque", text="prêt de livres", verb="touch")
    create_note(title="Dossier Zorglub", public=False, verb="touch")
    search.learn_words()
    with connection.cursor() as cursor:
        cursor.execute("SELECT word FROM kernel_searchword ORDER BY word")
        assert [word for (word,) in cursor.fetchall()] == ["livres", "mediatheque", "pret"]
