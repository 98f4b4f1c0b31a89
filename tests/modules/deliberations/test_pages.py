import datetime
import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Delivery
from beffroi.kernel.ui import formats
from beffroi.modules.deliberations import actions
from beffroi.modules.deliberations.deadlines import online_until
from beffroi.modules.deliberations.models import Act, Alert
from beffroi.modules.deliberations.retention import RULES

pytestmark = pytest.mark.django_db
NAMESPACE = "http://www.interieur.gouv.fr/ACTES#v1.1-20040216"


def _text(response) -> str:
    """What a reader sees, with plain spaces."""
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.replace("\u202f", " ").replace("\xa0", " ").split())


def test_public_page_shows_what_the_law_wants(client, published):
    page = client.get(published.get_absolute_url())
    text = _text(page)
    for words in (
        published.object,
        published.number,
        "Alix Delattre, maire",
        "Finances locales/Subventions",
        published.sha256,
        "Exécutoire",
        "Recours possible",
    ):
        assert words in text
    document = client.get(reverse("deliberations:document", args=[published.organisation.slug, published.number]))
    assert document.status_code == 302
    answer = client.get(document["Location"])
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_act_that_is_not_published_has_no_public_page_nor_file(client, received):
    assert client.get(received.get_absolute_url()).status_code == 404
    (file,) = received.documents()
    assert client.get(file.url).status_code in (302, 403, 404)


def test_number_typed_in_lower_case_leads_to_the_page(client, make_act, secretary):
    act = make_act(nature="AR", must_transmit=False)
    actions.adopt_act(act, actor=secretary, decided_on=act.decided_on)
    actions.publish_act(act, actor=secretary)
    answer = client.get(act.get_absolute_url().replace("AR", "ar"))
    assert answer["Location"] == act.get_absolute_url()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?nature=DE", True),
        ("?nature=AR", False),
        ("?theme=7", True),
        ("?theme=8", False),
        ("?q=COMITE", True),
        ("?q=piscine", False),
        ("?q=2026-001", True),
        ("?depuis=2026-11-03&jusqu_au=2026-11-03", True),
        ("?depuis=2026-11-04", False),
        ("?depuis=n-importe-quoi&nature=%00&collectivite=%00&theme=99", True),
    ],
)
def test_list_and_feed_follow_the_same_filters(client, published, query, found):
    for name in ("list", "feed"):
        answer = client.get(reverse(f"deliberations:{name}") + query)
        assert answer.status_code == 200
        assert (published.object in answer.content.decode()) is found


def test_secretary_takes_an_act_from_its_draft_to_the_web(client, secretary, commune):
    client.force_login(secretary)
    given = {
        "organisation": commune.pk,
        "nature": "DE",
        "object": "Travaux de l’école",
        "matter": "1.1",
        "decided_on": "2026-11-03",
        "author_first_name": "Alix",
        "author_last_name": "Delattre",
        "author_quality": "maire",
        "must_transmit": "on",
        "document": SimpleUploadedFile("acte.pdf", b"%PDF-1.4\n1 0 obj<<>>endobj\n%%EOF", "application/pdf"),
    }
    answer = client.post(reverse("deliberations:new"), given)
    act = Act.objects.get()
    assert answer["Location"] == act.desk_url()
    for verb, fields in (
        ("adopt", {"decided_on": "2026-11-03"}),
        ("receive", {"receipt": "080-218002533-20261103-2026-001-DE", "received_on": "2026-11-05"}),
        ("publish", {}),
    ):
        page = client.get(reverse("deliberations:step", args=[act.pk, verb]))
        assert page.status_code == 200
        answer = client.post(reverse("deliberations:step", args=[act.pk, verb]), fields)
        assert answer["Location"] == act.desk_url()
    client.logout()
    assert client.get(Act.objects.get().get_absolute_url()).status_code == 200


