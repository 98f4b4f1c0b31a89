import re
import uuid
from xml.etree import ElementTree

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Category, Moderation, Report
from beffroi.shared.cases import actions as cases
from beffroi.shared.cases.models import Follower
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from tests.modules.reports.conftest import OUTSIDE, PLACE
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(client, doullens, pothole, agent):
    """Fill in the steps up to the check, by their forms; returns the last answer."""

    def fill(point=PLACE, text="Un trou au milieu de la chaussée.", **contact):
        client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
        lon, lat = point
        client.post("/signalements/nouveau/lieu/", {"longitude": lon, "latitude": lat, "address": "Rue du Bourg"})
        client.post("/signalements/nouveau/description/", {"description": text})
        client.post("/signalements/nouveau/deja-signale/")
        client.post("/signalements/nouveau/coordonnees/", contact)
        return client.get("/signalements/nouveau/verification/")

    return fill


def number_in(response) -> str:
    return re.search(r'name="client_uuid" value="([^"]+)"', response.content.decode())[1]


def send(client, page, **more):
    return client.post("/signalements/nouveau/verification/", {"client_uuid": number_in(page), **more})


def test_filing_without_script_shows_the_competent_body_then_sends(client, filing, rule, pothole, county):
    rule(pothole, county, reason="La voirie départementale relève du Département.")
    page = filing(contact_email="jeanne@example.invalid")
    assert "Département d’Essai" in page.content.decode()
    assert "La voirie départementale relève du Département." in page.content.decode()
    assert not Report.objects.exists()
    thanks = send(client, page)
    assert thanks.headers["Location"] == "/signalements/nouveau/merci/"
    report = Report.objects.get()
    body = client.get("/signalements/nouveau/merci/").content.decode()
    assert report.reference in body
    assert report.tracking_url() in body
    assert (report.contact_email, report.external) == ("jeanne@example.invalid", county)


def test_filing_sent_twice_makes_one_report(client, filing):
    page = filing()
    send(client, page)
    again = send(client, page)
    assert again.headers["Location"] == "/signalements/nouveau/merci/"
    assert Report.objects.count() == 1


def test_filing_outside_the_territory_is_refused_naming_where(client, filing):
    page = client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
    answer = client.post("/signalements/nouveau/lieu/", {"longitude": OUTSIDE[0], "latitude": OUTSIDE[1]})
    assert page.status_code == 302
    assert "en dehors du territoire" in answer.content.decode()
    assert "du côté de Doullens" in answer.content.decode()


def test_filing_skips_no_step(client, filing):
    answer = client.get("/signalements/nouveau/verification/")
    assert answer.headers["Location"] == "/signalements/nouveau/"
    client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
    answer = client.get("/signalements/nouveau/coordonnees/")
    assert answer.headers["Location"] == "/signalements/nouveau/lieu/"


def test_filing_by_the_position_of_a_photo(client, doullens, pothole, agent):
    client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
    photo = samples.upload(samples.jpeg(position=PLACE), "rue.jpg", "image/jpeg")
    answer = client.post("/signalements/nouveau/lieu/", {"photos": photo})
    assert answer.headers["Location"] == "/signalements/nouveau/description/"
    assert client.session["report_draft"]["location"] == pytest.approx(list(PLACE), abs=1e-4)
    assert len(client.session["report_draft"]["photos"]) == 1


def test_filing_in_a_commune_without_address_is_approximate(client, doullens, pothole, agent):
    client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
    answer = client.post("/signalements/nouveau/lieu/", {"commune": doullens.pk})
    assert "Dites où dans la commune" in answer.content.decode()
    client.post("/signalements/nouveau/lieu/", {"commune": doullens.pk, "address": "derrière le lavoir"})
    assert client.session["report_draft"]["precision"] == "commune"


