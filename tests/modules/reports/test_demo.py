import time

import pytest
from django.db.models import F
from django.test import override_settings
from django.utils import timezone

from beffroi.modules.reports import demo, exports
from beffroi.modules.reports.models import Category, Report
from beffroi.shared.accounts import demo as accounts
from beffroi.shared.assets import demo as assets
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations import demo as territory

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
