"""What a label leads to, without account; and the report that carries the asset."""

import pytest
from django.urls import reverse

from beffroi.modules.reports.models import Category, Report
from beffroi.shared.assets.actions import save_asset, set_status
from tests.shared.assets.conftest import PLACE

pytestmark = pytest.mark.django_db


def test_label_shows_what_it_is_and_its_state(client, make_asset):
    asset = make_asset(name="Mât 12", address="Rue du Moulin", notes="Clé chez M. Durand", serial="SN-1")
    text = client.get(asset.public_url().lower()).content.decode()
    for words in ("Mât 12", "Rue du Moulin", "Doullens", "en service", "Signaler un problème", "03 22 77 80 00"):
        assert words in text
    assert f"/signalements/nouveau/?equipement={asset.tag}" in text
    for private in ("Durand", "SN-1", "Corriger", "bureau/equipements"):
        assert private not in text


def test_label_says_since_when_it_is_down(client, make_asset):
    asset = make_asset()
    set_status(asset, "down", actor=None, reason="Vandalisme")
    text = client.get(asset.public_url()).content.decode()
    assert "Nous le savons depuis" in text
    assert "Vandalisme" not in text


@pytest.mark.parametrize("case", ["unpublished", "removed", "unknown"])
def test_label_without_public_page_says_the_same_whatever_the_reason(client, make_asset, network, case):
    asset = make_asset("X-1", kind=network, values={}, location=PLACE) if case == "unpublished" else make_asset()
    if case == "removed":
        set_status(asset, "removed", actor=None, reason="Déposé")
    url = "/e/AAAAAAAAAA/" if case == "unknown" else asset.public_url()
    answer = client.get(url)
    assert answer.status_code == 404
    assert "Cette étiquette ne mène à rien" in answer.content.decode()
    assert asset.name not in answer.content.decode()
    assert client.get(f"{url}trace.geojson").json()["features"] == []


def test_agent_who_scans_reaches_the_desk(desk, make_asset, network):
    shown = make_asset()
    assert shown.get_absolute_url() in desk.get(shown.public_url()).content.decode()
    hidden = make_asset("X-1", kind=network, values={}, location=PLACE)
    assert desk.get(hidden.public_url())["Location"] == hidden.get_absolute_url()


def test_report_from_a_label_carries_the_asset(client, make_asset, lamp, operator, doullens):
    family = Category.objects.create(code="eclairage", label="Éclairage", icon="lightbulb")
    Category.objects.create(code=lamp.report_category, label="Lampadaire éteint", parent=family, icon="lightbulb")
    whole = make_asset(address="Rue du Moulin")
    asset = make_asset("EP-2", parent=whole, location=None)
    answer = client.get(reverse("reports:new"), {"equipement": asset.tag}, follow=True)
    assert answer.redirect_chain[-1][0] == reverse("reports:new_details")
    client.post(reverse("reports:new_details"), {"description": "Éteint depuis hier."})
    client.post(reverse("reports:new_contact"), {})
    client.post(reverse("reports:new_check"), {})
    report = Report.objects.get()
    assert (report.asset, report.category.code, report.location) == (asset, lamp.report_category, PLACE)


def test_report_is_listed_on_the_page_of_the_asset(desk, agent, make_asset, lamp, operator, doullens):
    family = Category.objects.create(code="eclairage", label="Éclairage", icon="lightbulb")
    dark = Category.objects.create(code="noir", label="Lampadaire éteint", parent=family, icon="lightbulb")
    from beffroi.modules.reports.actions import create_report
    from beffroi.modules.reports.models import Competence

    Competence.objects.create(category=dark, organisation=operator)
    asset = make_asset()
    report = create_report(actor=None, category=dark, location=PLACE, asset=asset).report
    text = desk.get(asset.get_absolute_url()).content.decode()
    assert report.reference in text
    assert "Créer un ordre de travail" not in text  # an agent does the work, the dispatcher opens it


def test_dispatcher_opens_an_order_from_the_asset(client, make_user, operator, make_asset):
    client.force_login(make_user("admin", operator))
    asset = make_asset("EP 7/b")
    text = client.get(asset.get_absolute_url()).content.decode()
    assert "/bureau/travaux/nouveau/?equipement=EP%207" in text
    form = client.get(f"/bureau/travaux/nouveau/?equipement={asset.code}").content.decode()
    assert 'value="EP 7/b"' in form


def test_asset_saved_with_a_new_commune_is_numbered_again(make_asset, lamp, beauval):
    lamp.open_code, lamp.open_theme = "01010401", "Equipement administratif"
    lamp.save()
    first, second = make_asset("A"), make_asset("B")
    assert (first.open_number, second.open_number) == (1, 2)
    second.location = (2.54, 50.16)
    save_asset(second, actor=None)
    assert (second.commune, second.open_number) == (beauval, 1)