def test_filing_warns_of_what_names_somebody_and_lets_it_pass(client, filing):
    page = filing(text="Appelez Monsieur Dupont au 06 12 34 56 78")
    assert page.status_code == 302
    answer = client.post(
        "/signalements/nouveau/description/", {"description": "Appelez Monsieur Dupont au 06 12 34 56 78"}
    )
    assert "numéro de téléphone" in answer.content.decode()
    client.post("/signalements/nouveau/description/", {"description": "Tel 06 12 34 56 78", "keep": "on"})
    client.post("/signalements/nouveau/coordonnees/", {})
    send(client, client.get("/signalements/nouveau/verification/"))
    assert Report.objects.get().text_shown_at is None


def test_filing_offers_what_is_already_known(client, filing, make_report):
    report = make_report()
    client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
    client.post("/signalements/nouveau/lieu/", {"longitude": PLACE[0], "latitude": PLACE[1]})
    answer = client.post("/signalements/nouveau/description/", {"description": "Un trou"})
    assert answer.headers["Location"] == "/signalements/nouveau/deja-signale/"
    body = client.get("/signalements/nouveau/deja-signale/").content.decode()
    assert f"/signalements/{report.reference}/suivre/" in body


def test_filing_by_a_robot_is_refused(client, filing):
    answer = send(client, filing(), site="http://example.invalid")
    assert answer.status_code == 200
    assert not Report.objects.exists()


def test_filing_too_often_from_one_address_waits_and_keeps_the_draft(client, filing):
    for _turn in range(12):
        send(client, filing())
    assert Report.objects.count() == 12
    answer = send(client, filing())
    assert "Trop de signalements" in answer.content.decode()
    assert Report.objects.count() == 12
    assert client.session["report_draft"]["described"]


def test_filing_by_a_resident_is_theirs(client, filing, resident):
    client.force_login(resident)
    send(client, filing())
    report = Report.objects.get()
    assert (report.requester, report.contact_email) == (resident, "")


def test_prefill_by_address_goes_to_what_is_missing(client, doullens, pothole):
    lon, lat = PLACE
    answer = client.get(f"/signalements/nouveau/?categorie=nid-de-poule&lat={lat}&lon={lon}&adresse=Rue+du+Bourg")
    assert answer.headers["Location"] == "/signalements/nouveau/description/"
    assert client.session["report_draft"]["address"] == "Rue du Bourg"


@pytest.mark.parametrize("query", ["?lat=x&lon=2", "?lat=999&lon=2", "?categorie=inconnue", "?lat=nan&lon=2"])
def test_prefill_that_means_nothing_is_left_aside(client, doullens, pothole, query):
    assert client.get(f"/signalements/nouveau/{query}").status_code == 200


def test_where_names_the_commune_and_the_body(client, doullens, pothole, agent, operator, rule):
    rule(pothole, operator)
    client.post("/signalements/nouveau/", {"category": "nid-de-poule"})
    answer = client.get(f"/signalements/nouveau/ou/?lon={PLACE[0]}&lat={PLACE[1]}").json()
    assert answer == {"ok": True, "text": f"Doullens. Organisme compétent\u202f: {operator.name}."}
    answer = client.get(f"/signalements/nouveau/ou/?lon={OUTSIDE[0]}&lat={OUTSIDE[1]}").json()
    assert not answer["ok"]


def test_list_filters(client, make_report, agent, sign):
    one, two = make_report(), make_report(category=sign)
    actions.resolve_report(two, actor=agent, reason="Redressé.")
    for query, expected in (
        ("", {one, two}),
        ("?etat=ouverts", {one}),
        ("?etat=resolus", {two}),
        ("?categorie=voirie", {one, two}),
        ("?categorie=panneau", {two}),
        ("?commune=doullens", {one, two}),
        ("?commune=ailleurs", set()),
        ("?depuis=2999-01-01", set()),
        ("?depuis=n-importe-quoi", {one, two}),
        (f"?q={two.reference.lower()}", {two}),
        ("?q=panneau", {two}),
    ):
        shown = set(client.get(f"/signalements/{query}").context["page_obj"])
        assert shown == expected, query


def test_search_of_the_list_does_not_read_hidden_words(client, make_report, agent):
    make_report(description="mot secret")
    assert not list(client.get("/signalements/?q=secret").context["page_obj"])


