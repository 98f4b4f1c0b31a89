"""A home is corrected, at the desk or by those who live there."""

import pytest

from beffroi.kernel.models import Entry
from beffroi.shared.people import actions


@pytest.fixture
def home(odette):
    return actions.create_household(actor=None, person=odette, name="Foyer Fournier", address="1 rue du Bourg")


def corrected(**values):
    given = {"name": "Foyer Fournier", "address": "2 rue du Bourg", "postal_code": "80600", "city": "Doullens"}
    return given | values


def test_agent_corrects_the_address_of_a_home(odette, home, adviser, enter):
    client = enter(adviser)
    page = f"/bureau/habitants/{odette.pk}/foyers/{home.pk}/modifier/"
    assert page in client.get(odette.get_absolute_url()).content.decode()
    assert client.post(page, corrected()).status_code == 302
    home.refresh_from_db()
    assert (home.address, home.city) == ("2 rue du Bourg", "Doullens")
    entry = Entry.objects.get(verb="people.household_update")
    assert entry.data == {"fields": ["address", "city", "postal_code"]}
    client.post(page, corrected())
    assert Entry.objects.filter(verb="people.household_update").count() == 1


def test_what_is_wrong_is_told_and_nothing_is_changed(odette, home, adviser, enter):
    page = f"/bureau/habitants/{odette.pk}/foyers/{home.pk}/modifier/"
    shown = enter(adviser).post(page, corrected(postal_code="806", name="Chez nous")).content.decode()
    assert "cinq chiffres" in shown
    assert "Chez nous" in shown
    home.refresh_from_db()
    assert home.address == "1 rue du Bourg"


def test_home_of_somebody_who_is_not_mine_does_not_exist(odette, home, make_user, beauval, enter):
    page = f"/bureau/habitants/{odette.pk}/foyers/{home.pk}/modifier/"
    assert enter(make_user("secretary", beauval)).get(page).status_code == 404


def test_resident_corrects_their_home_and_no_other(home, make_user, enter):
    resident = make_user()
    client = enter(resident)
    mine = actions.create_household(actor=None, person=actions.person_of(resident), name="Chez moi")
    link = mine.members.get()
    page = f"/compte/foyer/{link.pk}/modifier/"
    assert page in client.get("/compte/foyer/").content.decode()
    assert "Chez moi" in client.get(page).content.decode()
    assert client.post(page, corrected(name="Chez nous")).status_code == 302
    mine.refresh_from_db()
    assert (mine.name, mine.address) == ("Chez nous", "2 rue du Bourg")
    assert client.post(f"/compte/foyer/{home.members.get().pk}/modifier/", corrected()).status_code == 404
    actions.end_membership(link, actor=None)
    assert client.get(page).status_code == 404
