import io
import re
import uuid
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfReader

from beffroi.kernel.models import Entry
from beffroi.modules.contact import demo
from beffroi.modules.contact.models import ContactRequest, Subject
from beffroi.shared.accounts import demo as accounts_demo
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations import demo as organisations_demo
from beffroi.shared.people.models import Mandate, Person
from tests.shared.cases.pages import check_page, sign_in, text_of

pytestmark = pytest.mark.django_db


def opened(client, path="/contact/"):
    """The hidden values of a form that has just been given."""
    html = client.get(path).content.decode()
    return dict(re.findall(r'<input type="hidden" name="(opened|client_uuid)" value="([^"]+)"', html))


@pytest.fixture
def send(client, subject, _patient):
    def send(**fields):
        sent = opened(client) | {"subject": subject.pk, "body": "Quand passe le camion ?"} | fields
        return client.post("/contact/", sent)

    return send


def test_message_reaches_the_service_of_its_subject(client, send, subject, operator):
    response = send(contact_name="Jeanne Petit", contact_email="jeanne.petit@example.invalid")
    request = ContactRequest.objects.get()
    assert (request.organisation_id, request.subject, request.state) == (operator.pk, subject, "new")
    assert request.due_at is not None
    assert response.headers["Location"] == f"/contact/envoye/{request.token}/"
    page = client.get(response.headers["Location"])
    html = check_page(page)
    assert request.reference in html
    assert request.tracking_url() in html
    assert page["Referrer-Policy"] == "same-origin"
    check_page(client.get(request.tracking_url()))


def test_message_to_a_town_hall_needs_its_commune_and_reaches_it(send, town_hall_subject, commune):
    response = send(subject=town_hall_subject.pk)
    html = check_page(response)
    assert "Choisissez la commune" in html
    assert "Quand passe le camion" in html
    send(subject=town_hall_subject.pk, commune=commune.slug)
    assert ContactRequest.objects.get().organisation_id == commune.pk


def test_subject_and_commune_are_chosen_by_the_address(client, subject, commune):
    html = check_page(client.get("/contact/?sujet=dechets&commune=beauval"))
    assert re.search(rf'<option value="{subject.pk}" selected>', html)
    assert '<option value="beauval" selected>' in html


def test_subjects_of_a_town_hall_are_offered_with_its_commune_only(client, subject, commune):
    Subject.objects.create(organisation=commune, label="Cimetière")
    assert "Cimetière" not in text_of(client.get("/contact/"))
    assert "Cimetière" in text_of(client.get("/contact/?commune=beauval"))


def test_send_twice_files_once(client, send):
    number = str(uuid.uuid4())
    one, two = send(client_uuid=number), send(client_uuid=number)
    assert one.headers["Location"] == two.headers["Location"]
    assert ContactRequest.objects.count() == 1


@pytest.mark.parametrize("fault", [{"website": "http://example.invalid"}, {"opened": "faux"}])
def test_robot_is_kept_out_and_a_person_loses_nothing(send, fault):
    response = send(**fault)
    html = check_page(response)
    assert "pas encore parti" in html
    assert "Quand passe le camion" in html
    assert not ContactRequest.objects.exists()


def test_form_sent_too_fast_passes_the_second_time(client, subject, monkeypatch):
    sent = opened(client) | {"subject": subject.pk, "body": "Bonjour"}
    assert client.post("/contact/", sent).status_code == 200
    monkeypatch.setattr("beffroi.modules.contact.forms.SOONEST", 0)
    assert client.post("/contact/", sent).status_code == 302