def test_list_map_and_feed_hide_what_is_private_or_withdrawn(client, make_report, agent, report):
    private, hidden = make_report(is_private=True), make_report()
    actions.hide_report(hidden, actor=agent)
    for path in ("/signalements/", "/carte/couches/signalements.geojson", "/signalements/flux.atom"):
        body = client.get(path).content.decode()
        assert report.reference in body, path
        assert private.reference not in body, path
        assert hidden.reference not in body, path
    for one in (private, hidden):
        assert client.get(f"/signalements/{one.reference}/").status_code == 404


def test_page_shows_neither_contact_nor_unread_words(client, make_report, agent):
    report = make_report(
        description="mot à relire", contact_name="Jeanne Lefebvre", contact_email="jeanne@example.invalid"
    )
    cases.post_message(report, actor=agent, body="message privé")
    cases.move_case(report, "ask", actor=agent, reason="question privée")
    body = client.get(f"/signalements/{report.reference}/").content.decode()
    for secret in ("mot à relire", "Jeanne", "jeanne@", "message privé", "question privée", "Rue du Bourg", "Caron"):
        assert secret not in body, secret
    assert "Précision demandée" in body
    actions.show_text(report, actor=agent)
    body = client.get(f"/signalements/{report.reference}/").content.decode()
    assert "mot à relire" in body
    assert "Rue du Bourg" in body


def test_page_of_a_merged_report_leads_to_the_one_kept(client, make_report, agent):
    one, two = make_report(), make_report()
    cases.merge_case(two, one, actor=agent)
    assert client.get(f"/signalements/{two.reference}/").headers["Location"] == f"/signalements/{one.reference}/"


def test_page_shows_public_photos_only(client, report, agent):
    shown = store_upload(samples.upload(samples.jpeg(), "a.jpg"), actor=agent, kind="photo", target=report, public=True)
    kept = store_upload(samples.upload(samples.png(), "b.png"), actor=agent, kind="photo", target=report)
    body = client.get(f"/signalements/{report.reference}/").content.decode()
    assert str(shown.pk) in body
    assert str(kept.pk) not in body


def test_follow_by_email_waits_for_its_owner(client, report):
    client.post(f"/signalements/{report.reference}/suivre/", {"email": "Voisin@example.invalid"})
    follower = Follower.objects.get()
    assert (follower.email, follower.confirmed_at) == ("voisin@example.invalid", None)


def test_follow_by_account_is_at_once(client, report, resident):
    client.force_login(resident)
    client.post(f"/signalements/{report.reference}/suivre/")
    assert Follower.objects.confirmed().get().user == resident


def test_flag_brings_the_report_back_to_the_agents(client, report, agent):
    actions.show_text(report, actor=agent)
    client.post(f"/signalements/{report.reference}/prevenir/", {"reason": "On voit mon fils"})
    report.refresh_from_db()
    assert report.checked_at is None
    assert report.messages.get(internal=True).body.endswith("On voit mon fils")


def test_reopen_by_the_secret_link(client, report, agent):
    actions.resolve_report(report, actor=agent, reason="Fait.")
    assert client.post("/signalements/rouvrir/faux/", {"reason": "Non"}).status_code == 404
    client.post(f"/signalements/rouvrir/{report.token}/", {"reason": "Le trou est toujours là"})
    report.refresh_from_db()
    assert report.state == "acknowledged"


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("/signalements/flux.atom", "{http://www.w3.org/2005/Atom}feed"),
        ("/signalements/flux/doullens.atom", "{http://www.w3.org/2005/Atom}feed"),
        ("/signalements/flux.rss", "rss"),
    ],
)
def test_feeds_are_valid_xml(client, report, path, root):
    tree = ElementTree.fromstring(client.get(path).content)  # noqa: S314  our own answer
    assert tree.tag == root
    assert report.reference in ElementTree.tostring(tree, "unicode")


def test_feed_of_an_unknown_commune_does_not_exist(client, report):
    assert client.get("/signalements/flux/ailleurs.atom").status_code == 404


