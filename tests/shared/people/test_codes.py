import threading
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.utils import timezone

from beffroi.kernel.models import Delivery
from beffroi.shared.people import actions
from beffroi.shared.people.errors import Refused, WrongCode
from beffroi.shared.people.models import Person, VerificationCode
from tests.shared.people.conftest import digits_sent, wrong


@pytest.fixture
def amina(epci):
    return actions.create_person(
        actor=None,
        registered_by=epci,
        first_name="Amina",
        last_name="Benali",
        email="amina@example.invalid",
        phone="06 39 98 00 03",
    )


def test_code_by_email_verifies_the_address(make_user, enter, amina):
    client = enter(make_user("agent"))
    url = f"/bureau/habitants/{amina.pk}/verifier/email/"
    assert client.post(url).status_code == 302
    message = Delivery.objects.get()
    assert (message.address, message.ephemeral) == ("amina@example.invalid", True)
    assert digits_sent() not in message.subject
    assert client.post(url, {"code": f" {digits_sent()} "}).status_code == 302
    amina.refresh_from_db()
    assert amina.email_verified_at is not None


def test_code_by_sms_verifies_the_telephone(make_user, enter, amina, settings):
    settings.DEMO = True
    client = enter(make_user("agent"))
    url = f"/bureau/habitants/{amina.pk}/verifier/sms/"
    client.post(url)
    assert Delivery.objects.get().address == "+33639980003"
    client.post(url, {"code": digits_sent()})
    amina.refresh_from_db()
    assert amina.phone_verified_at is not None


def test_code_by_sms_without_provider_is_refused(amina):
    with pytest.raises(Refused, match="SMS"):
        actions.send_code(amina, "sms", actor=None)


def test_code_is_kept_as_a_digest_only(amina):
    actions.send_code(amina, "email", actor=None)
    held = VerificationCode.objects.get()
    assert digits_sent() not in held.digest
    assert len(held.digest) == 64


def test_wrong_code_is_counted_and_five_kill_it(amina):
    actions.send_code(amina, "email", actor=None)
    digits = digits_sent()
    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode, match=f"Il reste {left} essai"):
            actions.verify_contact(amina, "email", wrong(digits), actor=None)
    with pytest.raises(WrongCode, match="nouveau"):
        actions.verify_contact(amina, "email", wrong(digits), actor=None)
    with pytest.raises(WrongCode, match="plus valable"):
        actions.verify_contact(amina, "email", digits, actor=None)


def test_code_dies_after_ten_minutes(amina):
    actions.send_code(amina, "email", actor=None)
    VerificationCode.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    with pytest.raises(WrongCode, match="plus valable"):
        actions.verify_contact(amina, "email", digits_sent(), actor=None)


def test_code_serves_once(amina):
    actions.send_code(amina, "email", actor=None)
    actions.verify_contact(amina, "email", digits_sent(), actor=None)
    with pytest.raises(WrongCode):
        actions.verify_contact(amina, "email", digits_sent(), actor=None)


def test_new_code_kills_the_one_before(amina):
    actions.send_code(amina, "email", actor=None)
    first = digits_sent()
    actions.send_code(amina, "email", actor=None)
    if first != digits_sent():
        with pytest.raises(WrongCode):
            actions.verify_contact(amina, "email", first, actor=None)


def test_code_of_an_address_that_changed_is_worth_nothing(amina):
    actions.send_code(amina, "email", actor=None)
    actions.change_person(amina, actor=None, email="autre@example.invalid")
    with pytest.raises(WrongCode, match="a changé"):
        actions.verify_contact(amina, "email", digits_sent(), actor=None)


def test_sixth_code_in_an_hour_is_refused(amina):
    for _ in range(5):
        actions.send_code(amina, "email", actor=None)
    with pytest.raises(Refused, match="dans une heure"):
        actions.send_code(amina, "email", actor=None)


def test_code_of_nobody_is_wrong(amina):
    with pytest.raises(WrongCode):
        actions.verify_contact(amina, "email", "123456", actor=None)


def together(count, gesture):
    """Do the same thing from several connections at the same moment; returns how many succeeded."""
    start, done, faults = threading.Barrier(count), [], []

    def run():
        try:
            start.wait()
            gesture()
            done.append(True)
        except WrongCode:
            pass
        except Exception as fault:  # a thread must not swallow what the test should show
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    return len(done)


@pytest.mark.django_db(transaction=True)
def test_code_given_twice_at_the_same_moment_serves_once():
    person = actions.create_person(actor=None, first_name="Amina", last_name="Benali", email="amina@example.invalid")
    actions.send_code(person, "email", actor=None)
    digits = digits_sent()
    assert together(4, lambda: actions.check_code(person, "email", digits)) == 1


@pytest.mark.django_db(transaction=True)
def test_wrong_codes_at_the_same_moment_are_all_counted():
    person = actions.create_person(actor=None, first_name="Amina", last_name="Benali", email="amina@example.invalid")
    actions.send_code(person, "email", actor=None)
    false = wrong(digits_sent())
    assert together(8, lambda: actions.check_code(person, "email", false)) == 0
    assert VerificationCode.objects.get().attempts == 5


@pytest.mark.django_db(transaction=True)
def test_person_of_an_account_asked_at_the_same_moment_is_made_once():
    user = get_user_model().objects.create_user("a@example.invalid")
    assert together(4, lambda: actions.person_of(user)) == 4
    assert Person.objects.filter(user=user).count() == 1
