import datetime

import pytest

from beffroi.kernel.models import Entry
from beffroi.shared.people import actions, finding
from beffroi.shared.people.errors import Refused
from beffroi.shared.people.models import Person

FORM = {"first_name": "Odette", "last_name": "Fournier", "phone": "0353010001", "email": ""}


@pytest.mark.parametrize(
    "typed", ["fournier", "FOURNIER", "fournié", "odette fournier", "fournier odete", "03 53 01", "0353010001"]
)
def test_search_forgives_faults_accents_and_order(odette, typed):
    assert list(finding.search(Person.objects.living(), typed)) == [odette]


@pytest.mark.parametrize("typed", ["", "zzzzz", "%", "'; DROP TABLE people_person; --", "\x00", "0612", "@"])
def test_search_for_nobody_finds_nobody(odette, typed):
    assert list(finding.search(Person.objects.living(), typed)) == []


def test_directory_finds_by_the_address_of_the_account(make_user, enter, odette):
    user = make_user()
    person = actions.person_of(user)
    page = enter(make_user("agent")).get("/bureau/habitants/", {"q": user.email}).content.decode()
    assert person.get_absolute_url() in page


@pytest.mark.parametrize(
    ("role", "view", "edit", "mandate"),
    [
        ("agent", 200, 200, 403),
        ("secretary", 200, 200, 200),
        ("adviser", 200, 200, 200),
        ("admin", 200, 403, 403),
        ("elected", 403, 403, 403),
        ("editor", 403, 403, 403),
        ("dpo", 403, 403, 403),
        ("", 403, 403, 403),
    ],
)
def test_each_role_does_what_it_needs(make_user, enter, odette, doullens, role, view, edit, mandate):
    client = enter(make_user(role, doullens if role == "secretary" else None))
    pages = [f"/bureau/habitants/{odette.pk}/{end}" for end in ("", "modifier/", "mandat/")]
    assert [client.get(page).status_code for page in pages] == [view, edit, mandate]


def test_a_town_hall_sees_its_residents_only(make_user, enter, odette, beauval):
    client = enter(make_user("secretary", beauval))
    assert client.get(f"/bureau/habitants/{odette.pk}/").status_code == 404
    assert client.get(f"/bureau/habitants/{odette.pk}/modifier/").status_code == 404
    assert "Odette" not in client.get("/bureau/habitants/", {"q": "fournier"}).content.decode()
    client.post("/bureau/habitants/ajouter/", {**FORM, "first_name": "Paulette", "last_name": "Wattel", "phone": ""})
    assert client.get(Person.objects.get(last_name="Wattel").get_absolute_url()).status_code == 200


def test_each_opening_of_a_file_is_in_the_journal(make_user, enter, odette):
    agent = make_user("agent")
    client = enter(agent)
    for _ in range(2):
        client.get(odette.get_absolute_url())
    assert Entry.objects.filter(verb="people.view", actor=agent, target_id=odette.pk).count() == 2
    assert "Odette" in client.get("/bureau/habitants/").content.decode(), "the files opened lately are offered"


def test_a_double_is_offered_before_a_second_file_is_made(make_user, enter, odette):
    client = enter(make_user("agent"))
    page = client.post("/bureau/habitants/ajouter/", {**FORM, "last_name": "Fourniez"}).content.decode()
    assert "déjà un dossier" in page
    assert odette.get_absolute_url() in page
    assert Person.objects.count() == 1
    client.post("/bureau/habitants/ajouter/", {**FORM, "last_name": "Fourniez", "geste": "create"})
    assert Person.objects.count() == 2


def test_people_born_on_two_days_are_no_doubles(odette):
    actions.change_person(odette, actor=None, birth_date=datetime.date(1938, 4, 12))
    values = {"first_name": "Odette", "last_name": "Fournier", "birth_date": datetime.date(1970, 1, 1)}
    assert finding.doubles_of(Person.objects.living(), values) == []
    assert finding.doubles_of(Person.objects.living(), {**values, "birth_date": datetime.date(1938, 4, 12)}) == [odette]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"last_name": ""}, "obligatoire"),
        ({"phone": "12"}, "dix chiffres"),
        ({"email": "odette"}, "valide"),
        ({"birth_date": "2999-01-01"}, "date de naissance"),
        ({"postal_code": "ABCDE"}, "cinq chiffres"),
    ],
)
def test_a_fault_in_the_form_is_told_in_words(make_user, enter, change, words):
    page = enter(make_user("agent")).post("/bureau/habitants/ajouter/", {**FORM, **change}).content.decode()
    assert words in page
    assert not Person.objects.exists()


