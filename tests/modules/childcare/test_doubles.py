"""A second parent opens the file of a child already known: nothing leaks, an agent links the homes or says no."""

import datetime

import pytest
from django.urls import reverse

from beffroi.kernel.models import Entry
from beffroi.modules.childcare import actions, figures, notices, personal_data, pricing, uses
from beffroi.modules.childcare.actions.doubles import gathered
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Booking, Child, ChildHome, Contact, HealthSheet, Likeness, Place
from beffroi.modules.childcare.wishes import Wish
from beffroi.shared.people.actions import create_household, person_of
from tests.modules.childcare.conftest import NOW, WEDNESDAY, prove
from tests.support.together import at_once

WEEK = datetime.timedelta(weeks=1)


def opened(operator, commune, parent, first_name="LEA", last_name="dubois", birth=datetime.date(2018, 1, 10)):
    """The file that another parent opens, from another home."""
    person = person_of(parent)
    household = create_household(actor=parent, person=person, name="Foyer Leclercq", commune=commune)
    prove(household)
    child = actions.create_child(
        actor=parent,
        household=household,
        guardian=person,
        relation="father",
        organisation=operator,
        first_name=first_name,
        last_name=last_name,
        birth_date=birth,
    )
    child.home = ChildHome.objects.select_related("household__commune").get(child=child)
    child.parent = parent
    return child


@pytest.fixture
def known(activity, make_family):
    return make_family(activity=activity)


@pytest.fixture
def double(known, operator, commune, make_user):
    return opened(operator, commune, make_user(first_name="Paul", last_name="Leclercq"))


def book(child, activity, *days, unit="journee"):
    wishes = [Wish(day, child.pk, activity.units.get(code=unit).pk) for day in days]
    return actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)


def test_same_names_whatever_their_accents_and_same_birth_date_alert_the_agents(known, double, clerk):
    likeness = Likeness.objects.get()
    assert (likeness.child_id, likeness.known_id) == (double.pk, known.pk)
    entry = Entry.objects.get(verb="childcare.likeness")
    assert [one.user for one in notices.clerks_of_likeness(entry)] == [clerk]
    assert figures.to_do(clerk) == 1


def test_other_names_or_another_day_alert_nobody(known, operator, commune, make_user):
    opened(operator, commune, make_user(), birth=datetime.date(2018, 1, 11))
    opened(operator, commune, make_user(), first_name="Léo")
    opened(operator, commune, make_user(), last_name="Duboys")
    assert not Likeness.objects.exists()


