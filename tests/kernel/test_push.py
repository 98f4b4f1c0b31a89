"""Web Push to a service on a socket, which decrypts what it receives and checks who signed it."""

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from beffroi.kernel.models import Delivery, PushSubscription
from beffroi.kernel.notices import outbox, push


class Service(BaseHTTPRequestHandler):
    status = 201
    received: list[tuple] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((dict(self.headers), body))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args):
        pass


@pytest.fixture
def service(settings, tmp_path):
    settings.HOME = tmp_path
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Service", (Service,), {"received": []}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PUSH_SERVICES = [f"127.0.0.1:{server.server_port}"]
    server.RequestHandlerClass.address = f"http://127.0.0.1:{server.server_port}/boite/1"
    yield server.RequestHandlerClass
    server.shutdown()
    server.server_close()


@pytest.fixture
def browser():
    """The keys of a browser, as its push manager gives them."""
    private = ec.generate_private_key(ec.SECP256R1())
    point = private.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    secret = b"0123456789abcdef"

    def text(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    return {"private": private, "auth": secret, "keys": {"p256dh": text(point), "auth": text(secret)}}


def subscribe(client, service, browser):
    subscription = json.dumps({"endpoint": service.address, "keys": browser["keys"]})
    return client.post("/compte/preferences/appareils/", {"subscription": subscription, "label": "Firefox, Linux"})


def notice(user, **fields):
    defaults = {"key": "push", "channel": "push", "subject": "Signalement résolu", "body": "Le banc est réparé."}
    return Delivery.objects.create(user=user, urgent=True, url="http://testserver/s/1/", **defaults | fields)


@pytest.mark.django_db
def test_push_arrives_encrypted_for_the_browser_and_signed_by_the_installation(client, make_user, service, browser):
    user = make_user()
    client.force_login(user)
    assert subscribe(client, service, browser).status_code == 302
    one = notice(user)
    assert outbox.send_due() == 1
    [(headers, body)] = service.received
    content = json.loads(http_ece.decrypt(body, private_key=browser["private"], auth_secret=browser["auth"]))
    assert content == {
        "title": "Signalement résolu",
        "text": "Le banc est réparé.",
        "url": "http://testserver/s/1/",
        "tag": str(one.pk),
    }
    scheme, _, rest = headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(","))
    assert (scheme, parts["k"]) == ("vapid", push.public_key())
    claims = jwt.decode(parts["t"], push.keys().public_key, algorithms=["ES256"], audience=service.address[:-8])
    assert claims["sub"].startswith("mailto:")


@pytest.mark.django_db
def test_push_to_a_browser_that_left_forgets_it(client, make_user, service, browser):
    user = make_user()
    client.force_login(user)
    subscribe(client, service, browser)
    service.status = 410
    one = notice(user)
    assert outbox.send_due() == 0
    one.refresh_from_db()
    assert one.state == "refused"
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
def test_push_service_in_trouble_is_tried_again(client, make_user, service, browser):
    user = make_user()
    client.force_login(user)
    subscribe(client, service, browser)
    service.status = 503
    one = notice(user)
    outbox.send_due()
    one.refresh_from_db()
    assert one.state == "waiting"
    assert PushSubscription.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "endpoint",
    ["http://127.0.0.1:5432/", "https://169.254.169.254/latest", "https://evil.example/", "https://xgoogleapis.com/"],
)
def test_push_address_that_is_no_notification_service_is_refused(client, make_user, browser, endpoint):
    client.force_login(make_user())
    subscription = json.dumps({"endpoint": endpoint, "keys": browser["keys"]})
    client.post("/compte/preferences/appareils/", {"subscription": subscription})
    assert not PushSubscription.objects.exists()


@pytest.mark.django_db
def test_push_device_is_removed_by_its_owner_only(client, make_user, service, browser):
    owner = make_user()
    client.force_login(owner)
    subscribe(client, service, browser)
    device = PushSubscription.objects.get()
    client.force_login(make_user())
    client.post(f"/compte/preferences/appareils/{device.pk}/retirer/")
    assert PushSubscription.objects.exists()
    client.force_login(owner)
    client.post(f"/compte/preferences/appareils/{device.pk}/retirer/")
    assert not PushSubscription.objects.exists()


def test_push_keys_are_drawn_once(settings, tmp_path):
    settings.HOME = tmp_path
    first = push.public_key()
    push._keys.cache_clear()
    assert push.public_key() == first
    assert (tmp_path / "vapid.pem").stat().st_mode & 0o077 == 0
