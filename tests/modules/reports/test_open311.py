import json
import re
import uuid
from xml.etree import ElementTree

import pytest
from django.utils import timezone

from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Report
from beffroi.shared.cases import actions as cases
from beffroi.shared.files.actions import attach, set_visibility, store_upload
from beffroi.shared.files.models import StoredFile
from tests.modules.reports.conftest import OUTSIDE, PLACE
from tests.shared.files import samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(operator):
    return actions.create_key(operator, actor=None, label="Application d’essai")[1]


@pytest.fixture
def send(client, key, pothole, doullens, agent):
    def send(kind="json", **more):
        lon, lat = PLACE
        data = {"api_key": key, "service_code": "nid-de-poule", "lat": lat, "long": lon, "description": "Un trou"}
        return client.post(f"/open311/v2/requests.{kind}", data | more)

    return send


def xml(response):
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.content.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
    return ElementTree.fromstring(response.content)  # noqa: S314  our own answer


def test_services_are_a_bare_list_in_json_and_named_in_xml(client, pothole, sign):
    rows = client.get("/open311/v2/services.json").json()
    assert [row["service_code"] for row in rows] == ["nid-de-poule", "panneau"]
    assert rows[0]["type"] == "realtime"
    assert rows[0]["group"] == "Voirie"
    tree = xml(client.get("/open311/v2/services.xml"))
    assert (tree.tag, tree[0].tag) == ("services", "service")
    assert [child.tag for child in tree[0]] == list(rows[0])
    assert tree[0].find("metadata").text == "false"


def test_definition_tells_the_questions(client, pothole):
    pothole.fields = [
        {"name": "taille", "label": "Taille", "type": "choice", "choices": ["petit", "grand"], "required": True},
        {"name": "profondeur", "label": "Profondeur", "type": "integer", "unit": "cm"},
    ]
    pothole.save()
    told = client.get("/open311/v2/services/nid-de-poule.json").json()
    assert told["attributes"][0]["values"] == [{"key": "petit", "name": "petit"}, {"key": "grand", "name": "grand"}]
    assert told["attributes"][1]["datatype"] == "number"
    tree = xml(client.get("/open311/v2/services/nid-de-poule.xml"))
    assert [one.text for one in tree.findall("attributes/attribute/values/value/key")] == ["petit", "grand"]


def test_discovery_names_the_endpoint(client, operator):
    told = client.get("/open311/v2/discovery.json").json()
    assert told["endpoints"][0]["url"] == "http://testserver/open311/v2"
    tree = xml(client.get("/open311/v2/discovery.xml"))
    assert tree.find("endpoints/endpoint/formats/format").text == "text/xml"


@pytest.mark.parametrize("kind", ["json", "xml"])
def test_post_files_a_report_and_answers_its_number(send, kind):
    answer = send(kind, email="jeanne@example.invalid", first_name="Jeanne", last_name="L.", address_string="Rue Verte")
    report = Report.objects.get()
    assert answer.status_code == 201
    if kind == "json":
        assert answer.json()[0]["service_request_id"] == report.reference
    else:
        assert xml(answer).find("request/service_request_id").text == report.reference
    assert (report.channel, report.contact_name, report.address) == ("api", "Jeanne L.", "Rue Verte")
    assert report.text_shown_at is None


def test_post_keeps_photos_and_attributes(send, pothole):
    pothole.fields = [{"name": "taille", "label": "Taille", "type": "choice", "choices": ["petit", "grand"]}]
    pothole.save()
    send(**{"attribute[taille]": "grand", "media": samples.upload(samples.jpeg(), "a.jpg")})
    report = Report.objects.get()
    assert report.answers == {"taille": "grand"}
    assert StoredFile.objects.about(report).get().kind == "photo"


def test_post_names_the_picture_elsewhere_without_fetching_it(send):
    send(media_url="http://127.0.0.1:9/image.jpg")
    note = Report.objects.get().messages.get()
    assert note.internal
    assert "http://127.0.0.1:9/image.jpg" in note.body


def test_post_again_with_the_same_number_files_once(send, client):
    number = str(uuid.uuid4())
    first, again = send(client_uuid=number), send(client_uuid=number)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json()
    assert client.get(f"/open311/v2/tokens/{number}.json").json() == [
        {"service_request_id": Report.objects.get().reference, "token": number}
    ]


