"""A commune or a syndicat runs its own activities; it neither writes nor sees those of the EPCI."""

import pytest
from django.urls import reverse

from beffroi.modules.childcare import actions
from beffroi.modules.childcare.models import Activity, Child, Document, DocumentKind, Group, Proposal, Site
from beffroi.shared.organisations.models import Organisation


@pytest.fixture
def syndicat(db):
    return Organisation.objects.create(kind="syndicat", name="Syndicat scolaire", slug="syndicat-scolaire")


@pytest.fixture
def agent_of(make_user, operator, commune, syndicat):
    bodies = {"epci": operator, "commune": commune, "syndicat": syndicat}
    return {name: make_user("family_desk", body) for name, body in bodies.items()}


def url(name, *arguments):
    return reverse(f"childcare:{name}", args=arguments)


@pytest.mark.parametrize("who", ["commune", "syndicat"])
def test_what_the_epci_set_is_out_of_reach(agent_of, activity, site, operator, client, who):
    kind = DocumentKind.objects.create(organisation=operator, name="Assurance", months=12)
    client.force_login(agent_of[who])
    page = client.get(url("offer"))
    assert page.status_code == 200
    for words in (activity.name, site.name, kind.name):
        assert words not in page.content.decode()
    for address in (
        url("site", site.slug),
        url("document_kind", kind.pk),
        url("offer_activity", activity.slug),
        url("activity_edit", activity.slug),
        url("staff", activity.slug),
        url("part_new", activity.slug, "groupe"),
        f"{url('offer')}?organisme={operator.slug}",
        f"{url('activity_new')}?organisme={operator.slug}",
        f"{url('site_new')}?organisme={operator.slug}",
    ):
        assert client.get(address).status_code == 404, address
    assert client.post(url("site", site.slug), {"name": "Pris"}).status_code == 404
    site.refresh_from_db()
    assert site.name == "Accueil de Beauval"


@pytest.mark.parametrize("who", ["epci", "commune", "syndicat"])
def test_what_an_agent_makes_belongs_to_their_body(agent_of, client, who):
    agent = agent_of[who]
    client.force_login(agent)
    assert client.post(url("document_kind_new"), {"name": "Fiche", "months": 12}).status_code == 302
    assert set(DocumentKind.objects.values_list("organisation", flat=True)) == set(agent.roles_by_organisation)
    data = {"name": "Salle", "meal_days": 1, "meal_hour": "10:00"}
    assert client.post(url("site_new"), data).status_code == 302
    assert set(Site.objects.values_list("organisation", flat=True)) == set(agent.roles_by_organisation)


def test_one_who_works_for_two_bodies_says_for_which(make_user, operator, commune, client):
    from beffroi.shared.organisations.models import Membership

    agent = make_user("family_desk", operator)
    Membership.objects.create(user=agent, role="family_desk", organisation=commune, start="2020-01-01")
    client.force_login(agent)
    page = client.get(url("offer")).content.decode()
    assert f"?organisme={commune.slug}" in page
    client.post(f"{url('document_kind_new')}?organisme={commune.slug}", {"name": "Fiche", "months": 12})
    assert DocumentKind.objects.get().organisation_id == commune.pk


@pytest.mark.parametrize(("who", "sees"), [("epci", True), ("commune", False), ("syndicat", False)])
def test_the_list_of_what_waits_is_that_of_the_body(agent_of, make_family, activity, operator, client, who, sees):
    child = make_family(first_name="Célestine", activity=activity)
    kind = DocumentKind.objects.create(organisation=operator, name="Assurance", months=12)
    Document.objects.create(child=child, home=child.home, kind=kind)
    actions.propose_changes(child, {"school": "École des Tilleuls"}, actor=child.parent, home=child.home)
    client.force_login(agent_of[who])
    page = client.get(url("todo"))
    assert page.status_code == 200
    assert ("Célestine" in page.content.decode()) == sees
    assert (client.get(child.get_absolute_url()).status_code == 200) == sees
    address = url("proposal", child.pk, Proposal.objects.get().pk)
    assert (client.get(address).status_code == 200) == sees


def test_a_commune_sees_the_children_whom_its_activities_receive(agent_of, make_family, commune, activity, client):
    hall = Site.objects.create(organisation=commune, name="Mairie", slug="mairie", commune=commune)
    own = Activity.objects.create(organisation=commune, name="Garderie", slug="garderie")
    Group.objects.create(activity=own, site=hall, name="Tous", age_min=2, age_max=12, capacity=9, staff=2)
    child, other = (make_family(first_name=name, activity=activity) for name in ("Léa", "Tom"))
    enrolment = actions.enrol(child, own, hall, actor=None)
    agent = agent_of["commune"]
    assert list(Child.objects.visible_to(agent)) == [child]
    client.force_login(agent)
    assert client.get(child.get_absolute_url()).status_code == 200
    assert client.get(url("desk_calendar", child.pk, "garderie")).status_code == 200
    assert client.get(url("desk_calendar", child.pk, activity.slug)).status_code == 404
    assert client.get(other.get_absolute_url()).status_code == 404
    actions.end_enrolment(enrolment, actor=agent)
    assert client.get(child.get_absolute_url()).status_code == 404
