"""SMS: what a message becomes, and the OVHcloud API over a socket, its signature recomputed by the server."""

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import mailbox, outbox, sms

SECRET, CONSUMER, KEY = "secret-app", "consommateur", "application"


class Ovh(BaseHTTPRequestHandler):
    """Answers as https://eu.api.ovh.com/1.0 does."""

    status = 200
    invalid: list[str] = []
    jobs: list[dict] = []

    def do_GET(self):
        self._answer(200, "1764000000")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        address = f"http://127.0.0.1:{self.server.server_port}{self.path}"
        signed = "+".join((SECRET, CONSUMER, "POST", address, body, "1764000000"))
        signature = "$1$" + hashlib.sha1(signed.encode()).hexdigest()
        if self.headers["X-Ovh-Signature"] != signature or self.headers["X-Ovh-Application"] != KEY:
            return self._answer(403, json.dumps({"message": "Invalid signature"}))
        if self.status == 200:
            self.jobs.append(json.loads(body))
        return self._answer(self.status, json.dumps({"ids": [1], "invalidReceivers": self.invalid}))

    def _answer(self, status, text):
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def ovh(settings):
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Ovh", (Ovh,), {"jobs": [], "invalid": []}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SMS_PROVIDER = "ovh"
    settings.SMS_OVH_URL = f"http://127.0.0.1:{server.server_port}/1.0"
    settings.SMS_OVH_SERVICE, settings.SMS_SENDER = "sms-ab1234-1", "Territoire"
    settings.SMS_OVH_KEY, settings.SMS_OVH_SECRET, settings.SMS_OVH_CONSUMER = KEY, SECRET, CONSUMER
    yield server.RequestHandlerClass
    server.shutdown()
    server.server_close()


def message(**fields):
    defaults = {"key": "sms", "channel": "sms", "address": "06 12 34 56 78", "subject": "Suivi", "urgent": True}
    return Delivery.objects.create(**defaults | fields)


@pytest.mark.django_db
def test_sms_is_signed_and_sent_in_international_form(ovh):
    one = message(body="Votre signalement est résolu. https://exemple.invalid/s/1")
    assert outbox.send_due() == 1
    [job] = ovh.jobs
    assert job["receivers"] == ["+33612345678"]
    assert job["sender"] == "Territoire"
    assert job["coding"] == "7bit"
    one.refresh_from_db()
    assert one.state == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "state"), [(400, "refused"), (503, "waiting"), (403, "waiting")])
def test_sms_refused_or_delayed_by_the_provider(ovh, status, state):
    ovh.status = status
    one = message(body="Bonjour")
    assert outbox.send_due() == 0
    one.refresh_from_db()
    assert one.state == state


@pytest.mark.django_db
def test_sms_to_a_number_refused_by_the_operator(ovh):
    ovh.invalid = ["+33612345678"]
    one = message(body="Bonjour")
    outbox.send_due()
    one.refresh_from_db()
    assert one.state == "refused"


@pytest.mark.django_db
def test_sms_to_an_impossible_number_never_reaches_the_provider(ovh):
    one = message(body="Bonjour", address="12")
    outbox.send_due()
    one.refresh_from_db()
    assert (one.state, ovh.jobs) == ("refused", [])


@pytest.mark.django_db
def test_sms_waits_for_the_end_of_the_quiet_hours(ovh, monkeypatch):
    from datetime import datetime, timedelta

    from django.utils import timezone

    evening = timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=1), datetime.min.time()))
    monkeypatch.setattr(timezone, "now", lambda: evening + timedelta(hours=22))
    one = message(body="Bonjour", urgent=False)
    assert outbox.send_due() == 0
    one.refresh_from_db()
    assert (one.state, one.attempts) == ("waiting", 0)
    assert one.not_before == evening + timedelta(hours=32)


@pytest.mark.django_db
def test_sms_of_a_demonstration_is_kept_and_seen(client, settings, tmp_path):
    settings.DEMO, settings.HOME = True, tmp_path
    message(body="Votre code : 123456")
    assert outbox.send_due() == 1
    [letter] = mailbox.letters()
    assert (letter.kind, letter.to, letter.text) == ("sms", ("+33612345678",), "Votre code : 123456")
    assert "123456" in client.get("/demo/courriels/").content.decode()


def test_sms_french_is_written_in_the_gsm_alphabet():
    text = sms.fitted("L’élu – « ça » – est prêt\u202f: voilà")
    assert sms.is_gsm(text)
    assert text == 'L\'élu - "ca" - est pret : voilà'


def test_sms_too_long_keeps_its_link_and_holds_in_three_parts():
    text = sms.fitted("mot " * 200 + "https://exemple.invalid/suivi/0123456789/")
    assert text.endswith("... https://exemple.invalid/suivi/0123456789/")
    assert len(text) <= 459


def test_sms_of_another_alphabet_holds_in_three_parts():
    assert len(sms.fitted("Ж" * 400)) <= 201
