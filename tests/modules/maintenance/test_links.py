"""Several reports for one order: proposed by distance, added by their reference, taken off, resolved together."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from beffroi.modules.maintenance import actions
from beffroi.modules.reports.actions import create_report
from beffroi.modules.reports.models import Category
from beffroi.shared.cases.models import Case
from tests.modules.maintenance.conftest import MORNING

PLACE = (2.3412, 50.1567)
HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def make_report(operator, commune):
    family = Category.objects.create(code="voirie", label="Voirie", icon="route")
    category = Category.objects.create(code="trou", label="Nid-de-poule", icon="route", parent=family)

    def make(body=None, east=0.0, **fields):
        report = create_report(
            actor=None, category=category, location=(PLACE[0] + east, PLACE[1]), commune=commune, asks=False, **fields
        ).report
        Case.objects.filter(pk=report.pk).update(organisation=body or operator)
        report.refresh_from_db()
        return report

    return make


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


def test_reports_around_are_proposed_added_and_resolved_together(desk, make_order, make_report, worker, dispatcher):
    first, near, far = make_report(), make_report(east=0.001), make_report(east=0.02)
    order = make_order(reports=[first])
    actions.plan_order(order, actor=dispatcher, start=MORNING, end=MORNING + HOUR)
    url = reverse("maintenance:link", args=[order.reference])
    page = desk.get(url).content.decode()
    assert near.reference in page
    assert far.reference not in page
    assert f'value="{first.reference}"' not in page
    answer = desk.post(url, {"near": [near.reference], "references": far.reference.lower()})
    assert answer["Location"] == order.get_absolute_url()
    near.refresh_from_db()
    assert near.state == "scheduled"
    assert "Intervention prévue le" in near.messages.get().body
    actions.close_order(order, actor=worker, text="Rebouchés.")
    for report in (first, near, far):
        report.refresh_from_db()
        assert report.state == "resolved"


def test_report_taken_off_is_not_resolved(desk, make_order, make_report, worker):
    kept, other = make_report(), make_report(east=0.001)
    order = make_order(reports=[kept, other])
    answer = desk.post(reverse("maintenance:unlink", args=[order.reference, other.reference]))
    assert answer["Location"] == order.get_absolute_url()
    actions.close_order(order, actor=worker, text="Rebouché.")
    other.refresh_from_db()
    assert other.state == "new"
    assert desk.post(reverse("maintenance:unlink", args=[order.reference, other.reference])).status_code == 404
    with pytest.raises(ValidationError, match="rouvrez"):
        actions.unlink_report(order, kept, actor=None)
    with pytest.raises(ValidationError, match="rouvrez"):
        actions.link_reports(order, [other], actor=None)


def test_report_of_another_body_or_ended_is_refused_and_what_was_typed_is_kept(desk, make_order, make_report, commune):
    order, elsewhere = make_order(), make_report(body=commune)
    url = reverse("maintenance:link", args=[order.reference])
    page = desk.post(url, {"references": f"{elsewhere.reference} SIG-2026-999999"}).content.decode()
    assert "2 références à revoir" in page.replace("\u202f", " ").replace("\u00a0", " ")
    assert f"{elsewhere.reference} SIG-2026-999999" in page
    assert "Choisissez au moins un signalement" in desk.post(url, {}).content.decode()
    assert not order.report_links.exists()
    new = reverse("maintenance:order_new")
    assert desk.get(new, {"signalement": elsewhere.reference}).context["report"] is None


def test_agents_who_do_not_dispatch_add_nothing(client, make_order, make_report, worker):
    order, report = make_order(), make_report()
    client.force_login(worker)
    assert client.post(reverse("maintenance:link", args=[order.reference]), {}).status_code == 403
    assert client.post(reverse("maintenance:unlink", args=[order.reference, report.reference])).status_code == 403