@pytest.mark.parametrize(
    ("change", "code", "word"),
    [
        ({"api_key": "faux"}, 403, "api_key"),
        ({"api_key": ""}, 403, "api_key"),
        ({"service_code": ""}, 400, "service_code"),
        ({"service_code": "inconnu"}, 404, "inconnu"),
        ({"lat": "", "long": ""}, 400, "lieu"),
        ({"lat": "x"}, 400, "nombres"),
        ({"lat": "999"}, 400, "WGS"),
        ({"lat": OUTSIDE[1], "long": OUTSIDE[0]}, 400, "en dehors du territoire"),
        ({"email": "pas une adresse"}, 400, "email"),
        ({"description": "x" * 4001}, 400, "4 000"),
        ({"client_uuid": "12"}, 400, "UUID"),
        ({"jurisdiction_id": "ailleurs"}, 404, "jurisdiction_id"),
    ],
)
def test_post_refused_says_why_in_the_format_of_the_norm(send, change, code, word):
    answer = send(**change)
    assert answer.status_code == code
    assert answer.json()[0]["code"] == code
    assert word in answer.json()[0]["description"]
    tree = xml(send("xml", **change))
    assert (tree.tag, tree.find("error/code").text) == ("errors", str(code))
    assert not Report.objects.exists()


