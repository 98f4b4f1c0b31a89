import datetime
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.maintenance import actions
from beffroi.modules.maintenance.models import Meter, Movement, Order, Part, Store, Trigger
from beffroi.shared.assets.models import Asset, AssetKind

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


@pytest.fixture
def truck(operator):
    kind = AssetKind.objects.create(code="camion", label="Camion", group="Véhicules")
    return Asset.objects.create(kind=kind, organisation=operator, code="C-1", name="Saleuse")


@pytest.fixture
def meter(truck, dispatcher):
    return actions.save_meter(Meter(asset=truck, name="Kilomètres", unit="km"), actor=dispatcher)


def read(desk, meter, value, at=None):
    at = timezone.localtime(at or timezone.now() - HOUR)
    form = {"value": value, "at": at.strftime("%Y-%m-%dT%H:%M")}
    return desk.post(reverse("maintenance:meter", args=[meter.pk]), form, follow=True).content.decode()


def test_meter_is_made_read_and_shown(desk, truck):
    form = {"asset_code": "c-1", "name": "Kilomètres", "unit": "km", "is_cumulative": "on"}
    page = desk.post(reverse("maintenance:meter_new"), form).url
    meter = Meter.objects.get()
    read(desk, meter, "12500")
    assert "12\u202f500" in desk.get(page).content.decode()
    assert "12\u202f500" in desk.get(reverse("maintenance:meters")).content.decode()


def test_unknown_asset_is_told_at_its_field(desk, truck):
    page = desk.post(reverse("maintenance:meter_new"), {"asset_code": "X", "name": "Km", "unit": "km"})
    assert "Aucun équipement ne porte ce numéro" in page.content.decode()


def test_reading_that_goes_back_or_is_to_come_is_refused_in_words(desk, meter):
    read(desk, meter, "12500", timezone.now() - 2 * HOUR)
    assert "Le relevé précédent" in read(desk, meter, "12400")
    assert "pas encore venu" in read(desk, meter, "12600", timezone.now() + 3 * HOUR)
    assert meter.readings.count() == 1


def test_reading_past_its_threshold_opens_an_order_once_in_the_waiting_time(desk, meter, operator):
    read(desk, meter, "10000", timezone.now() - 5 * HOUR)
    form = {
        "name": "Vidange",
        "comparison": "more",
        "threshold": "500",
        "wait_days": 30,
        "organisation": operator.pk,
        "is_active": "on",
    }
    assert desk.post(reverse("maintenance:trigger_new", args=[meter.pk]), form).status_code == 302
    assert Trigger.objects.get().base == 10000
    read(desk, meter, "10400", timezone.now() - 4 * HOUR)
    assert not Order.objects.exists()
    read(desk, meter, "10510", timezone.now() - 3 * HOUR)
    read(desk, meter, "11200", timezone.now() - 2 * HOUR)  # it waits thirty days
    order = Order.objects.get()
    assert (order.title, order.origin, order.asset.code) == ("Vidange", "meter", "C-1")
    assert "Vidange" in desk.get(reverse("maintenance:meter", args=[meter.pk])).content.decode()


def test_level_under_its_threshold_opens_an_order(desk, truck, operator, dispatcher):
    level = actions.save_meter(Meter(asset=truck, name="Sel", unit="t", is_cumulative=False), actor=dispatcher)
    form = {
        "name": "Remplir",
        "comparison": "less",
        "threshold": "2",
        "wait_days": 0,
        "organisation": operator.pk,
        "is_active": "on",
    }
    desk.post(reverse("maintenance:trigger_new", args=[level.pk]), form)
    read(desk, level, "3", timezone.now() - 3 * HOUR)
    assert not Order.objects.exists()
    read(desk, level, "1.5", timezone.now() - 2 * HOUR)
    assert Order.objects.get().title == "Remplir"


