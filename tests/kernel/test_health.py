"""/sante/ and its checks, against the real database."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from beffroi.kernel import health
from beffroi.kernel.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker_alive():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")


def _wait_job(minutes: int) -> None:
    from procrastinate.contrib.django import app

    app.configure_task("kernel.notify").defer(entry_id=0)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - %s * interval '1 minute'", [minutes])


def test_health_all_well_answers_200_without_detail(client, settings, worker_alive):
    settings.DEMO = True
    answer = client.get("/sante/", headers={"accept": "*/*"})
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["checks"]["database"] == {"ok": True}
    assert "no-store" in answer["Cache-Control"]


def test_health_no_worker_answers_503_and_says_it_to_the_administrator_only(client, settings):
    settings.DEMO = True
    assert client.get("/sante/").json()["checks"]["queue"] == {"ok": False}
    client.force_login(User.objects.create_superuser("admin@example.invalid"))
    answer = client.get("/sante/")
    assert answer.status_code == 503
    assert "Aucun worker" in answer.json()["checks"]["queue"]["detail"]


def test_health_vital_ignores_what_does_not_prevent_serving(client):
    answer = client.get("/sante/?vital")
    assert answer.status_code == 200
    assert list(answer.json()["checks"]) == ["database"]


def test_health_browser_gets_a_page(client, settings, worker_alive):
    settings.DEMO = True
    answer = client.get("/sante/", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 200
    assert "<h1>État de santé</h1>" in answer.content.decode()


def test_queue_job_waiting_for_long_is_a_fault(worker_alive):
    _wait_job(minutes=1)
    assert health.queue()[0]
    _wait_job(minutes=45)
    assert health.queue() == (False, "2 tâche(s) attendent, la plus ancienne depuis 45 min.")


def test_queue_worker_silent_for_long_is_a_fault():
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '5 minutes')")
    assert not health.queue()[0]


@pytest.mark.parametrize(("hours", "expected"), [(2, True), (35, True), (37, False)])
def test_backup_age_is_compared_with_the_limit(settings, tmp_path, hours, expected):
    settings.HOME, settings.DEMO, settings.BACKUP_MAX_AGE = tmp_path, False, 36
    at = datetime.now(UTC) - timedelta(hours=hours)
    (tmp_path / health.BACKUP_RECORD).write_text(json.dumps({"at": at.isoformat()}))
    assert health.backup()[0] is expected


def test_backup_none_yet_is_a_fault_unless_not_watched(settings, tmp_path):
    settings.HOME, settings.DEMO, settings.BACKUP_MAX_AGE = tmp_path, False, 36
    assert not health.backup()[0]
    settings.BACKUP_MAX_AGE = 0
    assert health.backup()[0]


def test_findings_check_that_breaks_is_a_fault_not_an_error(monkeypatch):
    def broken():
        raise ZeroDivisionError

    check = health.HealthCheck(code="broken", label="Cassé", check=broken)
    monkeypatch.setattr(health, "CHECKS", (*health.CHECKS, check))
    found = {finding.code: finding for finding in health.findings()}
    assert found["broken"].ok is False
    assert found["broken"].sentence == "Ne répond pas (ZeroDivisionError)."
