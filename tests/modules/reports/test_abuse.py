"""How much may leave from one device, from one address, from one application."""

import uuid

import pytest
from django.test import Client

from beffroi.modules.reports import abuse, actions
from beffroi.modules.reports.models import Report
from tests.modules.reports.conftest import PLACE

pytestmark = pytest.mark.django_db
FORM = "/signalements/hors-ligne/"


@pytest.fixture
def send(pothole, doullens, agent):
    def send(client, address="203.0.113.7", **more):
        given = {"category": pothole.pk, "longitude": PLACE[0], "latitude": PLACE[1], "description": "Un trou"}
        given |= {"client_uuid": str(uuid.uuid4())} | more
        return client.post(FORM, given, headers={"X-Beffroi-Upload": "1"}, REMOTE_ADDR=address).status_code

    return send


def test_device_is_held_even_when_its_address_changes(client, send):
    codes = [send(client, f"203.0.113.{rank}") for rank in range(abuse.BY_DEVICE + 1)]
    assert codes == [204] * abuse.BY_DEVICE + [429]
    assert Report.objects.count() == abuse.BY_DEVICE


def test_other_device_of_the_same_address_still_sends(client, send):
    for _turn in range(abuse.BY_DEVICE + 1):
        send(client)
    assert send(Client()) == 204


def test_devices_without_memory_are_held_by_their_address(send):
    codes = [send(Client()) for _turn in range(abuse.UNKNOWN + 1)]
    assert codes == [204] * abuse.UNKNOWN + [429]
    assert send(Client(), "203.0.113.99") == 204


def test_replay_of_what_was_received_is_never_refused(client, send):
    number = str(uuid.uuid4())
    assert send(client, client_uuid=number) == 204
    for _turn in range(abuse.BY_DEVICE):
        send(client)
    assert send(client, client_uuid=number) == 204
    assert send(client) == 429


def test_invented_session_is_no_other_device(send):
    codes = []
    for rank in range(abuse.UNKNOWN + 1):
        client = Client()
        client.cookies["sessionid"] = f"{rank:032d}"
        codes.append(send(client))
    assert codes[-1] == 429


def test_account_is_held_apart(client, send, resident):
    client.force_login(resident)
    assert [send(client) for _turn in range(abuse.BY_DEVICE + 2)] == [204] * (abuse.BY_DEVICE + 2)


def test_telephone_of_an_application_is_held_as_one_of_the_site(client, operator, pothole, doullens, agent):
    key = actions.create_key(operator, actor=None, label="Application")[1]

    def send(device):
        given = {"api_key": key, "service_code": "nid-de-poule", "lat": PLACE[1], "long": PLACE[0]}
        return client.post("/open311/v2/requests.json", given | {"device_id": device}).status_code

    assert [send("tt1") for _turn in range(abuse.BY_DEVICE + 1)] == [201] * abuse.BY_DEVICE + [429]
    assert send("tt2") == 201
