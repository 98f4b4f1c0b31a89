import io
import json
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.shared.people import actions, data, demo, retention, tasks
from beffroi.shared.people.models import (
    Erasure,
    Household,
    Mandate,
    Person,
    RelativeInvitation,
    VerificationCode,
    months_later,
)


@pytest.fixture
def resident(make_user):
    user = make_user(first_name="Jeanne", last_name="Dubois")
    actions.change_person(actions.person_of(user), actor=user, phone="06 39 98 00 07", city="Doullens")
    return user


def test_data_downloaded_as_json_hold_every_part_and_who_looked(resident, enter, make_user):
    agent = make_user("agent", first_name="Nadia", last_name="Roussel")
    enter(agent).get(actions.person_of(resident).get_absolute_url())
    held = json.loads(enter(resident).get("/compte/mes-donnees/telecharger.json").content)["données"]
    assert list(held) == [part.label for part in data.parts()]
    mine = held["Mes informations, mon foyer et mes mandats"]
    assert mine["informations"]["téléphone"] == "06 39 98 00 07"
    assert ("Dossier consulté", "Nadia Roussel") in [
        (line["geste"], line["par"]) for line in mine["qui a ouvert ou changé votre dossier"]
    ]


def test_data_downloaded_as_pdf_are_readable(resident, enter):
    content = enter(resident).get("/compte/mes-donnees/telecharger.pdf").content
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    assert "06 39 98 00 07" in text
    assert "Mon compte" in text


def test_data_ask_to_confirm_who_one_is(resident):
    resident.set_password("brouette nuage tambour ficelle")
    resident.save()
    client = Client()
    client.force_login(resident)
    for page in ("telecharger.json", "effacer/"):
        answer = client.get(f"/compte/mes-donnees/{page}")
        assert answer.status_code == 302
        assert "/confirmer/" in answer["Location"] or "connexion" in answer["Location"]


def test_erasing_is_shown_first_and_erases_nothing(resident, enter):
    before = Entry.objects.count()
    page = enter(resident).get("/compte/mes-donnees/effacer/").content.decode()
    assert "Mon compte" in page
    assert "efface-" not in page
    resident.refresh_from_db()
    assert resident.is_active
    assert actions.person_of(resident).phone == "06 39 98 00 07"
    assert Entry.objects.count() == before


def test_erasing_asks_for_the_word(resident, enter):
    page = enter(resident).post("/compte/mes-donnees/effacer/", {"words": "oui"}).content.decode()
    assert "toutes lettres" in page
    resident.refresh_from_db()
    assert resident.is_active


def test_erased_resident_leaves_no_name_and_keeps_what_the_law_keeps(resident, enter, adviser):
    person = actions.person_of(resident)
    mandate = actions.create_mandate(
        person,
        actor=adviser,
        agent=adviser,
        quality="adviser",
        scope="x",
        consent="paper",
        end=months_later(timezone.localdate(), 3),
    )
    home = actions.create_household(actor=resident, person=person, name="Foyer Dubois")
    rehearsed = [(part.code, part.kept) for part in data.rehearse(resident)]
    client = enter(resident)
    followed = client.post("/compte/mes-donnees/effacer/", {"words": " effacer "}).headers["Location"]
    assert "Effacement en cours" in client.get(followed).content.decode()
    assert "data-refresh" in client.get(followed).content.decode()
    tasks.erase_data(Erasure.objects.get().pk)
    page = Client().get(followed).content.decode()
    assert "Vos données sont effacées" in page
    assert "data-refresh" not in page
    assert "art. 2224" in page
    assert ("people", [line for code, kept in rehearsed if code == "people" for line in kept]) in rehearsed
    person.refresh_from_db()
    resident.refresh_from_db()
    mandate.refresh_from_db()
    assert (person.first_name, person.last_name, person.phone, person.user) == ("", "", "", None)
    assert not resident.is_active
    assert mandate.revoked_at is not None
    assert not home.members.exists()
    assert client.get("/compte/").status_code == 302, "signed out"


def test_erasing_an_agent_keeps_the_account_and_says_why(make_user, enter):
    agent = make_user("agent")
    actions.person_of(agent)
    client = enter(agent)
    assert "tant que vous tenez un rôle" in client.get("/compte/mes-donnees/effacer/").content.decode()
    client.post("/compte/mes-donnees/effacer/", {"words": "EFFACER"})
    erasure = actions.run_erasure(Erasure.objects.get())
    agent.refresh_from_db()
    assert agent.is_active
    assert erasure.account_kept
    assert "Votre compte reste ouvert" in Delivery.objects.get(key=f"people.erasure:{erasure.pk}").body


def test_erasing_asked_twice_is_one_request_and_one_job(resident, enter):
    client = enter(resident)
    first = client.post("/compte/mes-donnees/effacer/", {"words": "EFFACER"}).headers["Location"]
    again = client.post("/compte/mes-donnees/effacer/", {"words": "EFFACER"}).headers["Location"]
    assert first == again
    assert ProcrastinateJob.objects.filter(task_name="people.erase_data").count() == 1


