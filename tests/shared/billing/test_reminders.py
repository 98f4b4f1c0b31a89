"""Reminders: when and how the régie says, by message to who can be written to, by posted letters to the others."""

import io
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling, sms
from beffroi.shared.billing import actions, reminding
from beffroi.shared.billing.models import LetterBatch, Regie, Reminder
from beffroi.shared.billing.reminding import Step
from beffroi.shared.people.models import Person
from tests.support.together import at_once

DESK = "/bureau/regie/relances/"
PAGE = f"{DESK}ACM/"


def plain(content) -> str:
    return content.decode().replace("\u202f", " ").replace("\u00a0", " ")


@pytest.fixture
def late(make_invoice):
    """An invoice so many days after its last day."""

    def make(days, **fields):
        return make_invoice(issued_on=timezone.localdate() - timedelta(days=30 + days), **fields)

    return make


@pytest.fixture
def on_paper(db):
    """A payer with neither account nor e-mail."""
    return Person.objects.create(
        first_name="Odette", last_name="Fournier", address="8 rue Haute", postal_code="80600", city="Doullens"
    )


@pytest.fixture
def desk(client, regisseur, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    client.force_login(regisseur)
    return client


def step(days, **fields):
    values = {"title": f"Étape à {days} jours", "text": "La facture {facture} : il reste {reste}."} | fields
    return Step(days=days, **values)


def messages_of(verb):
    entry = Entry.objects.filter(verb=verb).latest("pk")
    filling.fill(entry)
    return list(Delivery.objects.filter(entry=entry))


def test_each_regie_says_when_it_reminds_and_in_which_words(regie, late, regisseur):
    invoice = late(6)
    assert actions.remind_late() == 1
    assert invoice.reminders.get().title == "Rappel"
    actions.save_reminders(regie, [step(5, text="Il reste {reste} sur {facture}."), step(2), step(40)], actor=regisseur)
    assert [one.days for one in Regie.objects.get().steps] == [2, 5, 40], "they follow their delays"
    assert actions.remind_late() == 1, "the step that it has reached since its last one"
    last = invoice.reminders.get(days=5)
    assert (last.step, plain(last.text.encode())) == (2, f"Il reste 42,00 € sur {invoice.number}.")
    assert any(last.text in one.body for one in messages_of("billing.remind"))
    assert actions.remind_late() == 0


def test_a_regie_without_step_never_reminds(regie, late, regisseur):
    invoice = late(60)
    actions.save_reminders(regie, [], actor=regisseur)
    assert actions.remind_late() == 0
    assert actions.remind(invoice, actor=regisseur, early=True) is None


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ([step(3), step(3)], "une autre étape"),
        ([step(0)], "jours de retard"),
        ([step(3, title=" ")], "donnez-lui un nom"),
        ([step(3, text="Bonjour {prénom}")], "ne veut rien dire"),
        ([step(3, channel="pigeon")], "choisissez comment"),
        ([step(day) for day in range(1, 9)], "Au plus 6"),
    ],
)
def test_what_could_not_be_followed_is_refused_in_words(regie, regisseur, steps, said):
    with pytest.raises(ValidationError, match=said):
        actions.save_reminders(regie, steps, actor=regisseur)
    assert Regie.objects.get().steps == list(reminding.USUAL)


def test_the_regisseur_writes_the_steps_and_keeps_what_was_typed(desk, regie):
    page = desk.get(f"{PAGE}etapes/").content.decode()
    assert "Dernier avis" in page
    data = {"days0": 10, "title0": "Petit rappel", "channel0": "both", "text0": "La facture {facture} attend."}
    page = desk.post(f"{PAGE}etapes/", data | {"days1": 20, "text1": "Sans nom"}).content.decode()
    assert "videz toute l’étape" in page
    assert "Petit rappel" in page
    assert "ne veut rien dire" in plain(desk.post(f"{PAGE}etapes/", data | {"text0": "{nom}"}).content)
    assert desk.post(f"{PAGE}etapes/", data).status_code == 302
    (kept,) = Regie.objects.get().steps
    assert (kept.days, kept.channel, kept.text) == (10, "both", "La facture {facture} attend.")


def test_who_cannot_be_written_to_gets_a_letter_said_sent_once_posted(desk, regie, late, on_paper):
    by_mail, by_post = late(4), late(4, payer=on_paper)
    assert actions.remind_late() == 2
    assert (by_mail.reminders.get().status[0], by_mail.reminders.get().by_post) == ("Envoyée", False)
    letter = by_post.reminders.get()
    assert (letter.status[0], letter.sent_on) == ("À imprimer", None)
    assert messages_of("billing.remind_letter") == [], "nothing is said sent when nothing leaves"
    page = plain(desk.get(PAGE).content)
    assert by_post.number in page
    assert by_mail.number not in page
    answer = desk.post(PAGE, {"choix": [letter.pk, "abc", "999999"]})
    batch = LetterBatch.objects.get()
    assert answer["Location"] == batch.get_absolute_url()
    reader = PdfReader(io.BytesIO(desk.get(f"{DESK}lots/{batch.pk}/relances.pdf").content))
    text = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    for words in ("Odette Fournier", "8 rue Haute", by_post.number, "42,00"):
        assert words in text
    assert reader.metadata.title == "Relances, Accueils de loisirs"
    assert "pdfuaid" in reader.xmp_metadata.stream.get_data().decode()
    desk.post(f"{DESK}lots/{batch.pk}/poster/")
    assert by_post.reminders.get().sent_on is None, "not before it is printed"
    desk.post(f"{DESK}lots/{batch.pk}/imprimer/")
    assert by_post.reminders.get().status[0] == "Imprimée, à poster"
    desk.post(f"{DESK}lots/{batch.pk}/poster/")
    assert by_post.reminders.get().sent_on == timezone.localdate()
    assert "Postée" in desk.get(f"/bureau/regie/factures/{by_post.number}/").content.decode()
    assert "Rien à imprimer" in desk.get(PAGE).content.decode()
    assert desk.get(f"{DESK}lots/{batch.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("phone", "by_post"), [("06 39 98 00 03", False), ("03 53 01 00 01", True), ("inconnu", True), ("", True)]
)
def test_a_text_message_reaches_a_mobile_only(regie, late, on_paper, monkeypatch, phone, by_post):
    monkeypatch.setattr(sms, "is_available", lambda: True)
    on_paper.phone = phone
    on_paper.save()
    invoice = late(4, payer=on_paper)
    actions.remind_late()
    assert invoice.reminders.get().by_post is by_post


