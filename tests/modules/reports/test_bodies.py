"""What bodies and the public read of them: figures, files, through whose hands a report went."""

import csv
import datetime
import io

import pytest
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Competence
from beffroi.modules.reports.views import desk
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.models import Membership

pytestmark = pytest.mark.django_db


def read_csv(answer) -> list[dict]:
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_figures_of_a_commune_leave_as_one_table_without_names(client, make_report, agent):
    report = make_report(contact_name="Jeanne Lefebvre", created_at=timezone.now() - timezone.timedelta(days=9))
    make_report(is_private=True)
    actions.refuse_report(report, actor=agent, refusal="private")
    rows = read_csv(client.get("/signalements/chiffres/?commune=doullens&export=csv"))
    found = {(row["Découpage"], row["Nom"]): row for row in rows}
    assert found["Ensemble", "Tout"]["Signalements reçus"] == "1"
    assert found["Famille", "Voirie"]["Non retenus"] == "1"
    assert found["Motif de refus", "Cela relève d’une propriété privée"]["Signalements reçus"] == "1"
    assert found["En cours depuis", "Plus de trois mois"]["Signalements reçus"] == "0"
    assert "Lefebvre" not in str(rows)
    page = client.get("/signalements/chiffres/?commune=doullens").content.decode()
    assert "Cela relève d’une propriété privée" in page
    assert "etat=ouverts" in page


def test_dashboard_shows_the_bodies_that_received_the_most_and_its_file_all_of_them(
    client, make_report, make_user, operator, doullens, county, sign, pothole, rule, monkeypatch
):
    rule(sign, operator)
    for category in (sign, sign, None):
        make_report(**({"category": category} if category else {}))
    client.force_login(make_user("operator_admin", operator))
    monkeypatch.setattr(desk, "MOST_BODIES", 1)
    answer = client.get("/bureau/signalements/?perimetre=territoire")
    assert [line.key for line in answer.context["by_body"]] == [operator.name]
    assert answer.context["most_bodies"] == 1
    rows = read_csv(client.get("/bureau/signalements/?perimetre=territoire&export=csv"))
    assert {row["Nom"] for row in rows if row["Découpage"] == "Organisme"} == {operator.name, doullens.name}
    monkeypatch.setattr(desk, "MOST_BODIES", 2)
    whole = client.get("/bureau/signalements/?perimetre=territoire")
    assert len(whole.context["by_body"]) == 2
    assert "qui en ont reçu le plus" not in whole.content.decode()
    rule(pothole, county)
    make_report()
    whole = client.get("/bureau/signalements/?perimetre=territoire")
    assert len(whole.context["by_body"]) == 2
    assert "Les 2 qui en ont reçu le plus" in whole.content.decode()


def test_dashboard_counts_one_body_or_all_of_mine(
    client, make_report, make_user, agent, secretary, operator, doullens, sign, rule
):
    rule(sign, operator)
    mine, theirs = make_report(category=sign), make_report()
    assert (mine.organisation_id, theirs.organisation_id) == (operator.pk, doullens.pk)
    client.force_login(agent)
    alone = client.get("/bureau/signalements/").context
    assert (alone["total"].filed, [body.pk for body in alone["bodies"]]) == (1, [operator.pk])
    both = make_user("agent", operator)
    Membership.objects.create(user=both, role="secretary", organisation_id=doullens.pk, start=datetime.date(2020, 1, 1))
    client.force_login(both)
    everything = client.get("/bureau/signalements/").context
    assert everything["total"].filed == 2
    assert {line.key: line.filed for line in everything["by_body"]} == {doullens.name: 1, operator.name: 1}
    assert client.get(f"/bureau/signalements/?organisme={doullens.slug}").context["total"].filed == 1
    rows = read_csv(client.get(f"/bureau/signalements/?organisme={doullens.slug}&export=csv"))
    assert next(row for row in rows if row["Découpage"] == "Organisme")["Nom"] == doullens.name
    assert client.get("/bureau/signalements/?organisme=ailleurs").context["total"].filed == 2


def test_page_tells_through_whose_hands_it_went(client, make_report, agent, county, operator, secretary, doullens):
    report = make_report()
    actions.hand_over(report, actor=secretary, organisation=operator, reason="Voirie communautaire, mot privé.")
    actions.hand_over(report, actor=agent, organisation=county, reason="Route du Département.")
    context = client.get(report.public_url()).context
    told = [(hand.name, hand.level, hand.current) for hand in context["hands"]]
    assert told == [
        ("Doullens", "Commune", False),
        (operator.name, "Intercommunalité", False),
        (county.name, "Département", True),
        ("Doullens", "Commune", False),
    ]
    page = client.get(report.public_url()).content.decode()
    assert "doit s’en occuper" in page
    assert "garde l’œil dessus" in page
    assert "mot privé" not in page


def test_not_ours_proposes_the_competent_body_first_and_keeps_the_history(
    client, make_report, secretary, agent, rule, pothole, county, operator
):
    report = make_report(contact_email="jeanne@example.invalid")
    rule(pothole, operator)
    client.force_login(secretary)
    address = f"/bureau/signalements/{report.reference}/pas-de-notre-ressort/"
    form = client.get(address).context["form"]
    assert [pk for pk, _label in form.fields["organisation"].choices][:2] == [operator.pk, county.pk]
    refused = client.post(address, {"organisation": operator.pk, "reason": ""})
    assert "Dites pourquoi en une phrase." in refused.content.decode()
    assert client.post(address, {"organisation": operator.pk, "reason": "Voirie communautaire."}).status_code == 302
    report.refresh_from_db()
    assert report.organisation_id == operator.pk
    words = [entry.verb for entry in journal.lines_about(report)]
    assert words == ["reports.create", "reports.transfer"]
    assert "Voirie communautaire." in client.get(report.tracking_url()).content.decode()


def test_rules_are_tried_before_they_serve(client, make_user, operator, doullens, county, pothole, rule, secretary):
    client.force_login(make_user("operator_admin", operator))
    rule(pothole, county, street="D 925", reason="Route départementale.")
    base = "/bureau/signalements/reglages/competences/"
    page = client.get(f"{base}?categorie=nid-de-poule&ou=doullens&adresse=Route+d%27Abbeville+D+925")
    assert page.context["way"].competent.pk == county.pk
    assert "Route départementale." in page.content.decode()
    page = client.get(f"{base}?categorie=nid-de-poule&ou=doullens&adresse=Rue+Verte")
    assert page.context["way"].competent.pk == doullens.pk
    assert client.get(f"{base}?categorie=inconnue&ou=doullens").status_code == 200


def test_rule_for_an_asset_is_written_by_its_label(client, make_user, operator, county, pothole):
    client.force_login(make_user("operator_admin", operator))
    kind = AssetKind.objects.create(code="pont", label="Pont", group="Ouvrages")
    bridge = Asset.objects.create(kind=kind, organisation=county, code="PT-1", name="Pont de l’Authie")
    address = "/bureau/signalements/reglages/competences/nouvelle/"
    given = {"category": pothole.pk, "organisation": county.pk}
    assert "Aucun équipement" in client.post(address, given | {"tag": "PT-9"}).content.decode()
    assert client.post(address, given | {"tag": "pt-1"}).status_code == 302
    assert Competence.objects.get().asset == bridge
    assert "Pont de l’Authie (PT-1)" in client.get("/bureau/signalements/reglages/competences/").content.decode()
