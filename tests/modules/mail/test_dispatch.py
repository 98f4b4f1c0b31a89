"""What leaves: e-mail with its link, registered numbers, lists of deposit; acknowledgments with their mentions."""

import datetime
import io
import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from beffroi.kernel.models import Delivery
from beffroi.modules.mail import actions
from beffroi.modules.mail.actions.dispatching import check_figure, registered_number
from beffroi.modules.mail.mentions import mentions
from beffroi.modules.mail.models import Dispatch, NumberRange, Regime
from beffroi.shared.files import storage
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import verifying

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(make_draft, agent, make_pdf):
    def make(**more):
        return actions.sign_on_paper(make_draft(**more), actor=agent, document=make_pdf())

    return make


@pytest.fixture
def block(operator, manager):
    def make(first=10, last=14, service="2C"):
        return actions.save_range(
            NumberRange(organisation=operator, service=service, first=first, last=last), actor=manager
        )

    return make


def test_letter_sent_by_email_is_read_by_its_link_for_a_month(ready, clerk, client, monkeypatch):
    letter = ready()
    actions.send_letter(letter, actor=clerk, mode="email", address="jeanne@example.invalid")
    message = Delivery.objects.get(address="jeanne@example.invalid")
    assert "Jeanne" not in message.subject
    link = next(word for word in message.body.split() if "/courrier/lettre/" in word)
    path = link.partition("//")[2].partition("/")[2]
    answer = client.get(f"/{path}")
    assert answer.status_code == 200
    assert b"".join(client.get(answer.context["url"]).streaming_content).startswith(b"%PDF-")
    assert client.get("/courrier/lettre/12:abc:def/").status_code == 404
    import time

    later = time.time() + 31 * 24 * 3600
    monkeypatch.setattr(time, "time", lambda: later)
    assert client.get(f"/{path}").status_code == 404


def test_email_without_address_is_refused(ready, clerk):
    with pytest.raises(ValidationError) as refusal:
        actions.send_letter(ready(), actor=clerk, mode="email")
    assert "address" in refusal.value.message_dict


@given(st.integers(0, 10**10 - 1))
def test_last_figure_finds_any_wrong_figure(serial):
    digits = f"{serial:010d}"
    for place in range(10):
        other = digits[:place] + str((int(digits[place]) + 1) % 10) + digits[place + 1 :]
        assert check_figure(other) != check_figure(digits)


def test_registered_letters_take_the_numbers_of_the_range_then_say_that_it_is_over(ready, clerk, block):
    block(10, 11)
    sent = [actions.send_letter(ready(), actor=clerk, mode="registered") for _turn in range(2)]
    assert [one.number for one in sent] == [registered_number("2C", 10), registered_number("2C", 11)]
    last = ready()
    with pytest.raises(ValidationError) as refusal:
        actions.send_letter(last, actor=clerk, mode="registered")
    assert "number" in refusal.value.message_dict
    last.refresh_from_db()
    assert last.state == "signed", "nothing has left"
    assert actions.send_letter(last, actor=clerk, mode="registered", number="1a 001 002 0030 4").number.startswith("1A")


def test_same_number_is_refused_by_the_page_and_by_the_database(ready, clerk):
    actions.send_letter(ready(), actor=clerk, mode="registered", number="1A 1")
    with pytest.raises(ValidationError, match="déjà pris"):
        actions.send_letter(ready(), actor=clerk, mode="registered", number="1A 1")
    with pytest.raises(IntegrityError), transaction.atomic():
        Dispatch.objects.create(letter=ready(), mode="registered", number="1A 1")


@pytest.mark.parametrize(("first", "last"), [(5, 10), (12, 20), (10, 14), (20, 15), (0, 10**10)])
def test_range_that_crosses_another_or_makes_no_sense_is_refused(block, first, last):
    block(10, 14)
    with pytest.raises(ValidationError):
        block(first, last)


def test_deposit_lists_what_waits_once(ready, clerk, operator, block, client):
    block()
    for _turn in range(2):
        actions.send_letter(ready(), actor=clerk, mode="registered")
    deposit = actions.deposit_registered(operator, actor=clerk)
    assert deposit.dispatches.count() == 2
    with pytest.raises(ValidationError, match="Aucun recommandé"):
        actions.deposit_registered(operator, actor=clerk)
    client.force_login(clerk)
    content = client.get(f"/bureau/courrier/bordereaux/{deposit.pk}.pdf").content
    text = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    for dispatch in deposit.dispatches.all():
        assert dispatch.number in text
    dispatch = deposit.dispatches.first()
    actions.note_outcome(dispatch, actor=clerk, outcome="delivered", outcome_on=timezone.localdate())
    dispatch.refresh_from_db()
    assert dispatch.outcome == "delivered"


@pytest.mark.django_db(transaction=True)
def test_registered_numbers_are_never_given_twice_at_once(ready, clerk, block):
    block(1, 40)
    letters = [ready() for _turn in range(12)]
    start, faults = threading.Barrier(len(letters)), []

    def send(letter):
        start.wait(30)
        try:
            actions.send_letter(letter, actor=clerk, mode="registered")
        except Exception as fault:  # noqa: BLE001  told by the thread that waits
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(letter,)) for letter in letters]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    numbers = set(Dispatch.objects.values_list("number", flat=True))
    assert numbers == {registered_number("2C", serial) for serial in range(1, 13)}


