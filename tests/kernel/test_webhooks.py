"""Calls to other programs, over a real socket, against a receiver that verifies them as the norm says."""

import base64
import hashlib
import hmac
import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import hook_actions, journal, outgoing, webhooks
from beffroi.kernel.models import HookDelivery, User, Webhook


class Receiver(ThreadingHTTPServer):
    """Keeps what it receives; answers with the next of `answers`, then 204."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.received: list[tuple[dict, bytes]] = []
        self.answers: list[int] = []
        self.paths: list[str] = []

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.server.received.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/ailleurs")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def receiver(settings):
    server = Receiver()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.WEBHOOK_PRIVATE = [server.address]
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def chief(db):
    return User.objects.create_user("exploitant@example.invalid", is_superuser=True)


@pytest.fixture
def hook(receiver, chief):
    made = Webhook(name="Supervision", url=f"http://{receiver.address}/faits?de=beffroi", verbs=["kernel.resend"])
    return hook_actions.save_webhook(made, actor=chief)


@pytest.fixture
def fact(chief):
    def happen(verb="kernel.resend"):
        with transaction.atomic():
            return journal.record(verb, chief, actor=chief, data={"count": 2})

    return happen


def verified(secret: str, headers: dict, body: bytes) -> bool:
    """What a receiver does: https://www.standardwebhooks.com/, « Verifying webhooks »."""
    key = base64.b64decode(secret.split("_", 1)[1])
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(expected, one.partition(",")[2]) for one in headers["webhook-signature"].split(" "))


def test_fact_is_told_once_signed_and_names_nobody(hook, receiver, fact, chief):
    entry = fact()
    fact("kernel.retention")  # not wanted by this address
    assert webhooks.send_due() == 1
    assert webhooks.send_due() == 0
    ((headers, body),) = receiver.received
    assert verified(hook.secret, headers, body)
    assert not verified(hook.secret, headers, body + b" ")
    told = json.loads(body)
    assert (told["type"], told["data"]["details"], told["data"]["object"]["id"]) == (entry.verb, {"count": 2}, chief.pk)
    assert "exploitant" not in body.decode()
    kept = hook.deliveries.get()
    assert (kept.state, kept.status, str(kept.pk)) == ("sent", 204, headers["webhook-id"])


def test_all_the_facts_of_a_part_are_told(hook, receiver, fact, chief):
    hook.verbs = ["kernel.*"]
    hook_actions.save_webhook(hook, actor=chief)
    fact("kernel.retention")
    webhooks.send_due()
    told = [json.loads(body)["type"] for _headers, body in receiver.received]
    assert sorted(told) == ["kernel.retention", "kernel.webhook"]


def test_address_with_accents_is_called_as_browsers_do(receiver, fact, chief):
    url = f"http://{receiver.address}/réseau/des%20faits?de=là"
    hook_actions.save_webhook(Webhook(name="Accents", url=url, verbs=["kernel.resend"]), actor=chief)
    fact()
    assert webhooks.send_due() == 1
    assert receiver.paths == ["/r%C3%A9seau/des%20faits?de=l%C3%A0"]


def test_fact_that_is_undone_is_not_told(hook, receiver, chief):
    with transaction.atomic():
        journal.record("kernel.resend", chief, actor=chief)
        transaction.set_rollback(True)
    assert webhooks.send_due() == 0
    assert not receiver.received


def test_address_that_fails_is_tried_again_later_with_the_same_number(hook, receiver, fact):
    receiver.answers = [503, 302]
    fact()
    assert webhooks.send_due() == 0
    kept = hook.deliveries.get()
    assert (kept.state, kept.status, kept.attempts) == ("waiting", 503, 1)
    assert kept.not_before > timezone.now()
    for _attempt in range(2):  # a redirection is not followed: it could lead inside
        HookDelivery.objects.update(not_before=timezone.now())
        webhooks.send_due()
    kept.refresh_from_db()
    assert (kept.state, kept.attempts) == ("sent", 3)
    assert len({headers["webhook-id"] for headers, _body in receiver.received}) == 1


def test_call_is_abandoned_after_the_last_attempt_and_replayed_by_hand(hook, receiver, fact, chief):
    fact()
    receiver.answers = [500]
    HookDelivery.objects.update(attempts=len(webhooks.DELAYS))
    webhooks.send_due()
    assert hook.deliveries.get().state == "failed"
    assert hook_actions.replay([hook.deliveries.get().pk], actor=chief) == 1
    assert webhooks.send_due() == 1
    assert hook.deliveries.get().state == "sent"