def test_a_telephone_that_changes_is_no_longer_verified(odette):
    Person.objects.update(phone_verified_at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC))
    actions.change_person(odette, actor=None, phone="06 39 98 00 01")
    odette.refresh_from_db()
    assert odette.phone_verified_at is None


def test_merge_keeps_one_file_and_all_that_named_the_other(epci, odette, adviser, beauval):
    double = actions.create_person(actor=None, first_name="O.", last_name="Fournier", email="o@example.invalid")
    home = actions.create_household(actor=None, person=double, name="Foyer")
    shared = actions.create_household(actor=None, person=odette, name="Maison")
    actions.add_member(shared, double, actor=None)
    mandate = actions.create_mandate(
        double,
        actor=adviser,
        agent=adviser,
        quality="adviser",
        scope="x",
        consent="paper",
        end=datetime.date.today(),
    )
    kept = actions.merge_persons(double, into=odette, actor=adviser)
    double.refresh_from_db()
    mandate.refresh_from_db()
    assert (kept.email, kept.phone, mandate.person) == ("o@example.invalid", "03 53 01 00 01", odette)
    assert (double.merged_into, double.last_name, double.email) == (odette, "", "")
    assert {link.household for link in kept.household_links.all()} == {home, shared}
    assert list(Person.objects.living()) == [odette]


def test_merge_of_two_accounts_or_of_one_file_is_refused(make_user, odette):
    one, other = (actions.person_of(make_user()) for _ in range(2))
    with pytest.raises(Refused, match="chacun un compte"):
        actions.merge_persons(one, into=other, actor=None)
    with pytest.raises(Refused, match="deux dossiers"):
        actions.merge_persons(odette, into=odette, actor=None)


def test_merge_by_the_pages_shows_both_files_first(make_user, enter, odette):
    double = actions.create_person(
        actor=None, registered_by=odette.registered_by, first_name="Odete", last_name="Fournier", phone="06 39 98 00 09"
    )
    client = enter(make_user("agent"))
    url = f"/bureau/habitants/{odette.pk}/fusionner/"
    assert "Odete" in client.get(url).content.decode()
    assert "06 39 98 00 09" in client.get(url, {"double": double.pk}).content.decode()
    assert Person.objects.living().count() == 2
    assert client.post(url, {"double": double.pk}).status_code == 302
    assert Person.objects.living().count() == 1


def test_homes_hold_who_lives_there_and_a_person_may_have_two(make_user, enter, odette):
    client = enter(make_user("agent"))
    client.post(f"/bureau/habitants/{odette.pk}/foyers/ajouter/", {"name": "Foyer Fournier", "relation": "parent"})
    client.post(f"/bureau/habitants/{odette.pk}/foyers/ajouter/", {"name": "Chez sa fille"})
    assert odette.households.count() == 2
    other = actions.create_person(actor=None, registered_by=odette.registered_by, first_name="Jean", last_name="Petit")
    home = odette.households.get(name="Foyer Fournier")
    url = f"/bureau/habitants/{odette.pk}/foyers/{home.pk}/membres/"
    assert "Jean Petit" in client.get(url, {"q": "petit"}).content.decode()
    client.post(url, {"person": other.pk, "relation": "enfant"})
    assert home.members.filter(person=other, end=None, relation="enfant").exists()
    with pytest.raises(Refused, match="déjà"):
        actions.add_member(home, other, actor=None)
    client.post(f"/bureau/habitants/{odette.pk}/foyers/{odette.household_links.get(household=home).pk}/quitter/")
    assert not home.members.filter(person=odette, end=None).exists()
    actions.add_member(home, odette, actor=None)


def test_a_file_costs_the_same_queries_with_many_homes(make_user, enter, odette, django_assert_max_num_queries):
    for number in range(12):
        actions.create_household(actor=None, person=odette, name=f"Foyer {number}")
    client = enter(make_user("agent"))
    with django_assert_max_num_queries(30) as counted:
        client.get(odette.get_absolute_url())
    actions.create_household(actor=None, person=odette, name="Un de plus")
    with django_assert_max_num_queries(len(counted)):
        client.get(odette.get_absolute_url())


def test_person_of_an_account_is_made_once(make_user):
    user = make_user()
    assert actions.person_of(user) == actions.person_of(user)
    assert Entry.objects.filter(verb="people.create").count() == 1
