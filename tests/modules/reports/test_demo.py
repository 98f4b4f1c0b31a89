import time
from types import SimpleNamespace

import pytest
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from beffroi.modules.reports import demo, exports
from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.notices import external_recipient
from beffroi.shared.accounts import demo as accounts
from beffroi.shared.assets import demo as assets
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations import demo as territory
from beffroi.shared.organisations.models import Organisation, Team

pytestmark = pytest.mark.django_db


def test_demo_is_plausible_quick_and_loads_once():
    territory.load()
    with override_settings(DEMO=False):
        accounts.load()
    assets.load()
    started = time.process_time()
    demo.load()
    spent = time.process_time() - started
    reports = Report.objects.all()
    assert reports.count() >= demo.COUNT
    assert {report.state for report in reports} >= {"new", "acknowledged", "scheduled", "resolved", "refused", "merged"}
    assert StoredFile.objects.filter(kind="after").exists()
    assert reports.filter(external__isnull=False).exists()
    assert not reports.filter(external__isnull=False, external__email="").exclude(external__kind="commune").exists()
    labelled = reports.filter(asset__isnull=False)
    assert labelled.count() > 60
    first = labelled.exclude(state="merged").select_related("asset")
    assert all(report.location == report.asset.location for report in first)
    assert not labelled.exclude(commune=F("asset__commune")).exists()
    assert not labelled.exclude(category__code=F("asset__kind__report_category")).exists()
    assert reports.values("commune").distinct().count() > 20
    days = [timezone.localdate(report.created_at) for report in reports.order_by("pk")[: demo.COUNT]]
    assert days == sorted(days)
    rows = list(exports.rows())
    assert len(rows) == Report.objects.public().count()
    assert set(rows[0]) == {field.name for field in exports.DATASET.fields}
    count, categories = reports.count(), Category.objects.count()
    demo.load()
    assert (Report.objects.count(), Category.objects.count()) == (count, categories)
    assert spent < 20  # of our own work: the machine may be busy with something else


def test_demo_writes_to_nobody_real():
    territory.load()
    kept = [*Organisation.objects.values_list("email", flat=True), *Team.objects.values_list("email", flat=True)]
    assert [address for address in kept if address and not address.endswith("@example.invalid")] == []
    county = Organisation.objects.get(kind="departement")
    category = Category(code="essai", label="Essai")
    report = Report(category=category, external=county, organisation=county, state="new", reference="S-1")
    (told,) = external_recipient(SimpleNamespace(verb="cases.message", target=report, data={}))
    assert told.email == "departement@example.invalid"