def test_figures_count_and_give_medians(client, make_report, agent):
    now = timezone.now()
    for days in (2, 4, 12):
        report = make_report(created_at=now - timezone.timedelta(days=20))
        actions.resolve_report(report, actor=agent, reason="Fait.", at=now - timezone.timedelta(days=20 - days))
    make_report()
    make_report(is_private=True)
    context = client.get("/signalements/chiffres/?commune=doullens").context
    total = context["total"]
    assert (total.filed, total.resolved, total.open) == (4, 3, 1)
    assert float(total.fix) == pytest.approx(4, abs=0.01)
    assert [n for _w, n, _t in context["ages"]] == [1, 0, 0, 0]


def test_relay_link_lets_the_external_body_answer(client, make_report, agent, county, pothole, rule):
    from beffroi.modules.reports.relay import relay_url

    rule(pothole, county)
    report = make_report(contact_email="jeanne@example.invalid")
    url = relay_url(report)
    body = client.get(url).content.decode()
    assert "Un trou au milieu" in body
    assert "jeanne@" not in body
    client.post(url, {"answer": "acknowledge"})
    client.post(url, {"answer": "resolve", "text": "Route refaite."})
    report.refresh_from_db()
    assert report.state == "resolved"
    assert client.get("/signalements/relais/faux/").status_code == 404


def test_relay_link_dies_when_the_report_goes_elsewhere(client, make_report, agent, county, operator, pothole, rule):
    from beffroi.modules.reports.relay import relay_url

    rule(pothole, county)
    report = make_report()
    url = relay_url(report)
    client.post(url, {"answer": "decline", "text": "Voie communale."})
    report.refresh_from_db()
    assert report.unread_at
    assert report.state == "new"
    Report.objects.filter(pk=report.pk).update(external=None)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("count", [3, 30])
def test_list_and_layer_cost_the_same_queries_whatever_the_number(
    client, make_report, agent, django_assert_max_num_queries, django_assert_num_queries, count
):
    for _turn in range(count):
        make_report()
    for path in ("/signalements/", "/carte/couches/signalements.geojson"):
        caches["pages"].clear()
        with django_assert_max_num_queries(12):
            assert client.get(path).status_code == 200


def test_desk_pages_open_for_those_who_may(client, agent, secretary, resident, report, make_user, operator):
    admin = make_user("operator_admin", operator)
    for path, allowed, refused in (
        ("/bureau/signalements/", agent, resident),
        ("/bureau/signalements/nouveau/", agent, admin),
        ("/bureau/signalements/a-relire/", secretary, admin),
        ("/bureau/signalements/reglages/", admin, agent),
        ("/bureau/signalements/reglages/competences/", admin, secretary),
        ("/bureau/signalements/reglages/categories/nouvelle/", admin, agent),
        ("/bureau/signalements/reglages/competences/nouvelle/", admin, agent),
        ("/bureau/signalements/reglages/publication/", admin, agent),
        (f"/bureau/signalements/{report.reference}/resoudre/", secretary, agent),
        (f"/bureau/signalements/{report.reference}/refuser/", secretary, agent),
        (f"/bureau/signalements/{report.reference}/pas-de-notre-ressort/", secretary, agent),
        (f"/bureau/signalements/{report.reference}/categorie/", secretary, agent),
        (f"/bureau/signalements/{report.reference}/lieu/", secretary, agent),
        (f"/bureau/demandes/{report.reference}/", secretary, agent),
    ):
        client.force_login(allowed)
        assert client.get(path).status_code == 200, path
        client.force_login(refused)
        assert client.get(path).status_code in (403, 404), path


def test_desk_files_for_somebody(client, agent, doullens, pothole):
    client.force_login(agent)
    lon, lat = PLACE
    data = {
        "category": pothole.pk,
        "longitude": lon,
        "latitude": lat,
        "description": "Un trou",
        "channel": "phone",
        "contact_name": "Odile M.",
        "client_uuid": str(uuid.uuid4()),
        "photos": samples.upload(samples.jpeg(), "a.jpg"),
    }
    answer = client.post("/bureau/signalements/nouveau/", data)
    report = Report.objects.get()
    assert answer.status_code == 302
    assert (report.filed_by, report.channel, report.requester) == (agent, "phone", None)
    assert StoredFile.objects.about(report).count() == 1


