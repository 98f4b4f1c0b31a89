import io
from datetime import date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from beffroi.kernel import journal, seals
from beffroi.kernel.models import Entry, Seal
from tests.sample.models import Note

DAY = date(2026, 3, 28)  # the clocks change in the following night


def _moment(day, hour=12):
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))


@pytest.fixture
def three_days(db):
    """Two lines a day for three days, sealed."""
    for offset in range(3):
        for hour in (0, 23):
            with journal.dated(_moment(DAY + timedelta(days=offset), hour)), transaction.atomic():
                note = Note.objects.create(title="n")
                journal.record("sample.touch", note, actor=None, data={"é": [1, 2.5, None]})
    return seals.seal_until(DAY + timedelta(days=3))


@pytest.fixture
def forge():
    """Do in SQL what only the owner of the database can: with the guard of the journal taken off."""

    def run(statement, *parameters):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in ("kernel_entry", "kernel_seal"):
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            cursor.execute(statement, parameters)
            for table in ("kernel_entry", "kernel_seal"):
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")

    return run


def _faults():
    return [(fault.day, fault.text) for fault in seals.verify()]


def test_seal_of_each_ended_day_is_chained(three_days):
    assert [(seal.day, seal.count) for seal in three_days] == [(DAY + timedelta(days=i), 2) for i in range(3)]
    assert three_days[0].previous == ""
    assert [seal.previous for seal in three_days[1:]] == [seal.digest for seal in three_days[:-1]]
    assert _faults() == []


def test_seal_again_makes_nothing_new(three_days):
    assert seals.seal_until(DAY + timedelta(days=3)) == []


def test_seal_without_a_line_makes_nothing(db):
    assert seals.seal_until(date(2026, 1, 1)) == []
    assert seals.unsealed_days(date(2026, 1, 1)) == 0


def test_seal_of_a_day_without_line_keeps_the_chain(three_days):
    made = seals.seal_until(DAY + timedelta(days=5))
    assert [seal.count for seal in made] == [0, 0]
    assert _faults() == []


def test_unsealed_days_are_the_ended_ones(three_days):
    assert seals.unsealed_days(DAY + timedelta(days=3)) == 0
    assert seals.unsealed_days(DAY + timedelta(days=6)) == 3


@pytest.mark.parametrize(
    "column",
    ["verb = 'sample.forged'", "at = at + interval '1 second'", "target_id = 999", "data = '{}'", "id = id + 900000"],
)
def test_verify_finds_an_altered_line(three_days, forge, column):
    line = Entry.objects.order_by("id")[2]
    forge(f"UPDATE kernel_entry SET {column} WHERE id = %s", line.pk)
    assert _faults() == [(DAY + timedelta(days=1), "au moins une ligne a été modifiée")]


def test_verify_finds_a_changed_author(three_days, forge, make_user):
    forge("UPDATE kernel_entry SET actor_id = %s WHERE id = %s", make_user().pk, Entry.objects.earliest("id").pk)
    assert _faults() == [(DAY, "au moins une ligne a été modifiée")]


def test_verify_finds_a_removed_line(three_days, forge):
    forge("DELETE FROM kernel_entry WHERE id = %s", Entry.objects.latest("id").pk)
    assert _faults() == [(DAY + timedelta(days=2), "2 lignes scellées, 1 trouvées")]


def test_verify_finds_a_line_moved_to_another_day(three_days, forge):
    forge("UPDATE kernel_entry SET at = at + interval '1 day' WHERE id = %s", Entry.objects.earliest("id").pk)
    assert [day for day, _text in _faults()] == [DAY, DAY + timedelta(days=1)]


def test_verify_finds_a_line_slipped_in_before_the_first_seal(three_days, forge):
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_entry (at, verb, target_type_id, target_id, data)"
            " SELECT at - interval '9 days', verb, target_type_id, target_id, data FROM kernel_entry LIMIT 1"
        )
    assert _faults() == [(DAY, "1 lignes sont datées d’avant le premier sceau")]


def test_verify_finds_a_removed_seal(three_days, forge):
    forge("DELETE FROM kernel_seal WHERE day = %s", DAY + timedelta(days=1))
    assert (DAY + timedelta(days=1), "le sceau manque, ainsi que les suivants jusqu’au 30/03/2026") in _faults()


def test_verify_finds_a_day_sealed_again_after_alteration(three_days, forge):
    forge("UPDATE kernel_entry SET verb = 'sample.forged' WHERE id = %s", Entry.objects.earliest("id").pk)
    forge("UPDATE kernel_seal SET digest = %s WHERE day = %s", seals._compute(DAY, "").digest, DAY)
    assert _faults() == [(DAY + timedelta(days=1), "le sceau n’est plus chaîné à celui de la veille")]


def test_dated_fact_in_a_sealed_day_is_refused(three_days):
    with pytest.raises(ValueError, match="sealed"), journal.dated(_moment(DAY + timedelta(days=2), 23)):
        pass


def _verify(*arguments):
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("journal", "verify", *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, f"{err.getvalue()}{error}"
    return 0, out.getvalue()


def test_verify_command_on_an_intact_journal_gives_0_and_the_last_digest(three_days):
    code, text = _verify()
    assert code == 0
    assert "Le journal est intact : 3 jours scellés, 6 lignes." in text
    assert Seal.objects.get(day=DAY + timedelta(days=2)).digest in text
    assert "ne sont pas encore scellés" in text


def test_verify_command_without_seal_says_so(db):
    assert _verify() == (0, "Aucun jour n’est encore scellé : il n’y a rien à vérifier.\n")


def test_verify_command_on_an_altered_journal_gives_1_and_the_day(three_days, forge):
    forge("UPDATE kernel_entry SET verb = 'sample.forged' WHERE id = %s", Entry.objects.earliest("id").pk)
    code, text = _verify()
    assert code == 1
    assert "28/03/2026 : au moins une ligne a été modifiée." in text
    assert "Le journal a été modifié : 1 anomalie(s)." in text


def test_verify_command_compares_a_digest_kept_elsewhere(three_days):
    good = three_days[1]
    assert _verify("--expect", f"{good.day}={good.digest}")[0] == 0
    code, text = _verify("--expect", f"{good.day}={'0' * 64}")
    assert code == 1
    assert "l’empreinte conservée ailleurs n’est pas celle du sceau" in text
    assert _verify("--expect", "hier=abc")[0] == 2


def test_seal_command_seals_the_ended_days(db):
    with journal.dated(timezone.now() - timedelta(days=2)), transaction.atomic():
        journal.record("sample.touch", Note.objects.create(title="x"), actor=None)
    out = io.StringIO()
    call_command("journal", "seal", stdout=out)
    assert out.getvalue() == "2 jour(s) scellé(s).\n"


@pytest.mark.django_db(transaction=True)
def test_seal_waits_for_a_line_being_written():
    """A line of yesterday whose transaction is still open at the hour of the seal is in the seal."""
    import threading

    yesterday = timezone.now() - timedelta(days=1)
    written, sealed = threading.Event(), threading.Event()

    def write():
        try:
            with transaction.atomic():
                with journal.dated(yesterday):
                    journal.record("sample.touch", Note.objects.create(title="lente"), actor=None)
                written.set()
                assert not sealed.wait(0.5)
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    with journal.dated(yesterday), transaction.atomic():
        journal.record("sample.touch", Note.objects.create(title="rapide"), actor=None)
    writer.start()
    written.wait(5)
    made = seals.seal_until(timezone.localdate())
    sealed.set()
    writer.join()
    assert [seal.count for seal in made] == [2]
    assert _faults() == []
