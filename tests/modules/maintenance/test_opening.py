"""An order opened at the desk: its place, its photos, the report that it answers and the orders that already do."""

import datetime
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.maintenance import actions, exports
from beffroi.modules.maintenance.models import Order
from beffroi.modules.reports.actions import create_report
from beffroi.modules.reports.models import Category
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.cases.models import Case
from beffroi.shared.files.models import StoredFile
from tests.modules.maintenance.test_field import photo

PLACE = (2.3412, 50.1567)
NEW = "maintenance:order_new"


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path  # the files of the datasets


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


@pytest.fixture
def report(operator, commune):
    family = Category.objects.create(code="voirie", label="Voirie", icon="route")
    category = Category.objects.create(code="trou", label="Nid-de-poule", icon="route", parent=family)
    made = create_report(actor=None, category=category, location=PLACE, commune=commune, asks=False).report
    Case.objects.filter(pk=made.pk).update(organisation=operator)
    made.refresh_from_db()
    return made


@pytest.fixture
def asset(operator):
    kind = AssetKind.objects.create(code="candelabre", label="Candélabre")
    return Asset.objects.create(kind=kind, organisation=operator, name="Lampe", code="EP-1", location=(2.35, 50.16))


def downloaded(client, address):
    answer = client.get(address)
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def filled(operator, **more):
    return {"title": "Trou", "nature": "corrective", "priority": 2, "organisation": operator.pk} | more


def test_an_announced_work_opened_at_the_desk_is_in_the_open_data(desk, operator, commune, team, dispatcher):
    operator.siret, operator.email, operator.phone = "20007099900018", "travaux@example.invalid", "03 22 77 00 00"
    operator.save()
    assert b"data-map-pick" in desk.get(reverse(NEW)).content
    form = filled(operator, announced="VOIRIE", address="rue de l’Église", latitude="50.1567", longitude="2.3412")
    desk.post(reverse(NEW), form | {"commune": commune.pk})
    order = Order.objects.get()
    assert order.location == PLACE
    start = timezone.now() + datetime.timedelta(days=2)
    actions.plan_order(order, actor=dispatcher, start=start, end=start + datetime.timedelta(hours=4), team=team)
    assert list(exports.announced()) == [order]
    (row,) = exports.rows()
    assert (row["longitude"], row["latitude"], row["categorie"]) == (*PLACE, "VOIRIE")
    assert order.reference in downloaded(desk, "/donnees/travaux/travaux.csv")


def test_the_place_of_a_work_is_corrected_on_the_map_and_follows_a_new_asset(desk, operator, make_order, asset):
    order = make_order(location=PLACE)
    edit = reverse("maintenance:order_edit", args=[order.reference])
    page = desk.get(edit).content.decode()
    assert 'value="50.1567"' in page.replace(",", ".")
    moved = filled(operator, latitude="50.158", longitude="2.345", version=order.version)
    assert desk.post(edit, moved).status_code == 302
    order.refresh_from_db()
    assert order.location == (2.345, 50.158)
    unmoved = filled(operator, latitude="50.158", longitude="2.345", version=order.version, asset_code="EP-1")
    assert desk.post(edit, unmoved).status_code == 302
    order.refresh_from_db()
    assert order.location == (2.35, 50.16)


def test_photos_of_what_is_to_do_are_kept_when_the_order_is_opened(desk, operator):
    assert desk.post(reverse(NEW), filled(operator, photos=photo())).status_code == 302
    order = Order.objects.get()
    (note,) = order.notes.all()
    assert note.kind == "before"
    assert StoredFile.objects.about(note).count() == 1


def test_the_page_of_a_report_shows_its_orders_in_as_many_queries(desk, report, make_order, dispatcher):
    def ask() -> int:
        with CaptureQueriesContext(connection) as seen:
            shown = desk.get(report.get_absolute_url()).content.decode()
        assert all(order.get_absolute_url() in shown for order in Order.objects.all())
        return len(seen)

    counts = []
    for count in (1, 4):
        for _ in range(count):
            make_order(reports=[report])
        counts.append(min(ask() for _ in range(3)))  # what is computed once, or once a minute, is not counted
    assert counts[0] == counts[1] <= 12


def test_an_agent_who_may_not_read_the_orders_sees_none_on_the_report(client, report, make_order, make_user, commune):
    order = make_order(reports=[report])
    Order.objects.update(commune=None)  # elsewhere than on the soil of the commune
    Case.objects.filter(pk=report.pk).update(organisation=commune)
    client.force_login(make_user("agent", commune))
    answer = client.get(report.get_absolute_url())
    assert answer.status_code == 200
    assert order.reference not in answer.content.decode()


def test_a_second_order_for_a_report_must_be_wanted(desk, report, operator, make_order):
    first = make_order(reports=[report])
    new = reverse(NEW) + f"?signalement={report.reference}"
    page = desk.get(new).content.decode()
    assert "Un ordre est déjà ouvert" in page
    assert first.get_absolute_url() in page
    key = str(uuid.uuid4())
    refused = desk.post(new, filled(operator, client_uuid=key))
    assert "Un ordre est déjà ouvert" in refused.content.decode()
    assert Order.objects.count() == 1
    wanted = filled(operator, client_uuid=key, second="on")
    assert desk.post(new, wanted).url == desk.post(new, wanted).url
    assert Order.objects.count() == 2
    second = Order.objects.exclude(pk=first.pk).get()
    assert second.report_links.get().case_id == report.pk


def test_a_double_press_on_the_first_order_of_a_report_asks_nothing(desk, report, operator):
    new, form = reverse(NEW) + f"?signalement={report.reference}", filled(operator, client_uuid=str(uuid.uuid4()))
    assert desk.post(new, form).url == desk.post(new, form).url
    assert Order.objects.get().location == PLACE
