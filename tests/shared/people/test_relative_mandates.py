"""A relative or a guardian acts for a person who has neither account nor e-mail: recorded at the desk, on paper."""

import io

import pytest
from django.utils import timezone
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.cases.filing import choices_of
from beffroi.shared.people import acting
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import Mandate, months_later


def form(account, **values):
    end = months_later(timezone.localdate(), 6).isoformat()
    given = {"email": account, "quality": "relative", "scope": "Suivre ses demandes", "end": end, "witnessed": "on"}
    return given | values


@pytest.fixture
def relative(make_user):
    return make_user(first_name="Rémi", last_name="Fournier")


@pytest.fixture
def page(odette):
    return f"/bureau/habitants/{odette.pk}/mandat-proche/"


def words_of(response) -> str:
    return " ".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split())


@pytest.mark.parametrize(("quality", "proof"), [("relative", "donne mandat"), ("guardian", "est représenté par")])
def test_relative_acts_for_a_person_without_account_and_is_told(odette, relative, adviser, enter, page, quality, proof):
    client = enter(adviser)
    assert page in client.get(odette.get_absolute_url()).content.decode()
    assert client.post(page, form(relative.email.upper(), quality=quality)).status_code == 302
    mandate = Mandate.objects.get()
    assert (mandate.person, mandate.agent, mandate.quality) == (odette, relative, quality)
    assert acting.acting_for(relative, mandate.reference) == mandate
    assert (mandate.reference, "Odette Fournier") in choices_of(relative)
    with pytest.raises(Refused):
        acting.acting_for(adviser, mandate.reference)
    for entry in Entry.objects.filter(verb="people.mandate_agreed"):
        filling.fill(entry)
    told = Delivery.objects.filter(channel="email").get()
    assert told.address == relative.email
    assert mandate.reference in told.body
    receipt = words_of(client.get(f"/mandats/{mandate.reference}.pdf"))
    assert proof in receipt
    assert "Rémi Fournier" in receipt
    assert words_of(enter(relative).get(f"/mandats/{mandate.reference}.pdf")) == receipt


@pytest.mark.parametrize("by", ["relative", "desk"])
def test_mandate_of_a_relative_is_revoked_by_either_side(odette, relative, adviser, enter, page, by):
    enter(adviser).post(page, form(relative.email))
    mandate = Mandate.objects.get()
    if by == "relative":
        enter(relative).post(f"/compte/mandats/{mandate.reference}/terminer/", {"reason": ""})
    else:
        enter(adviser).post(f"/bureau/mandats/{mandate.reference}/revoquer/", {"reason": "Elle le demande."})
    with pytest.raises(Refused):
        acting.acting_for(relative, mandate.reference)
    assert choices_of(relative) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"email": "inconnu@example.invalid"}, "Aucun compte"),
        ({"witnessed": ""}, "sans preuve"),
        ({"end": "2020-01-01"}, "est passé"),
        ({"end": "2099-01-01"}, "un an au plus"),
        ({"quality": "adviser"}, "choix valide"),
        ({"scope": ""}, "obligatoire"),
    ],
)
def test_what_cannot_be_is_refused_in_words(relative, adviser, enter, page, change, words):
    shown = enter(adviser).post(page, form(relative.email, **change)).content.decode()
    assert words in shown
    assert not Mandate.objects.exists()


def test_agent_does_not_name_themselves_nor_the_person(odette, make_user, adviser, enter, page):
    assert "votre propre compte" in enter(adviser).post(page, form(adviser.email)).content.decode()
    resident = make_user()
    odette.user = resident
    odette.save()
    assert "soi-même" in enter(adviser).post(page, form(resident.email)).content.decode()
    assert not Mandate.objects.exists()


def test_closed_account_cannot_act(relative, adviser, enter, page):
    relative.is_active = False
    relative.save()
    assert "Aucun compte" in enter(adviser).post(page, form(relative.email)).content.decode()


def test_mandates_of_relatives_are_recorded_by_those_who_record_mandates(make_user, enter, page, beauval):
    assert enter(make_user("agent")).get(page).status_code == 403
    assert enter(make_user("secretary", beauval)).get(page).status_code == 404
