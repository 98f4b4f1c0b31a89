"""The outbox, through a real SMTP server on a socket: alive, dead then alive, rude; two workers at once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beffroi.kernel import health
from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import outbox
from tests.kernel import smtp

State = Delivery.State


@pytest.fixture
def port(settings):
    settings.EMAIL_BACKEND = "beffroi.kernel.notices.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", smtp.free_port(), 5
    settings.DEFAULT_FROM_EMAIL = "Beffroi <ne-pas-repondre@territoire.example>"
    return settings.EMAIL_PORT


@pytest.fixture
def server(port):
    controller, handler = smtp.start(port)
    yield handler
    controller.stop()


def letter(number=1, **fields):
    defaults = {
        "key": f"lettre {number}",
        "channel": "email",
        "address": f"alix{number}@example.invalid",
        "subject": "Votre demande",
        "body": "Bonjour,\n\nVoici la suite :\nhttps://exemple.invalid/suivi/abc/\n\nÀ bientôt.",
    }
    return Delivery.objects.create(**defaults | fields)


@pytest.mark.django_db
def test_letter_leaves_in_text_and_html_with_its_link_and_a_steady_identity(server):
    one = letter(unsubscribe="https://exemple.invalid/compte/preferences/")
    assert outbox.send_due() == 1
    one.refresh_from_db()
    assert (one.state, one.attempts, one.error) == (State.SENT, 1, "")
    [(recipients, message)] = server.messages
    assert recipients == [one.address]
    assert message["Message-ID"] == f"<{one.pk}@territoire.example>"
    assert message["List-Unsubscribe"] == "<https://exemple.invalid/compte/preferences/>"
    assert message["From"].addresses[0].addr_spec == "ne-pas-repondre@territoire.example"
    text, html = message.get_body(("plain",)).get_content(), message.get_body(("html",)).get_content()
    assert "https://exemple.invalid/suivi/abc/" in text
    assert 'href="https://exemple.invalid/suivi/abc/"' in html
    assert "<script" not in html


@pytest.mark.django_db
def test_letter_of_what_someone_typed_is_never_html(server):
    letter(body="<img src=x onerror=alert(1)>", subject="A\nBcc: autre@example.invalid")
    outbox.send_due()
    [(recipients, message)] = server.messages
    assert "<img" not in message.get_body(("html",)).get_content()
    assert recipients == ["alix1@example.invalid"]
    assert message["Bcc"] is None


@pytest.mark.django_db
def test_dead_server_keeps_the_letters_then_they_all_leave_once(port):
    letters = [letter(number) for number in range(3)]
    assert outbox.send_due() == 0
    for one in letters:
        one.refresh_from_db()
        assert one.state == State.WAITING
        assert one.not_before > timezone.now()
        assert "Refused" in one.error
    assert outbox.send_due() == 0  # not before its time
    Delivery.objects.update(not_before=timezone.now())
    controller, handler = smtp.start(port)
    try:
        assert outbox.send_due() == 3
        assert outbox.send_due() == 0
    finally:
        controller.stop()
    assert len(handler.messages) == 3


@pytest.mark.django_db
def test_dead_server_is_seen_in_the_health(port):
    letter()
    outbox.send_due()
    assert health.outbox()[0]
    Delivery.objects.update(created_at=timezone.now() - timedelta(minutes=20))
    ok, sentence = health.outbox()
    assert not ok
    assert "1 message(s) ne partent pas" in sentence


@pytest.mark.django_db
def test_letter_too_old_is_given_up(port):
    one = letter()
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=4))
    outbox.send_due()
    one.refresh_from_db()
    assert one.state == State.REFUSED
    assert "trop ancien" in one.error


@pytest.mark.django_db
def test_letter_to_an_unknown_address_is_refused_for_good(server):
    server.refuse = "550 5.1.1 inconnu"
    one = letter()
    outbox.send_due()
    one.refresh_from_db()
    assert (one.state, one.error) == (State.REFUSED, "SMTP 550 5.1.1 inconnu")


@pytest.mark.django_db
def test_letter_delayed_by_the_server_is_tried_again(server):
    server.refuse = "451 4.7.1 plus tard"
    one = letter()
    outbox.send_due()
    one.refresh_from_db()
    assert one.state == State.WAITING
    server.refuse = ""
    Delivery.objects.update(not_before=None)
    assert outbox.send_due() == 1


@pytest.mark.django_db
def test_letter_whose_answer_is_lost_never_leaves_again_by_itself(server):
    server.hang_up = True
    one = letter()
    outbox.send_due()
    one.refresh_from_db()
    assert one.state == State.UNCERTAIN
    server.hang_up = False
    Delivery.objects.update(not_before=None)
    outbox.send_due()
    assert len(server.messages) == 1
    assert outbox.waiting_again([one.pk]) == 1  # a person decides
    assert outbox.send_due() == 1
    assert {message["Message-ID"] for _to, message in server.messages} == {f"<{one.pk}@territoire.example>"}


@pytest.mark.django_db
def test_letter_left_by_a_dead_process_becomes_uncertain_after_a_while(server):
    one = letter(state=State.SENDING, claimed_at=timezone.now() - timedelta(minutes=5))
    outbox.send_due()
    one.refresh_from_db()
    assert one.state == State.SENDING
    Delivery.objects.update(claimed_at=timezone.now() - timedelta(minutes=11))
    outbox.send_due()
    one.refresh_from_db()
    assert one.state == State.UNCERTAIN
    assert server.messages == []


@pytest.mark.django_db
def test_secret_code_is_wiped_once_gone(server):
    outbox.post(
        key="code 1", channel="email", address="alix@example.invalid", subject="Code", body="123456", ephemeral=True
    )
    outbox.send_due()
    one = Delivery.objects.get(key="code 1")
    assert (one.state, one.body) == (State.SENT, "")
    assert "123456" in server.messages[0][1].get_body(("plain",)).get_content()
    assert outbox.waiting_again([one.pk]) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_together_send_each_letter_once(server):
    for number in range(60):
        letter(number)
    start, left = threading.Barrier(3), []

    def work():
        start.wait()
        try:
            left.append(outbox.send_due())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(left) == 60
    assert sorted(to for [to], _message in server.messages) == sorted(f"alix{n}@example.invalid" for n in range(60))
    assert Delivery.objects.filter(state=State.SENT).count() == 60