def test_desk_gestures_move_the_report(client, agent, report, sign):
    client.force_login(agent)
    base = f"/bureau/signalements/{report.reference}"
    client.post(f"{base}/categorie/", {"category": sign.pk})
    client.post(f"{base}/publication/", {"geste": "publish"})
    client.post(f"{base}/lieu/", {"longitude": PLACE[0], "latitude": PLACE[1], "address": "Rue Verte, Doullens"})
    report.refresh_from_db()
    assert (report.category, bool(report.text_shown_at), report.address) == (sign, True, "Rue Verte, Doullens")
    answer = client.post(f"{base}/refuser/", {"refusal": "other"})
    assert "Expliquez pourquoi" in answer.content.decode()
    client.post(f"{base}/resoudre/", {"body": "Redressé."})
    report.refresh_from_db()
    assert report.state == "resolved"


def test_desk_gesture_on_what_somebody_changed_meanwhile_is_refused(client, agent, report):
    client.force_login(agent)
    seen = Report.objects.get(pk=report.pk).version
    cases.move_case(report, "acknowledge", actor=agent)
    answer = client.post(f"/bureau/signalements/{report.reference}/resoudre/", {"body": "Fait.", "version": seen})
    assert "vient de modifier" in answer.content.decode()


def test_desk_blurs_a_photo(client, agent, report):
    file = store_upload(samples.upload(samples.jpeg(), "a.jpg"), actor=agent, kind="photo", target=report, public=True)
    client.force_login(agent)
    url = f"/bureau/signalements/{report.reference}/photos/{file.pk}/flouter/"
    assert client.get(url).status_code == 200
    client.post(url, {"left": "10", "top": "10", "width": "30", "height": "30"})
    assert StoredFile.objects.about(report).count() == 2
    assert Client().get(file.url).status_code == 404


def test_settings_write_categories_rules_and_publication(client, make_user, operator, roads, county, doullens):
    client.force_login(make_user("operator_admin", operator))
    questions = {
        "questions-TOTAL_FORMS": 2,
        "questions-INITIAL_FORMS": 0,
        "questions-0-label": "Hauteur",
        "questions-0-type": "choice",
        "questions-0-choices": "basse ; haute",
    }
    data = {
        "label": "Ornière",
        "parent": roads.pk,
        "icon": "route",
        "acknowledge_hours": 7,
        "fix_hours": 35,
        "radius": 50,
        "order": 10,
        "is_active": "on",
    }
    client.post("/bureau/signalements/reglages/categories/nouvelle/", data | questions)
    category = Category.objects.get(code="orniere")
    assert category.specs[0].choices == ("basse", "haute")
    area = '{"type": "Polygon", "coordinates": [[[2.3, 50.1], [2.4, 50.1], [2.4, 50.2], [2.3, 50.1]]]}'
    rule = {
        "category": category.pk,
        "organisation": county.pk,
        "area_name": "Zone",
        "area": area,
        "reason": "Parce que",
    }
    client.post("/bureau/signalements/reglages/competences/nouvelle/", rule)
    assert category.competences.get().ring == [(2.3, 50.1), (2.4, 50.1), (2.4, 50.2)]
    again = client.post("/bureau/signalements/reglages/competences/nouvelle/", rule)
    assert "déjà une règle" in again.content.decode()
    client.post("/bureau/signalements/reglages/publication/", {"organisation": operator.pk, "text_at_once": "on"})
    assert Moderation.objects.get(organisation=operator).text_at_once
    client.post("/bureau/signalements/reglages/publication/", {"organisation": doullens.pk, "text_at_once": "on"})
    assert Moderation.objects.count() == 1


def test_usual_categories_are_added_once(client, make_user, operator):
    client.force_login(make_user("operator_admin", operator))
    client.post("/bureau/signalements/reglages/usuelles/")
    count = Category.objects.count()
    assert count > 20
    client.post("/bureau/signalements/reglages/usuelles/")
    assert Category.objects.count() == count
    assert client.get("/bureau/signalements/reglages/").status_code == 200
