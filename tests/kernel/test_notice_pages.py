"""« Mes avis », « Mes préférences », the letter box of a demonstration, the messages seen by the operator."""

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives

from beffroi.kernel.models import Delivery, Entry, NoticePreference
from beffroi.kernel.notices import mailbox
from beffroi.shared.organisations.models import Organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def resident(client, make_user):
    user = make_user()
    client.force_login(user)
    return user


@pytest.fixture
def operator(make_user, make_organisation, give_role):
    user = make_user()
    body = Organisation.objects.filter(is_operator=True).first() or make_organisation(kind="epci", is_operator=True)
    give_role(user, "operator_admin", body)
    return user


def notice(user, number=1, **fields):
    defaults = {"key": f"{user.pk}-{number}", "channel": "inapp", "state": "sent", "subject": f"Avis n° {number}"}
    return Delivery.objects.create(user=user, body="Le banc est réparé.", **defaults | fields)


def test_inbox_counts_reads_and_leads_to_the_matter(client, resident):
    one = notice(resident, url="http://testserver/suivi/1/")
    assert "Avis n° 1" in client.get("/compte/avis/").content.decode()
    assert "Mes avis" in client.get("/recherche/").content.decode()  # the bell of the head
    answer = client.get(f"/compte/avis/{one.pk}/")
    assert answer["Location"] == "http://testserver/suivi/1/"
    one.refresh_from_db()
    assert one.read_at is not None
    assert "Avis n° 1" not in client.get("/compte/avis/?non-lus").content.decode()


def test_inbox_never_leads_out_of_the_site(client, resident):
    one = notice(resident, url="https://ailleurs.example/")
    assert client.get(f"/compte/avis/{one.pk}/")["Location"] == "/compte/avis/"


def test_inbox_of_another_does_not_exist(client, resident, make_user):
    one = notice(make_user())
    assert client.get(f"/compte/avis/{one.pk}/").status_code == 404
    assert "Avis n° 1" not in client.get("/compte/avis/").content.decode()
    client.post("/compte/avis/tout-lire/")
    one.refresh_from_db()
    assert one.read_at is None


def test_inbox_all_is_read_at_once(client, resident):
    for number in range(3):
        notice(resident, number)
    client.post("/compte/avis/tout-lire/")
    assert not Delivery.objects.filter(read_at=None).exists()


def test_inbox_asks_as_many_queries_for_many_notices(client, resident, django_assert_max_num_queries):
    for number in range(60):
        notice(resident, number)
    with django_assert_max_num_queries(12):
        client.get("/compte/avis/")


def test_preferences_are_kept_by_category(client, resident):
    form = {"quiet_start": "21:00", "quiet_end": "07:00", "on_sample": []}
    assert client.post("/compte/preferences/", form).status_code == 302
    kept = NoticePreference.objects.get(user=resident, category="sample")
    assert (kept.email, kept.push, kept.sms) == (False, True, False)  # push is not offered without a device
    page = client.get("/compte/preferences/").content.decode()
    assert 'value="21:00"' in page


def test_preferences_refuse_an_impossible_hour_and_keep_the_rest(client, resident):
    answer = client.post("/compte/preferences/", {"quiet_start": "25:00", "quiet_end": "07:00"})
    assert answer.status_code == 200
    assert 'value="25:00"' in answer.content.decode()
    assert not NoticePreference.objects.exists()


def test_letter_box_exists_in_a_demonstration_only(client, settings, tmp_path):
    assert client.get("/demo/courriels/").status_code == 404
    settings.DEMO, settings.HOME = True, tmp_path
    settings.EMAIL_BACKEND = "beffroi.kernel.notices.mailbox.MailboxBackend"
    message = EmailMultiAlternatives("Votre code", "Code : 123 456\n<b>", "a@b.invalid", ["alix@example.invalid"])
    message.attach_alternative("<p>Code</p>", "text/html")
    message.send()
    assert mail.outbox == []
    page = client.get("/demo/courriels/?a=alix@example.invalid").content.decode()
    assert "Votre code" in page
    assert "Votre code" not in client.get("/demo/courriels/?a=autre@example.invalid").content.decode()
    [letter] = mailbox.letters()
    page = client.get(f"/demo/courriels/{letter.name}/").content.decode()
    assert "Code : 123 456" in page
    assert "&lt;b&gt;" in page
    assert client.get("/demo/courriels/rien/").status_code == 404


def test_outbox_is_seen_by_the_operator_without_whole_addresses(client, operator, agent):
    Delivery.objects.create(
        key="1", channel="email", address="alix@example.invalid", subject="Secret", state="refused", error="SMTP 550"
    )
    client.force_login(agent)
    assert client.get("/bureau/technique/envois/").status_code == 403
    client.force_login(operator)
    page = client.get("/bureau/technique/envois/?etat=refused").content.decode()
    assert "a…@example.invalid" in page
    assert "SMTP 550" in page
    assert "alix@" not in page


def test_outbox_resends_what_was_refused_never_what_has_left(client, operator):
    refused = Delivery.objects.create(key="1", channel="email", address="a@example.invalid", state="refused")
    sent = Delivery.objects.create(key="2", channel="email", address="b@example.invalid", state="sent")
    client.force_login(operator)
    client.post("/bureau/technique/envois/renvoyer/", {"choix": [str(refused.pk), str(sent.pk), "x"]})
    refused.refresh_from_db()
    sent.refresh_from_db()
    assert (refused.state, sent.state) == ("waiting", "sent")
    assert Entry.objects.get(verb="kernel.resend").data == {"count": 1}
