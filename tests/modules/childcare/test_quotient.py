"""API Particulier, over a real socket, against a stand-in made from its own OpenAPI document."""

import datetime
import http.server
import json
import threading
import urllib.parse

import pytest
from django.urls import reverse

from beffroi.modules.childcare import actions, income, particulier
from beffroi.modules.childcare.models import Quotient, QuotientConsent
from beffroi.modules.childcare.particulier import Identity
from tests.support.norms import norm


def _document():
    try:
        return norm("schemas", "api_particulier.openapi.yaml")
    except pytest.skip.Exception:
        return None


DOCUMENT = _document()
pytestmark = pytest.mark.skipif(DOCUMENT is None, reason="the OpenAPI document of API Particulier is not here")
JEANNE = Identity(
    last_name="DUBOIS", first_names=("Jeanne",), sex="F", birth_date=datetime.date(1988, 4, 2), commune="80253"
)
MONTH = datetime.date(2026, 11, 1)


@pytest.fixture(scope="module")
def document():
    import yaml

    return yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))


class Service:
    """The stand-in: parameters are checked as the document says, answers are its own examples."""

    def __init__(self, document):
        self.document, self.asked, self.plan = document, [], []

    def answer(self, path, query, headers):
        self.asked.append((path, query, headers))
        operation = self.document["paths"][path]["get"]
        if not (headers.get("Authorization") or "").startswith("Bearer "):
            return self.example(operation, "401")
        for parameter in operation["parameters"]:
            if parameter["in"] == "query" and parameter.get("required") and parameter["name"] not in query:
                return self.example(operation, "422", "missing_mandatory_params_recipient_error")
        known = {parameter["name"] for parameter in operation["parameters"]}
        assert set(query) <= known, f"unknown parameters: {set(query) - known}"
        if self.plan:
            status, name = self.plan.pop(0)
            return self.example(operation, status, name) if name is not None else (int(status), "<html>")
        return 200, self.quotient(operation)

    def example(self, operation, status, name=""):
        examples = operation["responses"][status]["content"]["application/json"]["examples"]
        return int(status), (examples[name] if name else next(iter(examples.values())))["value"]

    def quotient(self, operation):
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        return _example(schema)


def _example(schema):
    if "example" in schema and schema["example"] is not None:
        return schema["example"]
    if schema.get("type") == "object":
        return {name: _example(one) for name, one in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_example(schema["items"])]
    return None


@pytest.fixture(autouse=True)
def _siret(operator):
    operator.siret = "20006984500018"
    operator.save()


@pytest.fixture
def service(document, settings):
    made = Service(document)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            parts = urllib.parse.urlsplit(self.path)
            status, content = made.answer(parts.path, urllib.parse.parse_qs(parts.query), self.headers)
            body = content.encode() if isinstance(content, str) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PARTICULIER_URL = f"http://127.0.0.1:{server.server_port}"
    settings.PARTICULIER_TOKEN = "jeton"
    yield made
    server.shutdown()
    server.server_close()


def ask(identity=JEANNE):
    return particulier.by_identity(identity, recipient="20006984500018")


def test_quotient_of_an_identity(db, service):
    answer = ask()
    assert (answer.value, answer.month, answer.provider) == (1045, datetime.date(2023, 6, 1), "MSA")
    _path, query, headers = service.asked[0]
    assert query["prenoms[]"] == ["Jeanne"]
    assert query["codeCogInseeCommuneNaissance"] == ["80253"]
    assert headers["Authorization"] == "Bearer jeton"


def test_quotient_by_france_connect(db, service):
    particulier.by_france_connect("jeton-fc", recipient="20006984500018", month=MONTH)
    path, query, headers = service.asked[0]
    assert path.endswith("/france_connect")
    assert (query["annee"], query["mois"]) == (["2026"], ["11"])
    assert headers["Authorization"] == "Bearer jeton-fc"


def _documented():
    """Every error that the document describes for this operation."""
    if DOCUMENT is None:
        return []
    import yaml

    operation = yaml.safe_load(DOCUMENT.read_text(encoding="utf-8"))["paths"][particulier.IDENTITY]["get"]
    return [
        (status, name)
        for status, response in operation["responses"].items()
        if status != "200"
        for name in response["content"]["application/json"]["examples"]
    ]


KINDS = {
    "401": particulier.Forbidden,
    "403": particulier.Forbidden,
    "404": particulier.Unknown,
    "409": particulier.Busy,
    "422": particulier.BadIdentity,
    "429": particulier.Busy,
    "502": particulier.Unavailable,
    "504": particulier.Unavailable,
}


@pytest.mark.parametrize(("status", "name"), _documented())
def test_each_documented_error_is_told_in_words(db, service, monkeypatch, status, name):
    monkeypatch.setattr(particulier.time, "sleep", lambda seconds: None)
    service.plan = [(status, name)] * particulier.TRIES
    with pytest.raises(KINDS[status]) as caught:
        ask()
    assert caught.value.code.isdigit()
    assert caught.value.words
    assert "DUBOIS" not in str(caught.value)
    assert len(service.asked) == (particulier.TRIES if status == "409" else 1)


