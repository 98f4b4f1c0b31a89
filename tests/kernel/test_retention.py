"""How personal data dies: reported, treated one by one, resumed after a death, told in the journal."""

import threading
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from beffroi.kernel import modules, retention
from beffroi.kernel.models import Delivery, Entry, RetentionRun, SearchEntry
from beffroi.shared.organisations.models import Organisation
from tests.sample.actions import create_note
from tests.sample.models import Note

RULE = "sample.note"


@pytest.fixture
def rule():
    return modules.find("retention", RULE)


def old(title="vieille", count=1):
    return [Note.objects.create(title=title, text="secret", email="a@example.invalid", old=True) for _ in range(count)]


@pytest.mark.django_db
def test_report_counts_and_changes_nothing(rule):
    old(count=3)
    due = {line.rule.code: line.count for line in retention.report()}
    assert due[RULE] == 3
    assert Note.objects.filter(text="secret").count() == 3
    assert not RetentionRun.objects.exists()


@pytest.mark.django_db
def test_report_asks_one_question_whatever_the_rules(django_assert_num_queries):
    with django_assert_num_queries(1):
        retention.report()


@pytest.mark.django_db
def test_what_is_due_is_anonymised_and_told(rule):
    [note] = old()
    kept = Note.objects.create(title="récente", text="secret")
    run = retention.apply_rule(rule)
    note.refresh_from_db()
    kept.refresh_from_db()
    assert (note.text, note.email, kept.text) == ("", "", "secret")
    assert (run.due, run.done, run.failed) == (1, 1, 0)
    assert run.ended_at is not None
    told = Entry.objects.get(verb="kernel.anonymise")
    assert (told.target, told.data, told.actor) == (note, {"rule": RULE}, None)
    assert Entry.objects.get(verb="kernel.retention").data == {"rule": RULE, "done": 1, "failed": 0}


@pytest.mark.django_db
def test_object_in_fault_does_not_keep_the_others_alive(rule):
    [bad] = old("refus")
    old(count=2)
    run = retention.apply_rule(rule)
    assert (run.due, run.done, run.failed) == (3, 2, 1)
    assert run.faults == [{"id": str(bad.pk), "error": "ValueError"}]
    bad.refresh_from_db()
    assert bad.text == "secret"


@pytest.mark.django_db
def test_rule_that_leaves_its_object_due_is_undone_and_told(declare, rule):
    declare(retention=[modules.RetentionRule(**{**vars(rule), "apply": lambda note: Note.objects.update(text="")})])
    [note] = old()
    run = retention.apply_rule(modules.find("retention", RULE))
    assert run.faults == [{"id": str(note.pk), "error": "StillDue"}]
    note.refresh_from_db()
    assert note.text == "secret"


@pytest.mark.django_db
def test_what_is_deleted_leaves_the_index(declare, rule):
    declare(
        retention=[modules.RetentionRule(**{**vars(rule), "apply": lambda note: note.delete(), "action": "delete"})]
    )
    note = create_note(title="vieille", old=True)
    pk = note.pk
    assert SearchEntry.objects.filter(target_id=pk, source="Notes").exists()
    run = retention.apply_rule(modules.find("retention", RULE))
    assert run.done == 1
    assert not Note.objects.filter(pk=pk).exists()
    assert not SearchEntry.objects.filter(target_id=pk, source="Notes").exists()
    assert Entry.objects.get(verb="kernel.delete").target_id == pk


@pytest.mark.django_db
def test_technical_lines_are_counted_together():
    from datetime import timedelta

    from django.utils import timezone

    for number in range(3):
        Delivery.objects.create(key=str(number), channel="email", state="sent", subject="x")
    Delivery.objects.filter(key__in=["0", "1"]).update(created_at=timezone.now() - timedelta(days=366))
    retention.apply_rule(modules.find("retention", "kernel.deliveries"))
    assert [one.key for one in Delivery.objects.all()] == ["2"]
    assert not Entry.objects.filter(verb="kernel.delete").exists()


@pytest.mark.django_db(transaction=True)
def test_two_runs_together_treat_each_object_once(rule):
    notes = old(count=40)
    runs, start = [], threading.Barrier(2)

    def work():
        start.wait()
        try:
            runs.append(retention.apply_rule(rule))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(run.done for run in runs) == 40
    assert sum(run.failed for run in runs) == 0
    assert Entry.objects.filter(verb="kernel.anonymise").count() == len(notes)


@pytest.mark.django_db
def test_command_reports_then_does():
    old(count=2)
    said = StringIO()
    call_command("retention", dry_run=True, rule=RULE, stdout=said)
    assert f"{RULE} : 2 à anonymiser" in said.getvalue()
    assert Note.objects.filter(text="secret").count() == 2
    call_command("retention", rule=RULE, stdout=said)
    assert not Note.objects.filter(text="secret").exists()
    with pytest.raises(CommandError, match="inconnue"):
        call_command("retention", rule="rien")
    old("refus")
    with pytest.raises(CommandError, match="1 objet"):
        call_command("retention", rule=RULE, stdout=said)


@pytest.mark.django_db
def test_page_is_for_the_delegate_and_the_operator(client, agent, make_user, make_organisation, give_role, rule):
    old(count=2)
    client.force_login(agent)
    assert client.get("/bureau/technique/conservation/").status_code == 403
    delegate = make_user()
    epci = Organisation.objects.filter(is_operator=True).first() or make_organisation(kind="epci", is_operator=True)
    give_role(delegate, "dpo", epci)
    client.force_login(delegate)
    page = client.get("/bureau/technique/conservation/").content.decode()
    assert rule.label in page
    assert rule.basis in page
    assert rule.label in client.get("/bureau/technique/conservation/?format=csv").content.decode()
    assert client.get("/bureau/technique/").status_code == 403


@pytest.mark.django_db
def test_what_remains_of_an_erased_account_goes(make_user):
    from datetime import time

    from django.utils import timezone

    from beffroi.kernel import actions
    from beffroi.kernel.models import NoticePreference, QuietHours

    gone, kept = make_user(), make_user()
    for user in (gone, kept):
        actions.save_preferences(user, channels={"sample": []}, quiet=(time(20), time(8)))
        Delivery.objects.create(key=str(user.pk), channel="inapp", state="sent", subject="x", user=user)
    gone.erased_at = timezone.now()
    gone.save()
    retention.apply_all()
    for model in (NoticePreference, QuietHours, Delivery):
        assert [one.user for one in model.objects.all()] == [kept]