@pytest.mark.parametrize("role", ["admin", "agent", "elected", "secretary"])
def test_meters_open_for_their_roles(client, make_user, operator, meter, role):
    client.force_login(make_user(role, operator))
    names = [("meters", []), ("meter", [meter.pk]), ("meter_new", []), ("trigger_new", [meter.pk])]
    got = [client.get(reverse(f"maintenance:{name}", args=args)).status_code for name, args in names]
    seen = {"admin": [200] * 4, "secretary": [200] * 4, "agent": [200, 200, 403, 403], "elected": [200, 200, 403, 403]}
    assert got == seen.get(role, [403] * 4)


@pytest.fixture
def stock(operator, dispatcher):
    store = actions.save_store(Store(organisation=operator, name="Dépôt"), actor=dispatcher)
    parts = [
        actions.save_part(Part(organisation=operator, code=code, name=name, price=10), actor=dispatcher)
        for code, name in (("LED", "Lampe"), ("VIS", "Vis"))
    ]
    for part in parts:
        actions.count_part(part, store, 10, actor=dispatcher)
    return store, parts


def test_part_is_set_aside_set_free_taken_and_given_back(desk, order, stock):
    store, (lamp, _screw) = stock
    chosen = {"part": lamp.pk, "store": store.pk, "quantity": "4"}
    desk.post(reverse("maintenance:reserve", args=[order.reference]), chosen)
    assert lamp.levels.get().available == 6
    assert "Réservé" in desk.get(order.get_absolute_url()).content.decode()
    too_many = desk.post(reverse("maintenance:reserve", args=[order.reference]), chosen | {"quantity": "7"})
    assert "Il n’en reste que 6" in too_many.content.decode().replace("&#x27;", "’")
    desk.post(reverse("maintenance:release", args=[order.reference]))
    assert lamp.levels.get().available == 10
    desk.post(reverse("maintenance:part", args=[order.reference]), chosen)
    taken = Movement.objects.get(kind="use")
    back = reverse("maintenance:part_back", args=[order.reference, taken.pk])
    assert desk.get(back).status_code == 200
    assert "au plus" in desk.post(back, {"quantity": "5"}).content.decode()
    desk.post(back, {"quantity": "1"})
    assert lamp.levels.get().quantity == 7


def counted(key, values: dict) -> dict:
    form = {"client_uuid": str(key)}
    for part, value in values.items():
        form |= {f"p{part.pk}": value, f"vu{part.pk}": "10"}
    return form


def test_whole_place_is_counted_on_one_sheet(desk, stock):
    store, (lamp, screw) = stock
    url = reverse("maintenance:store_count", args=[store.pk])
    page = desk.get(url)
    key = page.context["form"]["client_uuid"].value()
    form = {
        "client_uuid": str(key),
        f"p{lamp.pk}": "7",
        f"vu{lamp.pk}": "10",
        f"p{screw.pk}": "",
        f"vu{screw.pk}": "10",
    }
    for _ in range(2):
        assert desk.post(url, form).status_code == 302
    assert (lamp.levels.get().quantity, screw.levels.get().quantity) == (Decimal(7), Decimal(10))
    assert Movement.objects.filter(part=lamp, comment="Inventaire").count() == 1


def test_stock_that_moves_while_it_is_counted_is_told_and_nothing_is_undone(desk, order, stock, worker):
    store, (lamp, screw) = stock
    url = reverse("maintenance:store_count", args=[store.pk])
    key = desk.get(url).context["form"]["client_uuid"].value()
    actions.use_part(order, lamp, store, 2, actor=worker)
    form = {
        "client_uuid": str(key),
        f"p{lamp.pk}": "10",
        f"vu{lamp.pk}": "10",
        f"p{screw.pk}": "3",
        f"vu{screw.pk}": "10",
    }
    page = desk.post(url, form).content.decode().replace("\u202f", " ").replace("\u00a0", " ")
    assert "a bougé pendant le comptage : Lampe" in page
    assert (lamp.levels.get().quantity, screw.levels.get().quantity) == (Decimal(8), Decimal(10))