def test_document_that_is_not_a_pdf_is_refused_beside_its_field(client, secretary, commune):
    client.force_login(secretary)
    given = {
        "organisation": commune.pk,
        "nature": "DE",
        "object": "Travaux",
        "matter": "1.1",
        "decided_on": "2026-11-03",
        "document": SimpleUploadedFile("acte.txt", b"du texte", "text/plain"),
    }
    page = client.post(reverse("deliberations:new"), given)
    assert page.status_code == 200
    assert "Donnez l’acte en PDF" in _text(page)
    assert "Travaux" in page.content.decode()
    assert not Act.objects.exists()


def test_published_act_offers_only_to_withdraw_or_anonymise(client, secretary, published):
    client.force_login(secretary)
    page = client.get(published.desk_url())
    text = _text(page)
    assert "Retirer" in text
    assert "Anonymiser" in text
    assert client.get(reverse("deliberations:edit", args=[published.pk])).status_code == 403
    Act.objects.update(is_online=True)
    until = formats.day(online_until(timezone.localdate(published.published_at))).replace("\xa0", " ")
    assert f"celui-ci jusqu’au {until}" in _text(
        client.get(reverse("deliberations:step", args=[published.pk, "withdraw"]))
    )
    again = client.post(reverse("deliberations:step", args=[published.pk, "publish"]), follow=True)
    assert again.status_code == 403


def test_agent_of_another_body_sees_nothing_of_a_commune(client, agent, received):
    client.force_login(agent)
    assert client.get(received.desk_url()).status_code == 404
    assert received.object not in client.get(reverse("deliberations:desk")).content.decode()


@pytest.mark.parametrize(
    ("role", "write", "publish"), [("agent", 200, 403), ("elected", 403, 403), ("secretary", 200, 200)]
)
def test_roles_and_verbs(client, make_user, commune, received, role, write, publish):
    client.force_login(make_user(role, commune))
    assert client.get(received.desk_url()).status_code == 200
    assert client.get(reverse("deliberations:new")).status_code == write
    assert client.get(reverse("deliberations:step", args=[received.pk, "publish"])).status_code == publish


def test_register_is_downloaded_as_it_is_filtered(client, secretary, published):
    client.force_login(secretary)
    content = client.get(reverse("deliberations:register_file", args=["csv"]) + "?nature=DE").content.decode()
    assert published.sha256 in content
    empty = client.get(reverse("deliberations:register_file", args=["csv"]) + "?nature=AR").content.decode()
    assert published.sha256 not in empty


def test_transmission_gives_the_files_of_the_norm(client, secretary, adopted):
    client.force_login(secretary)
    url = reverse("deliberations:transmission", args=[adopted.pk])
    assert "Beffroi n’envoie rien" in _text(client.get(url))
    answer = client.post(url, {"classification_on": "2022-01-01"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = sorted(archive.namelist())
    assert names == [f"{adopted.identifier}-1-1_0.xml", f"{adopted.identifier}-1-1_1.pdf"]


def _receipt(act, **changes) -> SimpleUploadedFile:
    given = {"number": act.number, "day": act.decided_on.isoformat(), "received": "2026-11-05"} | changes
    xml = (
        f'<a:ARActe xmlns:a="{NAMESPACE}" a:IDActe="080-218002533-20261103-{act.number}-DE"'
        f' a:DateReception="{given["received"]}"><a:ActeRecu a:Date="{given["day"]}"'
        f' a:NumeroInterne="{given["number"]}" a:CodeNatureActe="1"/></a:ARActe>'
    )
    return SimpleUploadedFile("ar.xml", xml.encode(), "application/xml")


def test_receipt_is_read_from_its_file(client, secretary, adopted):
    client.force_login(secretary)
    client.post(reverse("deliberations:step", args=[adopted.pk, "receive"]), {"file": _receipt(adopted)})
    adopted.refresh_from_db()
    assert adopted.received_on == datetime.date(2026, 11, 5)
    assert adopted.receipt == "080-218002533-20261103-2026-001-DE"


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (lambda act: _receipt(act, number="2026-777"), "2026-777"),
        (lambda act: _receipt(act, received=""), "date de réception manque"),
        (lambda act: SimpleUploadedFile("ar.xml", b"<a", "application/xml"), "pas un XML"),
        (lambda act: SimpleUploadedFile("ar.xml", b"<a/>", "application/xml"), "ARActe"),
        (
            lambda act: SimpleUploadedFile(
                "ar.xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', "application/xml"
            ),
            "ARActe",
        ),
    ],
)
def test_file_that_is_not_the_receipt_is_refused(client, secretary, adopted, file, told):
    client.force_login(secretary)
    page = client.post(reverse("deliberations:step", args=[adopted.pk, "receive"]), {"file": file(adopted)})
    assert told in _text(page)
    adopted.refresh_from_db()
    assert adopted.received_on is None


