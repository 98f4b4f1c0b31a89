"""Being told: deposits, what is new in what one follows, days to remember."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.documents import actions
from beffroi.shared.documents.models import DocumentType, Following, Reminder
from beffroi.shared.files.actions import store_upload
from tests.shared.documents.conftest import sent
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def told(verb: str) -> list[str]:
    """Whom the last line of this verb tells, by e-mail."""
    entry = Entry.objects.filter(verb=verb).latest("pk")
    filling.fill(entry)
    return sorted(Delivery.objects.filter(entry=entry, channel="email").values_list("user__email", flat=True))


def later(days=1):
    return timezone.now() + datetime.timedelta(days=days)


def test_who_gave_a_deposit_link_is_told_of_the_files(people, make_folder):
    folder = make_folder("Pièces")
    link, _token = actions.give_link(
        folder, actor=people["outside"], purpose="deposit", label="Entreprise", expires_at=later()
    )
    file = store_upload(sent("devis.txt"), actor=None, kind="document")
    actions.deposit(link, [file], sender="Entreprise Dupont")
    assert told("documents.outside") == [people["outside"].email]
    body = Delivery.objects.filter(channel="email").latest("created_at")
    assert "Pièces" in body.body
    assert "Pièces" not in body.subject, "the name of a folder may be that of a person"


def test_reading_a_shared_link_tells_nobody(people, make_document):
    document = make_document()
    link, _token = actions.give_link(
        document, actor=people["outside"], purpose="share", label="Notaire", expires_at=later()
    )
    actions.use_link(link)
    assert told("documents.outside") == []


def test_follower_is_told_once_a_day_of_what_others_brought(people, make_document, make_folder):
    outer = make_folder("Marchés")
    inner = make_folder("Lot 1", parent=outer)
    follower = people["outside"]
    assert actions.toggle_following(outer, actor=follower)
    make_document("de moi.txt", b"moi", folder=outer, actor=follower)
    assert actions.tell_news(later()) == 0, "what one brought oneself is not news"
    Following.objects.update(told_until=timezone.now() - datetime.timedelta(minutes=1))
    make_document("a.txt", b"a", folder=outer)
    make_document("b.txt", b"b", folder=inner)
    assert actions.tell_news(later()) == 1
    entry = Entry.objects.get(verb="documents.news")
    assert entry.data["count"] == 2
    assert told("documents.news") == [follower.email]
    assert "2\xa0documents ou versions" in Delivery.objects.filter(channel="email").latest("created_at").body
    assert actions.tell_news(later(2)) == 0, "nothing new since"


def test_what_is_shut_afterwards_is_neither_counted_nor_told(people, make_document, make_folder):
    folder = make_folder("Personnel")
    follower = people["outside"]
    actions.toggle_following(folder, actor=follower)
    hidden = make_document("secret.txt", b"secret", folder=folder)
    make_document("ouvert.txt", b"ouvert", folder=folder)
    actions.fence_off(hidden, actor=people["manager"], inherits=False)
    assert actions.tell_news(later()) == 1
    assert Entry.objects.get(verb="documents.news").data["count"] == 1
    make_document("autre.txt", b"autre", folder=folder)
    actions.fence_off(folder, actor=people["manager"], inherits=False)
    assert actions.tell_news(later(2)) == 0


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_tell_once(people, make_document, make_folder):
    folder = make_folder("Marchés")
    actions.toggle_following(folder, actor=people["outside"])
    document = make_document("a.txt", b"a", folder=folder)
    actions.add_reminder(
        document, actor=people["outside"], due_on=timezone.localdate() + datetime.timedelta(days=1), label="Relire"
    )
    moment, day = later(), timezone.localdate() + datetime.timedelta(days=1)
    answers = at_once(*[lambda: (actions.tell_news(moment), actions.tell_reminders(day)) for _ in range(3)])
    assert not [one for one in answers if isinstance(one, Exception)]
    assert Entry.objects.filter(verb="documents.news").count() == 1
    assert Entry.objects.filter(verb="documents.reminder").count() == 1


def test_reminder_is_told_to_its_author_alone_on_its_day(people, make_document):
    document = make_document("assurance.pdf")
    day = timezone.localdate() + datetime.timedelta(days=10)
    mine = actions.add_reminder(document, actor=people["outside"], due_on=day, label="Renouveler")
    assert actions.tell_reminders(day - datetime.timedelta(days=1)) == 0
    assert actions.tell_reminders(day) == 1
    assert told("documents.reminder") == [people["outside"].email]
    assert "Renouveler" not in str(Entry.objects.get(verb="documents.reminder").data)
    assert actions.tell_reminders(day) == 0
    mine.refresh_from_db()
    assert mine.told_at is not None
    with pytest.raises(ValidationError, match="à venir"):
        actions.add_reminder(document, actor=people["outside"], due_on=timezone.localdate(), label="Hier")


@pytest.fixture
def contract(make_document, people, space):
    """A contract whose end is in forty days; its type has people told thirty days before."""
    kind = actions.save_type(
        DocumentType(
            organisation=space.organisation,
            name="Contrat",
            fields=[{"name": "fin", "label": "Fin du contrat", "type": "date", "remind": 30}],
        ),
        actor=people["manager"],
    )
    document = make_document("contrat.txt", actor=people["outside"])
    document.kind = kind
    document.values = {"fin": (timezone.localdate() + datetime.timedelta(days=40)).isoformat()}
    return actions.update_document(document, actor=people["outside"])


def test_date_of_a_field_is_told_before_to_who_follows_and_who_brought_it(contract, people):
    today = timezone.localdate()
    actions.toggle_following(contract, actor=people["manager"])
    assert actions.tell_reminders(today + datetime.timedelta(days=9)) == 0
    assert actions.tell_reminders(today + datetime.timedelta(days=12)) == 1
    assert told("documents.reminder") == sorted([people["outside"].email, people["manager"].email])
    assert actions.tell_reminders(today + datetime.timedelta(days=13)) == 0
    contract.values = {"fin": (today + datetime.timedelta(days=45)).isoformat()}
    actions.update_document(contract, actor=people["outside"])
    assert actions.tell_reminders(today + datetime.timedelta(days=20)) == 1, "a date that has moved is told again"
    assert Reminder.objects.filter(document=contract).count() == 2


def test_page_tells_the_dates_to_come_before_they_are_told(client, contract, people):
    client.force_login(people["outside"])
    page = client.get(reverse("documents:remind", args=[contract.pk])).content.decode()
    assert "Fin du contrat" in page
    assert "30\xa0jours avant" in page
    contract.values = {"fin": "n’importe quoi"}
    contract.save(update_fields=["values"])
    assert "Fin du contrat" not in client.get(reverse("documents:remind", args=[contract.pk])).content.decode()


def test_document_thrown_away_and_nonsense_dates_are_not_told(contract, people):
    day = timezone.localdate() + datetime.timedelta(days=12)
    contract.values = {"fin": f"{day.year}-{day.month:02}-99"}
    contract.save(update_fields=["values"])
    assert actions.tell_reminders(day) == 0
    contract.values = {"fin": (day + datetime.timedelta(days=5)).isoformat()}
    contract.save(update_fields=["values"])
    actions.throw_document(contract, actor=people["manager"])
    assert actions.tell_reminders(day) == 0


def test_pages_follow_remind_and_stop(client, people, make_document, make_folder):
    folder = make_folder("Contrats")
    document = make_document("contrat.txt", folder=folder)
    client.force_login(people["outside"])
    for kind, thing in (("dossiers", folder), ("documents", document)):
        page = client.post(reverse("documents:follow", args=[kind, thing.pk]), follow=True).content.decode()
        assert "Vous serez prévenu le matin" in page
        assert "Ne plus suivre" in page
    address = reverse("documents:remind", args=[document.pk])
    day = timezone.localdate() + datetime.timedelta(days=3)
    refused = client.post(address, {"due_on": "", "label": "Renouveler"}).content.decode()
    assert "Renouveler" in refused
    client.post(address, {"due_on": day, "label": "Renouveler"})
    assert "Renouveler" in client.get(address).content.decode()
    mine = client.get(reverse("documents:following")).content.decode()
    assert "Contrats" in mine
    assert "Renouveler" in mine
    reminder = Reminder.objects.get()
    client.force_login(people["manager"])
    assert "Renouveler" not in client.get(address).content.decode(), "a day of one's own is nobody else's"
    assert client.post(reverse("documents:drop_reminder", args=[reminder.pk])).status_code == 404
    following = Following.objects.first()
    assert client.post(reverse("documents:stop_following", args=[following.pk])).status_code == 404
    client.force_login(people["outside"])
    client.post(reverse("documents:drop_reminder", args=[reminder.pk]))
    client.post(reverse("documents:stop_following", args=[following.pk]))
    assert not Reminder.objects.exists()
    assert Following.objects.count() == 1


def test_hidden_document_is_neither_followed_nor_reminded(client, people, make_document):
    document = make_document("secret.txt")
    actions.fence_off(document, actor=people["manager"], inherits=False)
    client.force_login(people["outside"])
    assert client.post(reverse("documents:follow", args=["documents", document.pk])).status_code == 404
    assert client.get(reverse("documents:remind", args=[document.pk])).status_code == 404


def test_type_says_how_many_days_before(client, people, space):
    client.force_login(people["manager"])
    data = {
        "name": "Contrat",
        "is_active": "on",
        "champ-TOTAL_FORMS": "1",
        "champ-INITIAL_FORMS": "0",
        "champ-0-label": "Échéance",
        "champ-0-type": "date",
        "champ-0-choices": "",
        "champ-0-remind": "30",
    }
    client.post(reverse("documents:new_type", args=[space.organisation.slug]), data)
    (spec,) = DocumentType.objects.get(name="Contrat").fields
    assert (spec["type"], spec["remind"]) == ("date", 30)