def test_who_opens_the_file_cannot_know_that_the_child_is_known(known, operator, commune, make_user, client):
    """The same form for a child that is known and for one that is not: same words, same redirection, same pages."""
    texts = []
    for first_name in ("Léa", "Zoé"):
        parent = make_user(first_name="Paul", last_name="Leclercq")
        client.force_login(parent)
        answered = client.post(
            reverse("childcare:child_new"),
            {
                "first_name": first_name,
                "last_name": "Dubois",
                "birth_date": "2018-01-10",
                "relation": "father",
                "home": "nouveau",
                "name": "Chez Paul",
                "address": "4 rue Basse",
                "postal_code": "80630",
                "city": "Beauval",
                "commune": commune.pk,
            },
        )
        assert answered.status_code == 302
        child = Child.objects.of_parent(parent).get()
        page = client.get(answered["Location"]).content.decode() + str(personal_data.export(parent))
        for own in (first_name, str(child.pk), str(child.homes.get().household_id), parent.email):
            page = page.replace(own, "")
        assert "Jeanne" not in page
        texts.append(len(page) // 200)
        assert not any(
            "double" in one["geste"]
            for one in personal_data.export(parent)["enfants"][0]["qui a ouvert ou changé le dossier"]
        )
    assert texts[0] == texts[1]
    assert Likeness.objects.count() == 1


def test_linking_gives_the_child_two_homes_and_each_parent_their_side(known, double, activity, clerk, client):
    site = activity.groups.first().site
    actions.enrol(double, activity, site, actor=double.parent)
    actions.save_contact(Contact(home=double.home, name="Tante Cachée", phone="06 39 98 77 78"), actor=double.parent)
    book(known, activity, WEDNESDAY)
    book(double, activity, WEDNESDAY, WEDNESDAY + WEEK)
    taken = dict(Place.objects.filter(slot="matin", taken__gt=0).values_list("day", "taken"))
    assert taken == {WEDNESDAY: 2, WEDNESDAY + WEEK: 1}
    client.force_login(clerk)
    path = reverse("childcare:likeness", args=[Likeness.objects.get().pk])
    page = client.get(path).content.decode()
    assert "Foyer Dubois" in page
    assert "Foyer Leclercq" in page
    answered = client.post(path, {"relier": "oui", "share": "40"})
    assert answered["Location"] == known.get_absolute_url()
    homes = list(ChildHome.objects.current().filter(child=known).order_by("rank"))
    assert [(one.household.name, one.share) for one in homes] == [("Foyer Dubois", 60), ("Foyer Leclercq", 40)]
    assert list(Child.objects.of_parent(double.parent)) == [Child.objects.get(pk=known.pk)]
    assert not Child.objects.kept().filter(pk=double.pk).exists()
    states = list(Booking.objects.filter(child=known).order_by("day", "pk").values_list("state", "late"))
    assert states == [("booked", False), ("cancelled", False), ("booked", False)]
    taken = dict(Place.objects.filter(slot="matin", taken__gt=0).values_list("day", "taken"))
    assert taken == {WEDNESDAY: 1, WEDNESDAY + WEEK: 1}
    client.force_login(known.parent)
    shown = client.get(reverse("childcare:my_child", args=[known.pk])).content.decode()
    for secret in ("Leclercq", "Tante Cachée"):
        assert secret not in shown
    client.force_login(double.parent)
    shown = client.get(reverse("childcare:my_child", args=[known.pk])).content.decode()
    assert "Tante Cachée" in shown
    assert "Jeanne" not in shown


def test_both_families_are_told_that_there_are_two_homes_and_nothing_else(known, double, clerk):
    actions.link_likeness(Likeness.objects.get(), actor=clerk)
    entry = Entry.objects.get(verb="childcare.home_add")
    told = {one.user.pk for one in notices.of_homes(entry)}
    assert told == {known.parent.pk, double.parent.pk}


def test_two_children_stay_two_and_nobody_is_told(known, double, clerk):
    before = Entry.objects.count()
    actions.dismiss_likeness(Likeness.objects.get(), actor=clerk)
    assert [one.verb for one in Entry.objects.order_by("pk")[before:]] == ["childcare.likeness_decided"]
    assert Child.objects.kept().count() == 2
    assert not Likeness.objects.waiting().exists()
    with pytest.raises(Refused, match="déjà reçu"):
        actions.link_likeness(Likeness.objects.get(), actor=clerk)


def test_third_home_is_refused(known, double, add_parent, clerk):
    add_parent(known)
    with pytest.raises(Refused, match="deux foyers au plus"):
        actions.link_likeness(Likeness.objects.get(), actor=clerk)
    assert Child.objects.kept().filter(pk=double.pk).exists()


def test_nothing_that_may_save_a_child_is_lost(known, double, clerk):
    actions.save_health(known, {"allergies": "Arachides", "vaccines": {"ror": ["2019-01-10"]}}, actor=known.parent)
    told = {"allergies": "Lait", "pai": "Sac bleu", "vaccines": {"ror": ["2019-06-01"], "dtp": ["2018-03-10"]}}
    actions.save_health(double, told, actor=double.parent)
    actions.link_likeness(Likeness.objects.get(), actor=clerk)
    content = HealthSheet.objects.get().content
    assert content["allergies"] == "Arachides\nLait"
    assert content["pai"] == "Sac bleu"
    assert content["vaccines"] == {"dtp": ["2018-03-10"], "ror": ["2019-01-10", "2019-06-01"]}


def test_gathering_the_same_sheet_twice_changes_nothing():
    sheet = {"allergies": "Lait", "doctor": "Dr Picot", "vaccines": {"dtp": ["2018-03-10"]}}
    assert gathered(sheet, sheet) == sheet
    assert gathered({}, sheet) == sheet
    assert gathered(sheet, {"doctor": "Dr Autre"})["doctor"] == "Dr Picot"


def test_what_was_invoiced_under_the_second_file_still_names_the_child(known, double, clerk):
    actions.link_likeness(Likeness.objects.get(), actor=clerk)
    keys = [uses.beneficiary(double.pk), uses.beneficiary(known.pk)]
    assert {one.name for one in pricing.people(keys).values()} == {"Léa Dubois"}
    assert set(uses.beneficiaries(known)) == set(keys)


def test_agent_who_opens_a_file_reads_that_it_is_known(known, clerk, make_user, client):
    person = person_of(make_user(first_name="Paul"))
    client.force_login(clerk)
    path = reverse("childcare:desk_child_new") + f"?personne={person.pk}"
    data = {
        "first_name": "léa",
        "last_name": "Dubois",
        "birth_date": "2018-01-10",
        "relation": "father",
        "household": "",
    }
    text = client.post(path, data).content.decode()
    assert "a déjà un dossier" in text
    assert known.get_absolute_url() in text
    assert Child.objects.count() == 1
    assert client.post(path, data | {"other": "on"}).status_code == 302
    assert Child.objects.count() == 2


def test_agent_of_another_body_reads_no_likeness(known, double, make_user, client):
    from beffroi.shared.organisations.models import Organisation

    stranger = make_user(
        "family_desk", Organisation.objects.create(kind="syndicat", name="Ailleurs", slug="ailleurs-2")
    )
    client.force_login(stranger)
    assert client.get(reverse("childcare:likeness", args=[Likeness.objects.get().pk])).status_code == 404
    client.force_login(known.parent)
    assert client.get(reverse("childcare:likeness", args=[Likeness.objects.get().pk])).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_parents_who_open_it_at_once_alert_once(operator, commune, make_user):
    parents = [make_user(first_name=name) for name in ("Jeanne", "Paul")]
    answers = at_once(*(lambda one=one: opened(operator, commune, one) for one in parents))
    assert {type(one).__name__ for one in answers} == {"Child"}
    assert Likeness.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_agents_who_answer_at_once_link_once(activity, make_family, operator, commune, make_user, clerk):
    make_family(activity=activity)
    opened(operator, commune, make_user())
    likeness = Likeness.objects.get()
    answers = at_once(
        lambda: actions.link_likeness(likeness, actor=clerk), lambda: actions.dismiss_likeness(likeness, actor=clerk)
    )
    assert sum(isinstance(one, Refused) for one in answers) == 1
    assert Entry.objects.filter(verb="childcare.likeness_decided").count() == 1