def test_requests_filter_and_stay_public(client, make_report, agent, sign):
    old = make_report(created_at=timezone.now() - timezone.timedelta(days=100))
    one, two, private = make_report(), make_report(category=sign), make_report(is_private=True)
    actions.resolve_report(two, actor=agent, reason="Redressé.")

    def found(query=""):
        return {row["service_request_id"] for row in client.get(f"/open311/v2/requests.json{query}").json()}

    assert found() == {one.reference, two.reference}
    assert found("?status=closed") == {two.reference}
    assert found("?status=open,closed") == {one.reference, two.reference}
    assert found("?service_code=panneau") == {two.reference}
    assert found(f"?service_request_id={old.reference},{one.reference},{private.reference}") == {
        old.reference,
        one.reference,
    }
    start = (timezone.now() - timezone.timedelta(days=120)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(f"?start_date={start}") == {old.reference}


@pytest.mark.parametrize(
    "query",
    [
        "?start_date=hier",
        "?start_date=2026-01-01T00:00:00",
        "?status=broken",
        "?start_date=2026-01-01T00:00:00Z&end_date=2026-10-01T00:00:00Z",
        "?start_date=2026-02-01T00:00:00Z&end_date=2026-01-01T00:00:00Z",
    ],
)
def test_requests_with_a_bad_parameter_are_refused(client, operator, query):
    assert client.get(f"/open311/v2/requests.xml{query}").status_code == 400


def test_request_has_the_members_of_the_norm_and_no_hidden_word(client, make_report, agent, operator):
    report = make_report(description="mot à relire", contact_email="jeanne@example.invalid")
    rows = client.get(f"/open311/v2/requests/{report.reference}.json").json()
    assert rows[0]["status"] == "open"
    assert rows[0]["description"] is None
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", rows[0]["requested_datetime"])
    assert "jeanne" not in json.dumps(rows)
    tree = xml(client.get(f"/open311/v2/requests/{report.reference}.xml"))
    assert [child.tag for child in tree[0]] == MEMBERS
    assert client.get("/open311/v2/requests/SIG-2026-999999.json").status_code == 404


MEMBERS = [
    *("service_request_id", "status", "status_notes", "service_name", "service_code", "description"),
    *("agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime"),
    *("address", "address_id", "zipcode", "lat", "long", "media_url"),
]


def test_updates_tell_the_public_steps(client, make_report, agent):
    report = make_report()
    cases.post_message(report, actor=agent, body="note privée", internal=True)
    cases.move_case(report, "acknowledge", actor=agent)
    rows = client.get("/open311/v2/servicerequestupdates.json").json()
    assert [row["description"] for row in rows] == ["Signalement reçu", "Pris en charge"]
    assert {row["service_request_id"] for row in rows} == {report.reference}
    assert xml(client.get("/open311/v2/servicerequestupdates.xml")).tag == "service_request_updates"


def test_update_by_the_key_of_its_body_moves_the_report_once(client, make_report, agent, county, pothole, rule, key):
    rule(pothole, county)
    report = make_report()
    theirs = actions.create_key(county, actor=None, label="Outil")[1]
    stranger = client.post(
        "/open311/v2/servicerequestupdates.json",
        {
            "api_key": actions.create_key(report.commune, actor=None, label="x")[1],
            "service_request_id": report.reference,
        },
    )
    assert stranger.status_code == 404
    data = {
        "api_key": theirs,
        "update_id": "7",
        "service_request_id": report.reference,
        "status": "closed",
        "description": "Route refaite.",
        "updated_datetime": "2026-11-01T10:00:00+01:00",
    }
    first = client.post("/open311/v2/servicerequestupdates.json", data)
    again = client.post("/open311/v2/servicerequestupdates.json", data)
    report.refresh_from_db()
    assert report.state == "resolved"
    assert first.json() == again.json()
    assert report.messages.count() == 1


def test_picture_that_an_update_names_is_told_to_agents_once(client, make_report, county, pothole, rule):
    rule(pothole, county)
    report = make_report()
    data = {
        "api_key": actions.create_key(county, actor=None, label="Outil")[1],
        "update_id": "8",
        "status": "closed",
        "service_request_id": report.reference,
        "description": "Fait.",
        "media_url": "https://example.invalid/apres.jpg",
    }
    for _ in range(2):
        assert client.post("/open311/v2/servicerequestupdates.json", data).status_code == 200
    (note,) = report.messages.filter(internal=True)
    assert "https://example.invalid/apres.jpg" in note.body
    unsafe = data | {"update_id": "9", "media_url": "javascript:alert(1)", "description": "Encore."}
    client.post("/open311/v2/servicerequestupdates.json", unsafe)
    assert not report.messages.filter(body__contains="javascript").exists()


def test_updates_tell_why_a_report_was_refused_and_show_its_public_photos(client, make_report, secretary):
    pictures = [
        store_upload(samples.upload(samples.jpeg(), "a.jpg", "image/jpeg"), actor=None, kind=kind)
        for kind in ("photo", "after")
    ]
    report, refused = make_report(), make_report()
    pictures = attach(pictures, report)
    set_visibility(pictures[0], actor=secretary, public=True)
    cases.move_case(report, "acknowledge", actor=secretary)
    cases.move_case(report, "resolve", actor=secretary, reason="Fait.")
    actions.refuse_report(refused, actor=secretary, refusal="not_found", explanation="Jamais dit au public.")

    def told():
        rows = client.get("/open311/v2/servicerequestupdates.json").json()
        return {(row["service_request_id"], row["description"]): row["media_url"] for row in rows}

    def media(one):
        return client.get(f"/open311/v2/requests/{one.reference}.json").json()[0]["media_url"]

    assert media(report) == f"http://testserver{pictures[0].url}"
    assert media(refused) is None
    rows = told()
    assert rows[report.reference, "Signalement reçu"].startswith("http://testserver/")
    assert rows[report.reference, "Pris en charge"] is None
    assert rows[report.reference, "Résolu"] is None
    words = next(
        words for reference, words in rows if reference == refused.reference and words.startswith("Non retenu")
    )
    refused.refresh_from_db()
    assert refused.get_refusal_display() in words
    assert not any("Jamais dit" in words for _reference, words in rows)
    set_visibility(pictures[1], actor=secretary, public=True)
    assert told()[report.reference, "Résolu"].startswith("http://testserver/")
    assert media(report) == f"http://testserver{pictures[0].url}"  # the first one that was received


def test_revoked_key_opens_nothing(send, key, operator):
    from beffroi.modules.reports.models import ApiKey

    actions.revoke_key(ApiKey.objects.get(), actor=None)
    assert send().status_code == 403


def test_other_sites_may_read(client, operator):
    assert client.get("/open311/v2/services.json").headers["Access-Control-Allow-Origin"] == "*"
    assert client.options("/open311/v2/services.json").status_code == 204
    assert client.delete("/open311/v2/services.json").status_code == 405


def test_keys_are_given_and_revoked_at_the_desk(client, make_user, operator):
    client.force_login(make_user("operator_admin", operator))
    page = client.post("/bureau/signalements/reglages/cles/", {"organisation": operator.pk, "label": "FixMyStreet"})
    secret = re.search(r"<code>([\w-]{43})</code>", page.content.decode())[1]
    from beffroi.modules.reports.models import ApiKey

    key = ApiKey.objects.for_secret(secret)
    assert key.label == "FixMyStreet"
    assert secret not in client.get("/bureau/signalements/reglages/cles/").content.decode()
    client.post(f"/bureau/signalements/reglages/cles/{key.pk}/revoquer/")
    assert ApiKey.objects.for_secret(secret) is None
