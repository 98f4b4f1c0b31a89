"""The numbers of the registers: without a gap or a double, whoever writes, and kept by the database itself."""

import datetime
import threading
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.mail import actions
from beffroi.modules.mail.models import Counter, Kind, Letter, Register
from beffroi.shared.files.models import StoredFile

pytestmark = pytest.mark.django_db
CLERKS, EACH = 20, 5


def test_letter_gets_the_next_number_of_its_register_and_year(make_letter, make_register):
    first, second = make_letter(), make_letter()
    year = timezone.localdate().year
    assert [first.chrono, second.chrono] == [f"{year}-A-000001", f"{year}-A-000002"]
    assert make_letter(book=make_register(code="RH")).chrono == f"{year}-RH-000001"


def test_each_year_begins_at_one(register, operator):
    def write(day):
        letter = Letter(register=register, object="Essai", arrived_on=day, registered_on=day)
        letter.organisation, letter.kind, letter.year, letter.number = operator, register.kind, 1, 1
        letter.save()
        letter.refresh_from_db()
        return letter.chrono

    days = [datetime.date(2025, 12, 30), datetime.date(2025, 12, 31), datetime.date(2026, 1, 2)]
    assert [write(day) for day in days] == ["2025-A-000001", "2025-A-000002", "2026-A-000001"]


def test_number_chosen_by_the_program_is_not_the_one_that_is_kept(register, make_letter):
    make_letter()
    letter = Letter(register=register, object="Essai", arrived_on=timezone.localdate())
    letter.organisation, letter.kind, letter.year, letter.number = register.organisation, Kind.OUTGOING, 1999, 77
    letter.save()
    letter.refresh_from_db()
    assert (letter.number, letter.year, letter.kind) == (2, timezone.localdate().year, Kind.INCOMING)


def test_number_of_a_write_that_fails_is_given_back(make_letter, register):
    make_letter()

    def stop_on_the_way():
        with transaction.atomic():
            make_letter()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        stop_on_the_way()
    assert make_letter().number == 2
    assert Counter.objects.get(register=register).last == 2


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE mail_letter SET number = 9",
        "UPDATE mail_letter SET year = 2001",
        "UPDATE mail_letter SET registered_on = registered_on - 400",
        "DELETE FROM mail_letter",
        "UPDATE mail_counter SET last = 40",
        "UPDATE mail_counter SET last = last - 1",
        "DELETE FROM mail_counter",
        "INSERT INTO mail_counter (register_id, year, last) SELECT register_id, 2001, 12 FROM mail_counter",
        "UPDATE mail_register SET code = 'Z'",
        "UPDATE mail_register SET kind = 'outgoing'",
    ],
)
def test_database_refuses_to_rewrite_the_register(make_letter, statement):
    make_letter()
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_code_of_a_register_that_has_begun_stays(make_letter, register, manager):
    make_letter()
    register.code = "B"
    with pytest.raises(ValidationError) as refusal:
        actions.save_register(register, actor=manager)
    assert "code" in refusal.value.message_dict
    register.code, register.name = "A", "Arrivée du courrier"
    actions.save_register(register, actor=manager)
    assert Register.objects.get(pk=register.pk).name == "Arrivée du courrier"


def test_cancelled_letter_keeps_its_number(make_letter, clerk):
    letter = make_letter()
    actions.cancel_letter(letter, actor=clerk, reason="Enregistré deux fois")
    assert make_letter().number == letter.number + 1
    letter.refresh_from_db()
    assert (letter.state, letter.closing) == ("cancelled", "Enregistré deux fois")


def test_same_send_twice_makes_one_letter(register, clerk):
    key = uuid.uuid4()

    def send():
        letter = Letter(register=register, object="Essai", arrived_on=timezone.localdate())
        return actions.register_letter(letter, actor=clerk, sender="Paul Caron", client_uuid=key)

    assert send().pk == send().pk
    assert Letter.objects.count() == 1


def test_pieces_and_history_are_kept(make_letter, make_pdf, clerk):
    letter = make_letter(pieces=[make_pdf()])
    assert [file.kind for file in StoredFile.objects.about(letter)] == ["scan"]
    line = Entry.objects.get(verb="mail.register")
    assert (line.actor, line.data) == (clerk, {"number": letter.chrono})


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"arrived_on": None}, "arrived_on"),
        ({"document_date": "after"}, "document_date"),
        ({"arrived_on": "tomorrow"}, "arrived_on"),
        ({"first_received_on": "before"}, "first_received_by"),
        ({"object": ""}, "object"),
    ],
)
def test_impossible_line_is_refused_beside_its_field(make_letter, fields, fault):
    today, day = timezone.localdate(), datetime.timedelta(days=1)
    days = {"after": today + day, "tomorrow": today + day, "before": today - day}
    values = {name: days.get(value, value) for name, value in fields.items()}
    if fault == "arrived_on" and values["arrived_on"] is None:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_letter(**values)
        return
    with pytest.raises(ValidationError) as refusal:
        make_letter(**values)
    assert fault in refusal.value.message_dict


def test_correction_leaves_the_number_and_says_what_changed(make_letter, clerk):
    letter = make_letter()
    letter.object = "Objet corrigé"
    actions.correct_letter(letter, actor=clerk, sender="Luc Poiret")
    letter.refresh_from_db()
    assert (letter.object, str(letter.correspondent)) == ("Objet corrigé", "Luc Poiret")
    assert Entry.objects.get(verb="mail.correct").data == {"fields": ["object", "correspondent"]}


@pytest.mark.django_db(transaction=True)
def test_twenty_clerks_at_once_leave_no_gap_and_no_double(register, outgoing, clerk):
    """Each in a connection of its own; one write out of five fails after having taken its number."""
    start, faults = threading.Barrier(CLERKS), []

    def work(rank):
        try:
            start.wait(30)
            for turn in range(EACH):
                book = outgoing if rank % 4 == 0 else register
                fails = (rank + turn) % 5 == 0
                try:
                    with transaction.atomic():
                        _write(book, rank, turn)
                        if fails:
                            raise RuntimeError
                except RuntimeError:
                    _write(book, rank, turn)
        except Exception as fault:  # noqa: BLE001  told by the thread that waits
            faults.append(fault)
        finally:
            connection.close()

    def _write(book, rank, turn):
        letter = Letter(register=book, object=f"Pli {rank}-{turn}", arrived_on=timezone.localdate())
        if book.kind == Kind.OUTGOING:
            letter = Letter(state="draft", register=book, object=f"Pli {rank}-{turn}")
            return actions.write_letter(letter, actor=clerk, recipient=f"Dest {rank} {turn}", body="Texte")
        return actions.register_letter(letter, actor=clerk, sender=f"Exp {rank} {turn}")

    threads = [threading.Thread(target=work, args=(rank,)) for rank in range(CLERKS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert faults == []
    for book, count in ((register, 75), (outgoing, 25)):
        numbers = sorted(Letter.objects.filter(register=book).values_list("number", flat=True))
        assert numbers == list(range(1, count + 1))
        assert Counter.objects.get(register=book).last == count