def test_too_many_messages_from_one_address_are_refused(send):
    answers = [send(client_uuid=str(uuid.uuid4())).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


def test_file_is_kept_with_the_message(send):
    send(files=SimpleUploadedFile("plan.txt", b"Le plan de la rue."))
    request = ContactRequest.objects.get()
    assert [file.name for file in StoredFile.objects.about(request)] == ["plan.txt"]


@pytest.mark.usefixtures("_patient")
def test_signed_in_person_finds_it_in_their_requests(resident, subject):
    client = sign_in(resident)
    html = check_page(client.get("/contact/"))
    assert "contact_email" not in html
    client.post("/contact/", opened(client) | {"subject": subject.pk, "body": "Bonjour"})
    request = ContactRequest.objects.get(requester=resident)
    assert request.reference in text_of(client.get("/compte/demandes/"))


def test_personal_words_are_not_in_the_journal(send):
    send(contact_name="Jeanne Petit", body="Mon voisin s’appelle Dupont.")
    assert "Dupont" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_agent_writes_for_somebody_who_telephones(agent, subject):
    client = sign_in(agent)
    check_page(client.get("/bureau/contact/nouveau/"))
    sent = {"channel": "phone", "subject": subject.pk, "body": "Bac cassé", "contact_name": "Gérard Ponchel"}
    response = client.post("/bureau/contact/nouveau/", sent)
    request = ContactRequest.objects.get()
    assert response.headers["Location"] == request.get_absolute_url()
    assert (request.channel, request.filed_by, request.requester) == ("phone", agent, None)


@pytest.mark.parametrize(
    ("role", "status"), [("admin", 200), ("agent", 403), ("elected", 403), ("editor", 403), ("", 403)]
)
def test_subjects_are_set_by_the_administrator_only(make_user, operator, subject, role, status):
    client = sign_in(make_user(role, operator))
    for path in ("", f"{operator.slug}/nouveau/", f"{operator.slug}/{subject.pk}/"):
        assert client.get(f"/bureau/contact/sujets/{path}").status_code == status
    assert client.post(f"/bureau/contact/sujets/{operator.slug}/{subject.pk}/supprimer/").status_code == (
        302 if status == 200 else 403
    )


def test_subject_is_added_changed_and_removed(make_user, operator, team, subject):
    client = sign_in(make_user("admin", operator))
    check_page(client.get("/bureau/contact/sujets/"))
    url = f"/bureau/contact/sujets/{operator.slug}/nouveau/"
    filled = {"label": "Tourisme", "hours": 14, "order": 5, "team": team.pk, "is_active": "on"}
    assert client.post(url, filled).status_code == 302
    made = Subject.objects.get(label="Tourisme")
    assert made.team == team
    html = check_page(client.post(url, filled))
    assert "existe déjà" in html
    change = f"/bureau/contact/sujets/{operator.slug}/{made.pk}/"
    client.post(change, filled | {"hours": 0})
    client.post(change, filled | {"label": "Tourisme et culture"})
    made.refresh_from_db()
    assert (made.label, made.hours) == ("Tourisme et culture", 14)
    client.post(f"{change}supprimer/")
    assert not Subject.objects.filter(pk=made.pk).exists()


def test_subjects_of_another_body_do_not_exist(make_user, operator, commune, subject):
    client = sign_in(make_user("admin", commune))
    assert client.get(f"/bureau/contact/sujets/{operator.slug}/{subject.pk}/").status_code == 404


@pytest.fixture
def odette(operator):
    return Person.objects.create(
        first_name="Odette", last_name="Fournier", phone="03 53 01 00 01", registered_by=operator
    )


@pytest.fixture
def give_mandate(odette, operator):
    def give(agent, **fields):
        today = timezone.localdate()
        values = {"end": today + timedelta(days=90), "agreed_at": timezone.now(), "scope": "Tout", "consent": "paper"}
        values |= {"quality": "relative", "person": odette, "agent": agent, "reference": f"MAN-{agent.pk}"} | fields
        return Mandate.objects.create(**values)

    return give


def test_agent_writes_for_a_resident_without_email(agent, subject, odette):
    client = sign_in(agent)
    path = f"/bureau/contact/nouveau/?personne={odette.pk}"
    html = check_page(client.get(path))
    assert "Odette Fournier" in html
    assert "contact_email" not in html
    client.post(path, {"channel": "counter", "subject": subject.pk, "body": "Mon bac est cassé."})
    request = ContactRequest.objects.get()
    assert (request.person, request.filed_by, request.mandate, request.channel) == (odette, agent, None, "counter")
    receipt = client.get(f"{request.get_absolute_url()}recepisse.pdf")
    assert request.token in "".join(page.extract_text() for page in PdfReader(io.BytesIO(receipt.content)).pages)


def test_resident_whose_file_is_not_mine_cannot_be_named(make_user, commune, town_hall_subject, odette):
    client = sign_in(make_user("secretary", commune))
    path = f"/bureau/contact/nouveau/?personne={odette.pk}"
    assert "Odette" not in text_of(client.get(path))


@pytest.mark.usefixtures("_patient")
def test_relative_writes_under_a_mandate_then_loses_it_when_revoked(resident, subject, odette, give_mandate):
    mandate = give_mandate(resident)
    client = sign_in(resident)
    sent = opened(client) | {"subject": subject.pk, "body": "Pour ma mère.", "behalf": mandate.reference}
    check_page(client.get(client.post("/contact/", sent).headers["Location"]))
    request = ContactRequest.objects.get()
    assert (request.person, request.mandate, request.filed_by, request.requester) == (odette, mandate, resident, None)
    assert "pour Odette Fournier" in text_of(client.get("/compte/demandes/"))
    client.post(f"{request.account_url()}message/", {"body": "Elle attend."})
    assert request.messages.get().author_label.endswith("pour Odette Fournier")
    Mandate.objects.update(revoked_at=timezone.now())
    assert client.get(request.account_url()).status_code == 404
    assert request.reference not in text_of(client.get("/compte/demandes/"))


@pytest.mark.usefixtures("_patient")
@pytest.mark.parametrize("fault", [{"agreed_at": None}, {"services": ["reports"]}])
def test_mandate_that_does_not_cover_it_is_not_offered(resident, subject, give_mandate, fault):
    mandate = give_mandate(resident, **fault)
    client = sign_in(resident)
    assert "Odette" not in text_of(client.get("/contact/"))
    client.post("/contact/", opened(client) | {"subject": subject.pk, "body": "B", "behalf": mandate.reference})
    assert not ContactRequest.objects.filter(mandate=mandate).exists()


def test_demonstration_is_loaded_once():
    organisations_demo.load()
    accounts_demo.load()
    for _ in range(2):
        demo.load()
    assert ContactRequest.objects.count() == len(demo.SAMPLES)
    assert Subject.objects.count() == len(demo.SUBJECTS)
    assert set(ContactRequest.objects.values_list("state", flat=True)) >= {"new", "acknowledged", "waiting", "replied"}