def test_same_question_under_way_is_asked_again(db, service, monkeypatch):
    monkeypatch.setattr(particulier.time, "sleep", lambda seconds: None)
    service.plan = [("409", "")]
    assert ask().value == 1045
    assert len(service.asked) == 2


def test_no_answer_and_nonsense_are_unavailable(db, service, settings):
    service.plan = [("502", None)]
    with pytest.raises(particulier.Unavailable):
        ask()
    settings.PARTICULIER_URL = "http://127.0.0.1:9"
    with pytest.raises(particulier.Unavailable):
        ask()
    settings.PARTICULIER_TOKEN = ""
    with pytest.raises(particulier.NotConfigured):
        ask()


def test_more_than_twenty_a_second_wait(db, service, monkeypatch):
    waits = []
    monkeypatch.setattr(particulier.time, "sleep", waits.append)
    monkeypatch.setattr(particulier, "A_SECOND", 0)
    with pytest.raises(particulier.Busy):
        ask()
    assert waits
    assert service.asked == []


def test_consent_answer_history_and_withdrawal(make_family, service, client, operator):
    child = make_family()
    client.force_login(child.parent)
    page = reverse("childcare:my_quotient")
    data = {
        "last_name": "DUBOIS",
        "first_names": "Jeanne Marie",
        "sex": "F",
        "birth_date": "1988-04-02",
        "place": "80253",
    }
    assert "Sans cet accord" in client.post(page, data).content.decode()
    assert service.asked == []
    assert client.post(page, data | {"consent": "on"}).status_code == 302
    held = Quotient.objects.get()
    assert (held.value, held.provider, held.household) == (1045, "MSA", child.home.household)
    consent = QuotientConsent.objects.get()
    assert actions_identity(consent).first_names == ("Jeanne", "Marie")
    service.plan = [("404", "")]
    refused = client.post(page, data | {"consent": "on"}).content.decode()
    assert "Ni la CAF ni la MSA" in refused
    client.post(reverse("childcare:quotient_revoke", args=[QuotientConsent.objects.get(revoked_at=None).pk]))
    consent.refresh_from_db()
    assert consent.revoked_at
    assert consent.identity == {}


def actions_identity(consent):
    from beffroi.modules.childcare.actions.income import identity_of

    return identity_of(consent)


def test_refresh_of_january_asks_who_consented_and_has_none(make_family, service, operator):
    from django.utils import timezone

    children = [make_family(first_name=name) for name in ("Léa", "Tom", "Max")]
    for child in children[:2]:
        actions.consent_to_quotient(child.home.household, child.home.payer, JEANNE, actor=child.parent)
    actions.enter_quotient(children[0].home.household, 800, actor=None, month=datetime.date(2027, 1, 1))
    january = timezone.make_aware(datetime.datetime(2027, 1, 20, 6))
    assert actions.refresh_quotients(january) == {"asked": 1, "failed": 0}
    assert actions.refresh_quotients(january.replace(month=3)) == {"asked": 0, "failed": 0}
    assert len(service.asked) == 1


def test_refresh_stops_when_the_access_is_refused(make_family, service, operator):
    from django.utils import timezone

    for name in ("Léa", "Tom"):
        child = make_family(first_name=name)
        actions.consent_to_quotient(child.home.household, child.home.payer, JEANNE, actor=child.parent)
    service.plan = [("403", "")] * 5
    january = timezone.make_aware(datetime.datetime(2027, 1, 20, 6))
    assert actions.refresh_quotients(january) == {"asked": 0, "failed": 1}


def test_latest_value_whose_month_has_begun_counts():
    rows = [Quotient(month=datetime.date(2026, 1, 1), value=600), Quotient(month=MONTH, value=900)]
    assert income.quotient_on(rows, datetime.date(2026, 10, 31)) == 600
    assert income.quotient_on(rows, datetime.date(2026, 11, 1)) == 900
    assert income.quotient_on(rows, datetime.date(2025, 12, 31)) is None
    assert income.quotient_on([], MONTH) is None


def test_the_token_of_the_person_writes_the_quotient_of_their_home(make_family, service):
    child = make_family()
    held = actions.ask_quotient_by_token(child.home.household, "jeton-fc", actor=child.parent)
    assert (held.value, held.provider, held.source) == (1045, "MSA", "api")
    assert service.asked[0][2]["Authorization"] == "Bearer jeton-fc"
    service.plan = [("404", "")]
    with pytest.raises(particulier.Unknown):
        actions.ask_quotient_by_token(child.home.household, "jeton-fc", actor=child.parent)


def test_the_page_offers_franceconnect_to_the_linked_accounts_only(make_family, client, settings):
    from allauth.socialaccount.models import SocialAccount

    settings.IDENTITY_SERVERS = [
        {**values, "client_id": "x", "client_secret": "y"} for values in settings.IDENTITY_SERVERS
    ]
    child = make_family()
    client.force_login(child.parent)
    address = reverse("childcare:my_quotient")
    assert "Demander avec FranceConnect" not in client.get(address).content.decode()
    SocialAccount.objects.create(user=child.parent, provider="franceconnect", uid="x")
    assert "Demander avec FranceConnect" in client.get(address).content.decode()
