"""Reports filed on the server of the competent body, over a real socket: our own interface as the other one, and a
server that knows the norm only."""

import datetime
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.reports import actions
from beffroi.modules.reports.actions import outlets as sending_actions
from beffroi.modules.reports.models import Outlet, Report, Sending
from beffroi.modules.reports.notices import external_recipient
from beffroi.shared.cases.models import Message
from beffroi.shared.organisations.models import Organisation
from tests.support.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)
LATER = datetime.timedelta(minutes=20)


class OtherServer(ThreadingHTTPServer):
    """A server of the norm and no more: XML, no client_uuid. `lose` = how many answers to a filing are lost after it
    was kept; `shows` = do its public lists hold the descriptions; `status` = what it answers to a filing instead;
    `elsewhere` = where it redirects; `filling` = how many spaces it adds to its answers."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.filed: list[dict] = []
        self.asked = 0
        self.elsewhere, self.filling = "", 0
        self.lose, self.shows, self.status, self.tickets = 0, True, 0, False
        self.state, self.notes = "open", ""

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: OtherServer

    def do_GET(self):
        self.server.asked += 1
        if self.server.elsewhere:
            return self._answer(302, "")
        asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        resource = urlsplit(self.path).path.removeprefix("/v2/")
        if resource == "services.xml":
            row = "<service><service_code>001</service_code><service_name>Routes</service_name></service>"
            return self._answer(200, f"<services>{row}</services>")
        if resource.startswith("tokens/"):
            row = f"<request><service_request_id>{len(self.server.filed)}</service_request_id></request>"
            known = self.server.tickets and resource == "tokens/jeton-1.xml"
            return self._answer(200 if known else 404, f"<service_requests>{row}</service_requests>")
        wanted = asked.get("service_request_id", "").split(",")
        rows = [
            f"<request><service_request_id>{number}</service_request_id><status>{self.server.state}</status>"
            f"<status_notes>{escape(self.server.notes)}</status_notes>"
            f"<description>{escape(one['description']) if self.server.shows else ''}</description></request>"
            for number, one in enumerate(self.server.filed, start=1)
            if wanted == [""] or str(number) in wanted
        ]
        return self._answer(200, f"<service_requests>{''.join(rows)}</service_requests>")

    def do_POST(self):
        self.server.asked += 1
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.server.elsewhere:
            return self._answer(307, "")
        given = {name: values[0] for name, values in parse_qs(body).items()}
        if given.get("api_key") != "clé-du-département":
            return self._answer(
                403, "<errors><error><code>403</code><description>clé inconnue</description></error></errors>"
            )
        if self.server.status:
            return self._answer(self.server.status, "<errors/>")
        self.server.filed.append(given)
        if self.server.lose:
            self.server.lose -= 1
            self.connection.close()
            return None
        told = (
            "<token>jeton-1</token>"
            if self.server.tickets
            else (f"<service_request_id>{len(self.server.filed)}</service_request_id>")
        )
        return self._answer(201, f"<service_requests><request>{told}</request></service_requests>")

    def _answer(self, status: int, body: str):
        content = f'<?xml version="1.0" encoding="utf-8"?>{body}{" " * self.server.filling}'.encode()
        self.send_response(status)
        if self.server.elsewhere:
            self.send_header("Location", self.server.elsewhere)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args):
        """Nothing."""


@pytest.fixture
def other(settings):
    server = OtherServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.WEBHOOK_PRIVATE = [server.host]
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def outlet(other, county, roads, rule):
    """The roads are those of the county, which has its server."""
    rule(roads, county, reason="C’est une route départementale.")
    return actions.save_outlet(
        Outlet(
            organisation=county,
            endpoint=f"http://{other.host}/v2",
            key="clé-du-département",
            format="xml",
            service="001",
        ),
        actor=None,
    )


def wait(minutes: float = 20) -> None:
    """As if time had passed for what waits."""
    before = timezone.now() - datetime.timedelta(minutes=minutes)
    Sending.objects.update(not_before=before)
    Sending.objects.filter(read_at__isnull=False).update(read_at=before)


def test_report_is_filed_once_with_what_is_needed_and_nothing_about_its_author(outlet, other, make_report, agent):
    report = make_report(
        contact_name="Jeanne Lefebvre", contact_email="jeanne@example.invalid", contact_phone="0600000000"
    )
    assert (actions.send_due(), actions.send_due()) == (1, 0)
    (filed,) = other.filed
    assert (filed["service_code"], filed["lat"], filed["long"]) == ("001", "50.160000", "2.340000")
    assert filed["address_string"] == "Rue du Bourg, Doullens"
    assert filed["description"].startswith("Un trou au milieu de la chaussée.")
    assert report.reference in filed["description"]
    assert not any("jeanne" in value.lower() or "0600" in value for value in filed.values())
    sending = report.sendings.get()
    assert (sending.stage, sending.number) == ("sent", "1")
    assert Entry.objects.filter(verb="reports.sent").count() == 1


def test_text_that_may_name_somebody_is_read_first(outlet, other, make_report):
    make_report(description="Appelez Mme Dupont au 06 12 34 56 78.", address="Sonner au 06 12 34 56 78")
    actions.send_due()
    assert not any("06 12" in value for value in other.filed[0].values())
    assert other.filed[0]["address_string"] == "Doullens"
    assert "n’est pas publié" in other.filed[0]["description"]


def test_text_that_an_agent_withholds_before_it_leaves_does_not_leave(outlet, other, make_report, agent):
    report = make_report(description="Le voisin du 12 laisse tout là.")
    actions.hide_text(report, actor=agent)
    actions.send_due()
    assert "voisin" not in other.filed[0]["description"]


def test_private_report_does_not_leave_and_its_body_is_told_by_e_mail(outlet, other, make_report, operator, agent):
    report = make_report(is_private=True)
    assert actions.send_due() == 0
    entry = Entry.objects.get(verb="reports.create")
    assert [one.email for one in external_recipient(entry)] == [report.external.email]


def test_body_that_has_a_server_is_not_told_by_e_mail_too(outlet, make_report, agent):
    make_report()
    assert not list(external_recipient(Entry.objects.get(verb="reports.create")))


@pytest.fixture
def without_server(db):
    email = "etat@example.invalid"
    return Organisation.objects.create(kind="state", name="Routes de l’État", slug="etat", email=email)


def test_body_that_comes_after_one_that_has_a_server_is_told_by_e_mail(
    client, outlet, make_report, agent, without_server
):
    report = make_report()
    actions.send_due()
    actions.hand_over(report, actor=agent, organisation=without_server, reason="C’est une route nationale.")
    entry = Entry.objects.get(verb="reports.transfer")
    assert [one.email for one in external_recipient(entry)] == ["etat@example.invalid"]
    client.force_login(agent)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "prévenu par courriel" in page
    assert "relié par son serveur" not in page


def test_body_to_which_a_report_it_had_closed_comes_back_is_told_by_e_mail(
    client, outlet, other, make_report, agent, without_server, county
):
    report = make_report()
    actions.send_due()
    actions.hand_over(report, actor=agent, organisation=without_server, reason="C’est une route nationale.")
    other.state = "closed"
    actions.read_back()
    report.refresh_from_db()
    county.email = "routes@example.invalid"
    county.save(update_fields=["email"])
    actions.hand_over(report, actor=agent, organisation=county, reason="C’est le Département.")
    entry = Entry.objects.filter(verb="reports.transfer").latest("pk")
    assert [one.email for one in external_recipient(entry)] == ["routes@example.invalid"]
    client.force_login(agent)
    assert "prévenu par courriel" in client.get(report.get_absolute_url()).content.decode()


def test_body_that_is_no_longer_competent_closes_nothing(outlet, other, make_report, agent, without_server):
    report = make_report()
    actions.send_due()
    actions.hand_over(report, actor=agent, organisation=without_server, reason="C’est une route nationale.")
    other.state, other.notes = "closed", "Pas à nous."
    assert actions.read_back() == 0
    report.refresh_from_db()
    assert report.is_open
    assert report.sendings.get().status == "closed"
    assert not Message.objects.filter(case=report, body="Pas à nous.").exists()


def test_server_that_does_not_answer_delays_no_other(outlet, other, make_report, operator, monkeypatch):
    """However many reports wait to be read on the one that is away."""
    monkeypatch.setattr(sending_actions, "BATCH", 1)
    away = Organisation.objects.create(kind="state", name="Absent", slug="absent")
    gone = Outlet.objects.create(organisation=away, endpoint="https://127.0.0.1:1/v2", service="1")
    first, second = make_report(), make_report(address="Rue du Lac, Doullens")
    actions.send_due()
    before = timezone.now() - datetime.timedelta(days=1)
    Sending.objects.create(report=first, outlet=gone, stage="sent", number="A", read_at=before)
    Sending.objects.filter(report=first, outlet=outlet).update(read_at=before)
    other.notes = "Vu."
    actions.read_back()
    assert second.sendings.get().notes == "Vu."  # the one that was never read comes first
    assert Sending.objects.get(outlet=gone).read_at == before


def test_answer_that_is_lost_is_looked_for_before_anything_is_sent_again(outlet, other, make_report):
    report = make_report()
    other.lose = 1
    assert actions.send_due() == 0
    sending = report.sendings.get()
    assert (sending.stage, sending.unsure) == ("waiting", True)
    wait()
    assert actions.send_due() == 1
    sending.refresh_from_db()
    assert (sending.number, len(other.filed)) == ("1", 1)


def test_process_killed_between_the_filing_and_its_note_files_once(outlet, other, make_report, monkeypatch):
    report = make_report()

    def die(*args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(sending_actions, "_received", die)
        with pytest.raises(SystemExit):
            actions.send_due()
    assert (report.sendings.get().stage, len(other.filed)) == ("sending", 1)
    assert actions.send_due() == 0  # nobody takes it for five minutes
    wait()
    assert actions.send_due() == 1
    assert (report.sendings.get().number, len(other.filed)) == ("1", 1)


def test_answer_lost_for_good_waits_for_an_agent_who_decides(client, outlet, other, make_report, agent):
    report = make_report()
    other.lose, other.shows = 1, False
    for _ in range(5):
        assert actions.send_due() == 0
        wait()
    sending = report.sendings.get()
    assert (sending.stage, len(other.filed)) == ("uncertain", 1)
    report.refresh_from_db()
    assert report.unread_at is not None
    client.force_login(agent)
    page = client.get(report.get_absolute_url()).content.decode()
    assert "incertain" in page
    url = reverse("reports:desk_sending", args=[report.reference, sending.pk])
    assert "Écrivez le numéro" in client.post(url, {"choice": "there"}).content.decode()
    client.post(url, {"choice": "there", "number": "D-77"})
    sending.refresh_from_db()
    assert (sending.stage, sending.number) == ("sent", "D-77")
    assert client.get(url).url == report.get_absolute_url()


def test_refusal_is_told_to_agents_in_the_words_of_the_server_and_sent_again_once_mended(
    outlet, other, make_report, agent
):
    outlet.key = "fausse"
    actions.save_outlet(outlet, actor=None)
    report = make_report()
    assert actions.send_due() == 0
    sending = report.sendings.get()
    assert (sending.stage, sending.error) == ("refused", "clé inconnue")
    assert Message.objects.filter(case=report, internal=True, body__contains="clé inconnue").count() == 1
    outlet.key = "clé-du-département"
    actions.save_outlet(outlet, actor=None)
    actions.retry_sending(sending, actor=agent)
    assert actions.send_due() == 1
    with pytest.raises(ValidationError):
        actions.retry_sending(sending, actor=agent)


def test_server_that_is_away_is_tried_again(outlet, other, make_report, settings):
    report = make_report()
    other.status = 503
    assert actions.send_due() == 0
    sending = report.sendings.get()
    assert (sending.stage, sending.unsure, sending.not_before > timezone.now()) == ("waiting", False, True)
    other.status = 0
    wait()
    assert actions.send_due() == 1


def test_redirection_is_not_followed_and_is_said_with_where_it_leads(outlet, other, make_report, settings):
    inside = OtherServer()
    threading.Thread(target=inside.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    settings.WEBHOOK_PRIVATE = [other.host, inside.host]
    other.elsewhere = f"http://{inside.host}/v2/requests.xml"
    report = make_report()
    assert actions.send_due() == 0
    sending = report.sendings.get()
    assert (sending.stage, inside.asked) == ("refused", 0)
    assert other.elsewhere in sending.error
    with pytest.raises(ValidationError, match="renvoie ailleurs"):
        actions.read_services(outlet, actor=None)
    inside.shutdown()
    inside.server_close()


def test_server_that_is_no_longer_allowed_inside_the_network_is_not_called(outlet, other, make_report, settings):
    report = make_report()
    settings.WEBHOOK_PRIVATE = []
    assert actions.send_due() == 0
    sending = report.sendings.get()
    assert (sending.stage, sending.unsure, other.asked) == ("waiting", False, 0)
    assert "Adresse refusée" in sending.error
    with pytest.raises(ValidationError, match="Adresse refusée"):
        actions.read_services(outlet, actor=None)


def test_answer_that_is_too_long_is_not_kept(outlet, other, make_report):
    other.filling = 4_000_001
    with pytest.raises(ValidationError, match="trop longue"):
        actions.read_services(outlet, actor=None)
    report = make_report()
    assert actions.send_due() == 0
    assert report.sendings.get().unsure  # it may have been kept there


def test_two_senders_at_once_file_once(outlet, other, make_report):
    make_report()
    assert sum(at_once(actions.send_due, actions.send_due)) == 1
    assert len(other.filed) == 1


def test_report_that_changes_hands_before_it_leaves_does_not(outlet, other, make_report, operator, secretary, agent):
    report = make_report()
    report.refresh_from_db()
    actions.hand_over(report, actor=secretary, organisation=operator, reason="C’est une rue intercommunale.")
    assert actions.send_due() == 0
    assert (report.sendings.get().stage, other.filed) == ("dropped", [])


def test_what_the_body_says_is_read_once_and_told_to_the_author(client, outlet, other, make_report):
    report = make_report(contact_email="jeanne@example.invalid")
    actions.send_due()
    other.notes = "Équipe prévue jeudi."
    assert (actions.read_back(), actions.read_back()) == (1, 0)
    message = Message.objects.get(case=report, internal=False)
    assert (message.body, message.author_label) == ("Équipe prévue jeudi.", "Département d’Essai")
    wait()
    assert actions.read_back() == 0
    other.state, other.notes = "closed", "Trou rebouché."
    wait()
    assert actions.read_back() == 1
    report.refresh_from_db()
    assert report.state == "resolved"
    assert Message.objects.filter(case=report).latest("pk").body == "Trou rebouché."
    other.state = "open"
    wait()
    actions.read_back()
    report.refresh_from_db()
    assert report.state == "acknowledged"
    for page in (client.get(report.public_url()), client.get(report.tracking_url())):
        assert "Transmis" in page.content.decode()
        assert "sous le numéro" in page.content.decode()


def test_token_is_exchanged_for_its_number(outlet, other, make_report):
    report = make_report()
    other.tickets = True
    actions.send_due()
    sending = report.sendings.get()
    assert (sending.number, sending.ticket) == ("", "jeton-1")
    actions.read_back()
    sending.refresh_from_db()
    assert (sending.number, sending.status) == ("1", "open")


@pytest.fixture
def neighbour(address, settings, county, roads, rule, sign):
    """Our own interface as the server of the county."""
    settings.WEBHOOK_PRIVATE = [urlsplit(address).netloc]
    rule(roads, county)
    _key, secret = actions.create_key(county, actor=None, label="Communauté de communes")
    return actions.save_outlet(
        Outlet(organisation=county, endpoint=address, key=secret, replays=True, jurisdiction="127.0.0.1"), actor=None
    )


def test_two_beffrois_speak_to_each_other(neighbour, make_report, sign, pothole):
    assert actions.read_services(neighbour, actor=None) == 2
    actions.save_outlet(neighbour, actor=None, mapping={"nid-de-poule": "panneau"})
    report = make_report()
    assert actions.send_due() == 1
    sending = report.sendings.get()
    there = Report.objects.get(reference=sending.number)
    assert (there.category, there.channel, there.location) == (sign, "api", report.location)
    assert report.reference in there.description
    assert not there.sendings.exists()  # it is not sent back
    Sending.objects.update(stage="sending", number="")
    wait()
    assert actions.send_due() == 1
    assert (report.sendings.get().number, Report.objects.count()) == (there.reference, 2)
    actions.resolve_report(there, actor=None, reason="Rebouché.", check=False)
    assert actions.read_back() == 1
    report.refresh_from_db()
    assert report.state == "resolved"


def test_key_is_kept_encrypted_and_never_in_an_address(outlet, other, make_report):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM reports_outlet")
        assert "département" not in cursor.fetchone()[0]
    make_report()
    actions.send_due()
    actions.read_back()
    assert Outlet.objects.get().key == "clé-du-département"


def test_administrator_sets_a_server_and_its_services(
    client, other, county, pothole, sign, operator, make_user, settings
):
    client.force_login(make_user("operator_admin", operator))
    form = {
        "organisation": county.pk,
        "endpoint": f"http://{other.host}/v2",
        "key": "clé-du-département",
        "format": "xml",
        "is_active": "on",
    }
    page = client.post(reverse("reports:outlet_new"), form).url
    client.post(reverse("reports:outlet_services", args=[Outlet.objects.get().pk]))
    shown = client.get(page).content.decode()
    assert "Routes" in shown
    assert "clé-du-département" not in shown
    refused = client.post(page, form | {"key": "", f"s_{pothole.pk}": "999"}).content.decode()
    assert "n’annonce aucun service" in refused
    client.post(page, form | {"key": "", f"s_{pothole.pk}": "001"})
    outlet = Outlet.objects.get()
    assert (outlet.key, outlet.mapping) == ("clé-du-département", {"nid-de-poule": "001"})
    assert outlet.service_for(sign) == ""
    settings.WEBHOOK_PRIVATE = []
    assert "Adresse refusée" in client.post(page, form).content.decode()


@pytest.mark.parametrize("role", ["agent", "admin", "elected"])
def test_servers_are_set_by_who_sets_the_territory(client, operator, make_user, role):
    client.force_login(make_user(role, operator))
    assert client.get(reverse("reports:outlets")).status_code == 403
