"""What the device of an agent keeps of the assets around the works of the day."""

import datetime
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.offline import KEEP_HEADER
from beffroi.modules.maintenance import actions, around
from beffroi.modules.maintenance.models import Meter, Order, Reading
from beffroi.shared.assets.models import Asset, AssetKind
from tests.support.together import at_once

HERE = (2.34, 50.15)
URL = "/terrain/equipements/jour.json"


@pytest.fixture
def phone(client, worker):
    client.force_login(worker)
    return client


@pytest.fixture
def kind(db):
    return AssetKind.objects.create(code="borne", label="Borne", group="Eau", published=True)


@pytest.fixture
def make(kind, operator):
    def make(code, east=0.0, **fields):
        values = {"kind": kind, "organisation": operator, "name": f"Borne {code}"} | fields
        return Asset.objects.create(code=code, location=(HERE[0] + east, HERE[1]), **values)

    return make


def codes(phone) -> list[str]:
    return [item["codes"][0] for item in phone.get(URL).json()["items"]]


def test_assets_of_the_works_come_first_then_those_around_then_those_of_their_communes(
    phone, make, make_order, team, commune
):
    mine, beside, far = make("B-1"), make("B-2", 0.001), make("B-3", 0.3, commune=commune)
    make("B-4", 0.4)
    make("B-5", 0.0005, status=Asset.Status.REMOVED)
    make_order(asset=mine, team=team, commune=commune)
    assert codes(phone) == [mine.code, beside.code, far.code]


def test_without_a_work_the_assets_of_ones_town_hall_are_kept(client, make_user, commune, kind):
    town = Asset.objects.create(kind=kind, organisation=commune, code="M-1", name="Mairie", commune=commune)
    client.force_login(make_user("agent", commune))
    assert codes(client) == [town.code]


def test_asset_of_somebody_else_is_there_only_with_the_work_given_on_it(phone, make, make_order, team, commune, worker):
    theirs, other = make("C-1", organisation=commune), make("C-2", 0.001, organisation=commune)
    order = make_order(asset=theirs, team=team)
    assert codes(phone) == [theirs.code]
    assert other not in around.workable(worker)
    Order.objects.filter(pk=order.pk).update(state="cancelled")
    assert codes(phone) == []


def test_file_is_bounded_kept_by_the_device_and_asks_as_many_queries_for_many(
    phone, make, make_order, team, monkeypatch, django_assert_max_num_queries
):
    for rank in range(12):
        make_order(asset=make(f"B-{rank:02d}", rank / 10_000), team=team)
    monkeypatch.setattr(around, "MOST", 5)
    with django_assert_max_num_queries(12):
        answer = phone.get(URL)
    assert len(answer.json()["items"]) == 5
    assert answer[KEEP_HEADER] == "1"
    assert phone.get("/terrain/equipements/")[KEEP_HEADER] == "page"
    assert KEEP_HEADER not in phone.get("/terrain/equipements/?code=B-01")


def test_card_tells_the_work_the_meters_and_what_can_be_done(phone, make, make_order, team, dispatcher):
    asset = make("B-1", maker_label="EAN 978")
    order = make_order(asset=asset, team=team, title="Purger la borne")
    meter = actions.save_meter(Meter(asset=asset, name="Volume", unit="m³"), actor=dispatcher)
    actions.read_meter(meter, 1200, actor=dispatcher)
    (item,) = phone.get(URL).json()["items"]
    assert item["codes"] == ["B-1", asset.tag, "EAN 978"]
    for text in (order.reference, "Purger la borne", "1\u202f200 m³", f"/terrain/compteurs/{meter.pk}/"):
        assert text in item["html"]
    assert "csrfmiddlewaretoken" not in item["html"]
    page = phone.get("/terrain/equipements/", {"code": "ean 978"}).content.decode()
    assert "Purger la borne" in page
    assert "csrfmiddlewaretoken" in page


def test_person_without_work_has_no_file(client, make_user, operator):
    client.force_login(make_user("elected", operator))
    assert client.get(URL).status_code == 403


@pytest.fixture
def meter(make, dispatcher):
    return actions.save_meter(Meter(asset=make("B-1"), name="Volume", unit="m³"), actor=dispatcher)


def test_reading_sent_twice_counts_once_at_the_hour_it_was_made(phone, meter):
    at = timezone.now() - datetime.timedelta(hours=3)
    form = {"value": "12,5", "client_uuid": str(uuid.uuid4()), "made_at": at.isoformat()}
    for _ in range(2):
        answer = phone.post(reverse("maintenance:field_reading", args=[meter.pk]), form)
        assert answer.url == "/terrain/equipements/?code=B-1"
    reading = Reading.objects.get()
    assert (float(reading.value), reading.at) == (12.5, at)


def test_reading_that_goes_back_is_refused_beside_its_field_and_kept_as_typed(phone, meter, dispatcher):
    actions.read_meter(meter, 100, actor=dispatcher, at=timezone.now() - datetime.timedelta(hours=1))
    page = phone.post(reverse("maintenance:field_reading", args=[meter.pk]), {"value": "90"}).content.decode()
    assert "Le relevé précédent était de 100" in page
    assert 'value="90"' in page


@pytest.mark.parametrize(("grows", "told"), [(True, True), (False, False)])
def test_page_of_a_meter_says_the_least_before_the_network_does(phone, make, dispatcher, grows, told):
    asset = make("B-2")
    meter = actions.save_meter(Meter(asset=asset, name="Niveau", unit="h", is_cumulative=grows), actor=dispatcher)
    assert "data-least" not in phone.get(reverse("maintenance:field_reading", args=[meter.pk])).content.decode()
    actions.read_meter(meter, 1200, actor=dispatcher)
    page = phone.get(reverse("maintenance:field_reading", args=[meter.pk])).content.decode()
    assert ('data-least="1200"' in page) is told
    assert ("Le relevé précédent était de 1\u202f200 h." in page) is told


def test_meter_of_another_body_is_not_found(phone, kind, commune, dispatcher):
    theirs = Asset.objects.create(kind=kind, organisation=commune, code="C-1", name="Citerne")
    meter = actions.save_meter(Meter(asset=theirs, name="Volume", unit="m³"), actor=dispatcher)
    assert phone.get(reverse("maintenance:field_reading", args=[meter.pk])).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_same_reading_sent_by_two_tabs_at_once_is_one(worker, meter):
    key = uuid.uuid4()
    at_once(*[lambda: actions.read_meter(meter, 7, actor=worker, client_uuid=key)] * 2)
    assert Reading.objects.filter(meter=meter).count() == 1


def test_work_seen_on_the_asset_of_a_work_given_goes_to_the_body_of_the_agent(phone, make, make_order, team, commune):
    theirs = make("C-1", organisation=commune)
    make_order(asset=theirs, team=team)
    form = {"title": "Reboucher", "asset_code": "c-1", "client_uuid": str(uuid.uuid4())}
    assert phone.post("/terrain/travaux/nouveau/", form).status_code == 302
    order = Order.objects.get(title="Reboucher")
    assert (order.asset, order.organisation) == (theirs, team.organisation)