@pytest.fixture
def acknowledged(make_letter, make_type, clerk, team, operator):
    """A letter qualified under a regime, and what its acknowledgment says."""
    operator.address, operator.city, operator.phone = "2 rue des Sœurs-Grises", "Doullens", "03 22 77 80 00"
    operator.email = "contact@example.invalid"
    operator.save()

    def make(regime, **more):
        kind = make_type(regime, regime=regime, basis="CRPA, article d’essai", **more)
        letter = actions.route_letter(make_letter(), actor=clerk, type=kind, team=team)
        return letter, "\n".join(mentions(letter)).replace("\u202f", " ").replace("\xa0", " ")

    return make


def day_of(day) -> str:
    from beffroi.kernel.ui import formats

    return formats.day(day).replace("\xa0", " ")


def test_acknowledgment_of_a_request_that_silence_refuses(acknowledged):
    """CRPA R112-5: date of receipt, date of the implicit decision, service, delays and ways of appeal."""
    letter, text = acknowledged(Regime.SVR)
    for part in (
        day_of(letter.arrived_on),
        f"réputée rejetée le {day_of(letter.implicit_on)}",
        "deux mois",
        "tribunal administratif",
        "Accueil",
        "2 rue des Sœurs-Grises",
        "03 22 77 80 00",
        "contact@example.invalid",
        letter.chrono,
        "CRPA, article d’essai",
    ):
        assert part in text, part
    assert "L232-3" not in text


def test_acknowledgment_of_a_request_that_silence_accepts(acknowledged):
    """CRPA R112-5: it tells that a certificate may be asked for (L232-3), and no way of appeal."""
    letter, text = acknowledged(Regime.SVA)
    assert f"réputée acceptée le {day_of(letter.implicit_on)}" in text
    assert "L232-3" in text
    assert "tribunal" not in text


def test_acknowledgment_of_an_incomplete_request_says_what_is_missing(acknowledged, agent):
    """CRPA R112-5, 3° and L114-5."""
    until = timezone.localdate() + datetime.timedelta(days=15)
    for regime, effect in ((Regime.SVA, "ne commencera qu’à"), (Regime.SVR, "suspend")):
        letter, _text = acknowledged(regime)
        actions.ask_pieces(letter, actor=agent, pieces="Un relevé bancaire.", until=until)
        text = "\n".join(mentions(letter)).replace("\xa0", " ")
        assert f"avant le {day_of(until)}" in text
        assert "relevé bancaire" in text
        assert effect in text


def test_particular_ways_of_appeal_replace_the_usual_ones(acknowledged):
    _letter, text = acknowledged(Regime.SVR, remedies="Recours préalable obligatoire devant la commission.")
    assert "devant la commission" in text
    assert "telerecours" not in text


def test_acknowledgment_is_kept_with_its_fingerprint_and_sent(acknowledged, agent):
    letter, _text = acknowledged(Regime.SVR)
    receipt = actions.acknowledge_letter(letter, actor=agent, address="jeanne@example.invalid")
    file = StoredFile.objects.about(letter).get(kind="receipt")
    assert receipt.sha256 == file.blob.sha256
    assert receipt.decision_on == letter.implicit_on
    message = Delivery.objects.get(address="jeanne@example.invalid")
    assert "réputée rejetée" in message.body
    assert "Martin" not in message.subject


def test_certificate_is_made_once_silence_has_accepted(make_letter, make_type, clerk, team, client):
    """CRPA L231-1, L232-3."""
    kind = make_type(regime=Regime.SVA)
    old = timezone.localdate() - datetime.timedelta(days=70)
    accepted = actions.route_letter(make_letter(arrived_on=old), actor=clerk, type=kind, team=team)
    recent = actions.route_letter(make_letter(), actor=clerk, type=kind, team=team)
    client.force_login(clerk)
    for letter in (accepted, recent):
        assert client.post(f"/bureau/courrier/{letter.pk}/attestation/").status_code == 302
    file = StoredFile.objects.get(kind="certificate")
    assert file.target == accepted
    content = b"".join(client.get(file.url).streaming_content)
    text = " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())
    assert "réputée acceptée depuis cette date" in text
    assert accepted.chrono in text
    with pytest.raises(ValidationError, match="silence"):
        actions.certify_acceptance(recent, actor=clerk)


def test_acknowledgment_may_bear_the_seal(acknowledged, agent):
    letter, _text = acknowledged(Regime.SVR)
    actions.acknowledge_letter(letter, actor=agent, sealed=True)
    file = StoredFile.objects.about(letter).get(kind="receipt")
    content = b"".join(storage.contents().read(storage.address(file.blob.sha256)))
    assert [(one.is_good, one.ours) for one in verifying.verify(content)] == [(True, True)]


def test_acknowledgment_waits_for_the_letter_to_be_qualified(make_letter, clerk):
    with pytest.raises(ValidationError, match="Qualifiez"):
        actions.acknowledge_letter(make_letter(), actor=clerk)