def test_certificate_is_a_pdf_that_says_the_same_each_time(client, published):
    url = reverse("deliberations:public_certificate", args=[published.organisation.slug, published.number])
    first = client.get(url)
    assert first.content.startswith(b"%PDF")
    assert client.get(url).content == first.content


def test_alert_tells_only_who_confirmed_and_once(client, received, secretary, django_capture_on_commit_callbacks):
    for theme in ("", "7", "8"):
        client.post(reverse("deliberations:alert_new"), {"email": "lecteur@example.invalid", "theme": theme})
    client.post(reverse("deliberations:alert_new"), {"email": "autre@example.invalid"})
    assert Alert.objects.count() == 4
    for alert in Alert.objects.filter(email="lecteur@example.invalid"):
        assert "À confirmer" in _text(client.get(alert.get_absolute_url()))
        assert Alert.objects.get(pk=alert.pk).confirmed_at is None
        client.post(alert.get_absolute_url(), {"geste": "confirm"})
    actions.publish_act(received, actor=secretary)
    from beffroi.kernel.models import Entry
    from beffroi.kernel.notices import filling

    filling.fill(Entry.objects.get(verb="deliberations.publish"))
    told = Delivery.objects.filter(entry__verb="deliberations.publish")
    assert [delivery.address for delivery in told] == ["lecteur@example.invalid"]
    letter = told.get()
    assert received.object in letter.body
    assert "/actes/alertes/" in letter.unsubscribe
    client.post(letter.unsubscribe.partition("//")[2].partition("/")[2].join(("/", "")), {"geste": "stop"})
    assert Alert.objects.filter(email="lecteur@example.invalid").count() == 2


def test_same_alert_asked_again_says_the_same_and_adds_nothing(client):
    for email in ("Lecteur@example.invalid", "lecteur@example.invalid"):
        answer = client.post(reverse("deliberations:alert_new"), {"email": email})
        assert answer["Location"] == reverse("deliberations:alert_asked")
    assert Alert.objects.count() == 1
    assert Delivery.objects.count() == 1


def test_alert_never_confirmed_is_forgotten_after_a_week(client):
    from django.utils import timezone

    client.post(reverse("deliberations:alert_new"), {"email": "lecteur@example.invalid"})
    rule = next(rule for rule in RULES if rule.model == "deliberations.Alert")
    assert not rule.due(timezone.now()).exists()
    later = timezone.now() + datetime.timedelta(days=8)
    for alert in rule.due(later):
        rule.apply(alert)
    assert not Alert.objects.exists()


def test_anonymised_page_tells_the_replacement(client, published, secretary):
    client.force_login(secretary)
    page = client.post(
        reverse("deliberations:anonymise", args=[published.pk]),
        {
            "document": SimpleUploadedFile("n.pdf", b"%PDF-1.4\n% autre\n%%EOF", "application/pdf"),
            "object_text": "Aide à un particulier",
            "reason": "Retrait d’un nom",
        },
    )
    assert page.status_code == 302
    text = _text(client.get(published.get_absolute_url()))
    assert "Version anonymisée" in text
    assert "Retrait d’un nom" in text
    assert published.sha256 in text