def test_erasing_goes_on_where_it_stopped_and_tells_once(resident, monkeypatch):
    """A part that fails leaves those before it erased; the job played again does the rest, and no part twice."""
    erasure = actions.ask_erasure(resident, actor=resident)
    email, seen = resident.email, []

    def breaks(one, user):
        if len(seen) == 1:
            seen.append("")
            raise RuntimeError("the disk is full")
        seen.append(one.code)
        return erase_part(one, user)

    erase_part = data.erase_part
    monkeypatch.setattr(data, "erase_part", breaks)
    with pytest.raises(RuntimeError):
        tasks.erase_data(erasure.pk)
    erasure.refresh_from_db()
    assert (len(erasure.parts), erasure.done_at) == (1, None)
    resident.refresh_from_db()
    assert resident.email == email, "the account is erased last"
    tasks.erase_data(erasure.pk)
    tasks.erase_data(erasure.pk)
    erasure.refresh_from_db()
    codes = [part["code"] for part in erasure.parts]
    assert len(codes) == len(set(codes)) == erasure.total
    sent = Delivery.objects.get(key=f"people.erasure:{erasure.pk}")
    assert (sent.address, sent.user) == (email, None)
    assert erasure.reference in sent.body
    assert email not in sent.body


def test_receipt_of_an_erasure_names_nobody(resident):
    erasure = actions.ask_erasure(resident, actor=resident)
    address = f"/effacement/{erasure.token}/recepisse.pdf"
    assert Client().get(address).status_code == 302, "nothing to prove yet"
    actions.run_erasure(erasure)
    answer = Client().get(address)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert erasure.reference in text
    assert "Mon compte" in text
    assert "Jeanne" not in text
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert Client().get("/effacement/inconnu/").status_code == 404


def test_information_is_corrected_by_its_owner(resident, enter):
    client = enter(resident)
    answer = client.post(
        "/compte/informations/", {"first_name": "Jeanne", "last_name": "Dubois", "phone": "0639980008"}
    )
    assert answer.status_code == 302
    assert actions.person_of(resident).phone == "06 39 98 00 08"
    assert (
        "dix chiffres"
        in client.post("/compte/informations/", {"first_name": "J", "last_name": "D", "phone": "1"}).content.decode()
    )


def test_account_pages_open_before_there_is_a_file(make_user, enter):
    client = enter(make_user())
    for page in ("informations", "foyer", "mandats", "mes-donnees"):
        assert client.get(f"/compte/{page}/").status_code == 200
    assert not Person.objects.exists(), "a page that is read writes nothing"


def test_home_added_and_left_from_the_account(resident, enter):
    client = enter(resident)
    client.post("/compte/foyer/", {"name": "Foyer Dubois", "relation": "parent"})
    link = actions.person_of(resident).household_links.get()
    assert "Foyer Dubois" in client.get("/compte/foyer/").content.decode()
    client.post(f"/compte/foyer/{link.pk}/quitter/")
    link.refresh_from_db()
    assert link.end == timezone.localdate()


def test_home_of_somebody_else_cannot_be_left(resident, make_user, enter):
    home = actions.create_household(actor=None, person=actions.person_of(resident), name="Foyer")
    stranger = enter(make_user())
    assert stranger.post(f"/compte/foyer/{home.members.get().pk}/quitter/").status_code == 404


def test_verified_telephone_is_that_of_the_account(resident, enter, settings):
    from beffroi.kernel.notices import verified_phone
    from tests.shared.people.conftest import digits_sent

    settings.DEMO = True
    client = enter(resident)
    assert verified_phone(resident) == ""
    client.post("/compte/informations/telephone/")
    client.post("/compte/informations/telephone/", {"code": digits_sent()})
    assert verified_phone(resident) == "06 39 98 00 07"


def test_retention_takes_what_is_old_and_nothing_else(epci, odette, adviser):
    long_ago = timezone.now() - timedelta(days=6 * 365)
    fresh = actions.create_person(actor=None, first_name="Tom", last_name="Carlier")
    mandate = actions.create_mandate(
        fresh,
        actor=adviser,
        agent=adviser,
        quality="adviser",
        scope="x",
        consent="paper",
        end=months_later(timezone.localdate(), 1),
    )
    home = actions.create_household(actor=None, person=odette, name="Foyer")
    RelativeInvitation.objects.create(
        person=fresh, email="a@example.invalid", scope="x", token="t", expires_at=long_ago
    )
    VerificationCode.objects.create(person=fresh, channel="email", address="a", digest="d", expires_at=long_ago)
    rules = {rule.code: rule for rule in retention.RULES}
    now = timezone.now()
    assert not rules["people.unused"].due(now).exists()
    assert not rules["people.mandates"].due(now).exists()
    assert not rules["people.homes"].due(now).exists()
    Person.objects.update(updated_at=long_ago)
    Household.objects.update(created_at=long_ago)
    assert list(rules["people.unused"].due(now)) == [odette], "a mandate in force keeps the other file"
    for rule in rules.values():
        for found in rule.due(now):
            rule.apply(found)
        assert not rule.due(now).exists(), rule.code
    odette.refresh_from_db()
    assert odette.last_name == ""
    assert not RelativeInvitation.objects.exists()
    assert not VerificationCode.objects.exists()
    assert Mandate.objects.filter(pk=mandate.pk).exists()
    Mandate.objects.update(start=long_ago.date() - timedelta(days=30), end=long_ago.date())
    assert list(rules["people.mandates"].due(now)) == [mandate]
    assert home is not None


def test_demo_loads_once(epci, make_user):
    demo.load()
    count = Person.objects.count()
    demo.load()
    assert Person.objects.count() == count
    assert not Person.objects.exclude(email="").exclude(email__endswith="@example.invalid").exists()