def test_receiver_that_is_gone_is_not_called_again(hook, receiver, fact):
    receiver.answers = [410]
    fact()
    webhooks.send_due()
    assert hook.deliveries.get().state == "failed"


def test_call_whose_sender_died_is_due_again(hook, receiver, fact):
    fact()
    assert len(webhooks._take()) == 1  # taken by a process that then dies
    assert webhooks.send_due() == 0
    HookDelivery.objects.update(not_before=timezone.now() - timedelta(seconds=1))
    assert webhooks.send_due() == 1


def test_paused_address_is_told_nothing(hook, receiver, fact, chief):
    hook.is_active = False
    hook_actions.save_webhook(hook, actor=chief)
    fact()
    assert not HookDelivery.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.8/",
        "https://192.168.1.1/",
        "https://172.16.3.4/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "http://93.184.216.34/",
        "ftp://93.184.216.34/",
        "https://moi:secret@93.184.216.34/",
        "https://[2002:0a00:0001::1]/",
    ],
)
def test_address_inside_the_network_is_never_called(settings, chief, url):
    settings.WEBHOOK_PRIVATE = []
    with pytest.raises(outgoing.AddressRefused):
        outgoing.targets(url)
    with pytest.raises(ValidationError):
        hook_actions.save_webhook(Webhook(name="X", url=url, verbs=["kernel.resend"]), actor=chief)


@pytest.mark.parametrize("url", ["https://93.184.216.34/x", "https://[2606:2800:220:1::1]:8443/"])
def test_address_of_the_internet_may_be_called(url):
    assert outgoing.targets(url)[2] is True


def test_address_allowed_then_closed_is_not_called_any_more(hook, receiver, fact, settings):
    fact()
    settings.WEBHOOK_PRIVATE = []
    webhooks.send_due()
    kept = hook.deliveries.get()
    assert (kept.state, receiver.received) == ("waiting", [])
    assert "Adresse refusée" in kept.error


@pytest.mark.parametrize("verbs", [[], ["kernel.inconnu"], ["rien.*"]])
def test_fact_that_does_not_exist_is_refused(chief, receiver, verbs):
    with pytest.raises(ValidationError):
        hook_actions.save_webhook(Webhook(name="X", url=f"http://{receiver.address}/", verbs=verbs), actor=chief)


def test_administrator_adds_tries_reads_and_replays(client, chief, receiver):
    client.force_login(chief)
    form = {"name": "Suivi", "url": f"http://{receiver.address}/", "verbs": ["kernel.resend"], "is_active": "on"}
    page = client.post(reverse("kernel:hook_new"), form).url
    hook = Webhook.objects.get()
    client.post(reverse("kernel:hook_move", args=[hook.pk, "essayer"]))
    webhooks.send_due()
    assert "Essai" in client.get(page).content.decode()
    client.post(reverse("kernel:hook_move", args=[hook.pk, "rejouer"]), {"choix": [str(hook.deliveries.get().pk)]})
    webhooks.send_due()
    assert [json.loads(body)["type"] for _headers, body in receiver.received] == ["kernel.trial"] * 2
    former = hook.secret
    client.post(reverse("kernel:hook_move", args=[hook.pk, "secret"]))
    hook.refresh_from_db()
    assert hook.secret != former
    client.post(reverse("kernel:hook_move", args=[hook.pk, "supprimer"]))
    assert not Webhook.objects.exists()


def test_private_address_is_told_beside_its_field_and_kept(client, chief):
    client.force_login(chief)
    form = {"name": "Suivi", "url": "https://10.1.2.3/", "verbs": ["kernel.resend"], "is_active": "on"}
    page = client.post(reverse("kernel:hook_new"), form).content.decode()
    assert "réseau privé" in page
    assert "https://10.1.2.3/" in page


def test_webhooks_are_for_those_who_operate(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("agent@example.invalid"))
    assert client.get(reverse("kernel:hooks")).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_a_call_once(receiver):
    chief = User.objects.create_user("exploitant@example.invalid")
    made = Webhook(name="Suivi", url=f"http://{receiver.address}/", verbs=["kernel.resend"])
    hook = hook_actions.save_webhook(made, actor=chief)
    for _ in range(10):
        with transaction.atomic():
            journal.record("kernel.resend", chief, actor=chief)

    def work():
        try:
            webhooks.send_due()
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(receiver.received) == 10
    assert hook.deliveries.filter(state="sent").count() == 10