def test_the_next_step_waits_for_the_letter_of_the_one_before(regie, late, on_paper, regisseur):
    invoice = late(16, payer=on_paper)
    assert actions.remind_late(timezone.localdate() - timedelta(days=10)) == 1
    assert actions.remind_late() == 0
    with pytest.raises(ValidationError, match="pas encore postée"):
        actions.remind(invoice, actor=regisseur)
    batch = actions.prepare_letters(regie, [invoice.reminders.get().pk], actor=regisseur)
    actions.mark_posted(actions.mark_printed(batch, actor=regisseur), actor=regisseur)
    assert actions.remind_late() == 1
    assert list(invoice.reminders.values_list("days", flat=True)) == [3, 15]


def test_a_letter_to_all_and_a_message_with_a_letter(regie, late, regisseur):
    actions.save_reminders(regie, [step(3, channel="letter"), step(10, channel="both")], actor=regisseur)
    first, second = late(4), late(12)
    assert actions.remind_late() == 2
    assert first.reminders.get().by_post
    assert second.reminders.get().by_post
    assert Entry.objects.filter(verb="billing.remind_letter").count() == 1
    assert messages_of("billing.remind") != []


def test_what_is_paid_or_debited_meanwhile_is_not_printed(regie, late, on_paper, regisseur):
    paid, part = late(4, payer=on_paper), late(4, payer=on_paper)
    actions.remind_late()
    wanted = list(Reminder.objects.values_list("pk", flat=True))
    receive = {"regie": regie, "method": "cheque", "payer": on_paper, "actor": regisseur}
    actions.receive_payment(amount=4200, invoices=[paid], **receive)
    actions.receive_payment(amount=1200, invoices=[part], **receive)
    batch = actions.prepare_letters(regie, wanted, actor=regisseur)
    (letter,) = batch.letters.all()
    assert (letter.invoice, letter.due) == (part, 3000)
    assert "30,00" in letter.text, "the letter says what is due the day when it is printed"
    with pytest.raises(ValidationError, match="ne sont plus à imprimer"):
        actions.prepare_letters(regie, wanted, actor=regisseur)


def test_a_batch_is_undone_until_it_is_posted(regie, late, on_paper, regisseur):
    late(4, payer=on_paper)
    actions.remind_late()
    batch = actions.prepare_letters(regie, [Reminder.objects.get().pk], actor=regisseur)
    actions.undo_letters(actions.mark_printed(batch, actor=regisseur), actor=regisseur)
    assert actions.letters_of(regie).count() == 1
    second = actions.prepare_letters(regie, [Reminder.objects.get().pk], actor=regisseur)
    actions.mark_posted(actions.mark_printed(second, actor=regisseur), actor=regisseur)
    with pytest.raises(ValidationError, match="Posté"):
        actions.undo_letters(second, actor=regisseur)
    with pytest.raises(IntegrityError):
        LetterBatch.objects.filter(pk=second.pk).update(sent_on=None)


@pytest.mark.django_db(transaction=True)
def test_a_step_is_taken_once_and_its_letter_printed_once(regie, late, on_paper, regisseur):
    invoice = late(4, payer=on_paper)
    answers = at_once(*[lambda: actions.remind(invoice, actor=regisseur)] * 4)
    assert sum(isinstance(answer, Reminder) for answer in answers) == 1
    pk = Reminder.objects.get().pk
    batches = at_once(*[lambda: actions.prepare_letters(regie, [pk], actor=regisseur)] * 3)
    assert sum(isinstance(batch, LetterBatch) for batch in batches) == 1


def test_letters_and_steps_of_another_body_are_unseen(client, make_user, regie, late, on_paper, regisseur, settings):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    from beffroi.shared.organisations.models import Organisation

    late(4, payer=on_paper)
    actions.remind_late()
    batch = actions.prepare_letters(regie, [Reminder.objects.get().pk], actor=regisseur)
    other = Organisation.objects.create(kind="commune", name="Ailleurs", slug="ailleurs")
    client.force_login(make_user("regisseur", other))
    for path in (PAGE, f"{PAGE}etapes/", f"{DESK}lots/{batch.pk}/", f"{DESK}lots/{batch.pk}/relances.pdf"):
        assert client.get(path).status_code == 404
    assert client.post(f"{DESK}lots/{batch.pk}/defaire/").status_code == 404
