"""Many at once, and many of them."""

import threading
import time
import uuid
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Category, Report
from beffroi.shared.cases.models import Case
from tests.modules.reports.conftest import PLACE, make_commune, square

PATHS = ("/signalements/", "/carte/couches/signalements.geojson", "/signalements/chiffres/", "/signalements/flux.atom")


def copy(report: Report, count: int) -> None:
    """Write many reports at once, as the first one is, spread over the territory and the year."""
    now = timezone.now()
    cases = Case.objects.bulk_create(
        Case(
            kind=report.kind,
            reference=f"SIG-2025-{n:06d}",
            title=report.title,
            organisation=report.organisation,
            state=("new", "acknowledged", "resolved")[n % 3],
            closed_at=now if n % 3 == 2 else None,
            commune=report.commune,
            created_at=now - timedelta(hours=n),
        )
        for n in range(count)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reports_report (case_ptr_id, category_id, location, precision, address, address_is_known,"
            " description, answers, competence_reason, is_private, refusal)"
            " SELECT id, %s, point(2.30 + (id %% 100) / 1000.0, 50.10 + (id %% 97) / 970.0), 'point', '', false, '',"
            " '{}', '', false, '' FROM cases_case WHERE id = ANY(%s)",
            [report.category_id, [case.pk for case in cases]],
        )
        cursor.execute("ANALYZE cases_case; ANALYZE reports_report")


def queries_of(client, path) -> int:
    caches["pages"].clear()
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200
    return len(seen)


@pytest.mark.django_db
def test_public_pages_cost_the_same_with_three_thirty_or_ten_thousand_reports(client, make_report, agent):
    report = make_report()
    make_report()
    make_report()
    few = {path: queries_of(client, path) for path in PATHS}
    for _turn in range(27):
        make_report()
    some = {path: queries_of(client, path) for path in PATHS}
    copy(report, 10_000)
    many = {path: queries_of(client, path) for path in PATHS}
    assert few == some
    assert all(many[path] <= few[path] + 1 for path in PATHS)  # the layer counts by square once there are too many
    assert max(many.values()) <= 12
    started = time.process_time()
    caches["pages"].clear()
    client.get("/signalements/?etat=ouverts&commune=doullens&page=40")
    assert time.process_time() - started < 2


@pytest.mark.django_db
def test_layer_counts_by_square_when_there_are_too_many_points(client, make_report, agent):
    copy(make_report(), 3_000)
    features = client.get("/carte/couches/signalements.geojson?bbox=2.2,50.0,2.5,50.3").json()["features"]
    assert len(features) < 1_000
    assert sum(feature["properties"].get("count", 1) for feature in features) == 3_001
    close = client.get("/carte/couches/signalements.geojson?bbox=2.339,50.159,2.341,50.161").json()["features"]
    assert all("count" not in feature["properties"] for feature in close)


@pytest.mark.django_db
def test_wide_box_holds_the_same_reports_as_the_index_edges_included(make_report, agent):
    copy(make_report(), 500)
    places = list(Report.objects.order_by("pk").values_list("location", flat=True))
    (west, south), (east, north) = places[3], places[-1]
    corners = [*zip(*(sorted(pair) for pair in ((west, east), (south, north))), strict=True)]
    boxes = [(*corners[0], *corners[1]), (2.2, 50.0, 2.5, 50.3), (2.31, 50.11, 2.32, 50.12), (3.0, 50.0, 4.0, 51.0)]
    for box in boxes:
        inside = {(x, y) for x, y in places if box[0] <= x <= box[2] and box[1] <= y <= box[3]}
        for wide in (False, True):
            found = Report.objects.in_box(box, wide=wide).values_list("location", flat=True)
            assert set(found) == inside, (box, wide)
    assert places[3] in Report.objects.in_box(boxes[0], wide=True).values_list("location", flat=True)


@pytest.mark.django_db
def test_both_ways_of_asking_for_what_the_public_may_know_of_answer_the_same(make_report, agent):
    for fields in ({}, {"is_private": True}, {"hidden_at": timezone.now()}, {"state": "merged"}, {"state": "refused"}):
        report = make_report()
        for name, value in fields.items():
            setattr(report, name, value)
        report.save()
    assert Report.objects.shown().count() == 2
    assert set(Report.objects.shown()) == set(Report.objects.public())


@pytest.mark.django_db(transaction=True)
def test_same_send_from_two_devices_at_once_makes_one_report():
    from beffroi.shared.organisations.models import Organisation

    operator = Organisation.objects.create(kind="epci", name="Essai", slug="essai", is_operator=True)
    make_commune(operator, "Doullens", "80253", square(2.30, 50.10, 2.40, 50.20))
    roads = Category.objects.create(code="voirie", label="Voirie")
    pothole = Category.objects.create(code="nid-de-poule", label="Nid-de-poule", parent=roads)
    number, start = uuid.uuid4(), threading.Barrier(6)
    made, faults = [], []

    def send():
        try:
            start.wait()
            made.append(actions.create_report(actor=None, category=pothole, location=PLACE, client_uuid=number))
        except Exception as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _device in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert Report.objects.count() == 1
    assert sum(filed.created for filed in made) == 1
    assert len({filed.report.reference for filed in made}) == 1


@pytest.mark.django_db(transaction=True)
def test_devices_that_send_together_lose_nothing_and_skip_no_number(settings):
    """Eight telephones, three reports each, each sent twice at the same instant by the form of flight mode."""
    from beffroi.shared.organisations.models import Organisation

    operator = Organisation.objects.create(kind="epci", name="Essai", slug="essai", is_operator=True)
    make_commune(operator, "Doullens", "80253", square(2.30, 50.10, 2.40, 50.20))
    roads = Category.objects.create(code="voirie", label="Voirie")
    pothole = Category.objects.create(code="nid-de-poule", label="Nid-de-poule", parent=roads)
    numbers = [[str(uuid.uuid4()) for _rank in range(3)] for _phone in range(8)]
    start, answers = threading.Barrier(16), []

    def send(phone: int):
        client = Client(REMOTE_ADDR=f"198.51.100.{phone}")
        start.wait()
        try:
            for number in numbers[phone]:
                given = {"category": pothole.pk, "longitude": PLACE[0], "latitude": PLACE[1], "client_uuid": number}
                given["description"] = "Un trou"
                answers.append(client.post("/signalements/hors-ligne/", given, headers={"X-Beffroi-Upload": "1"}))
        finally:
            connection.close()

    threads = [threading.Thread(target=send, args=(rank % 8,)) for rank in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {204}
    made = Report.objects.order_by("reference")
    assert {str(one.client_uuid) for one in made} == {number for phone in numbers for number in phone}
    ranks = [int(one.reference.rpartition("-")[2]) for one in made]
    assert ranks == list(range(1, 25))
