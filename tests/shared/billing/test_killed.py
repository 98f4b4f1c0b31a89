"""A process that issues the invoices of a period is killed for good, and another takes the run up again."""

import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from beffroi.config.env import PROJECT
from beffroi.shared.billing import actions, sources
from beffroi.shared.billing.models import Counter, Invoice, Leg, Run
from beffroi.shared.people.models import Person
from tests.shared.billing import killed


@pytest.fixture
def run(transactional_db, regie, regisseur):
    Person.objects.bulk_create(
        Person(first_name=f"P{rank}", last_name="Tuée", address="1 rue A", postal_code="80630", city="Beauval")
        for rank in range(killed.COUNT)
    )
    killed.register()
    today = timezone.localdate()
    run = actions.prepare_run(
        regie=regie,
        source="tuee",
        start=date(2026, 10, 1),
        end=date(2026, 10, 31),
        label="Octobre",
        issued_on=today,
        due_on=today,
        actor=regisseur,
    )
    actions.preview(run)
    yield actions.launch_run(run, actor=regisseur)
    sources._sources.pop("tuee")


def begin(run: Run) -> subprocess.Popen:
    command = [sys.executable, "-m", "tests.shared.billing.killed", connection.settings_dict["NAME"], str(run.pk)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings", "PYTHONPATH": f"{PROJECT}/src:{PROJECT}"}
    process = subprocess.Popen(command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, text=True)
    with process.stdout:
        assert process.stdout.readline().strip() == "ready"
    return process


def wait_for(process: subprocess.Popen, count: int) -> None:
    """Until so many invoices are there, and the process is still at it."""
    limit = time.monotonic() + 60
    while Invoice.objects.filter(source__startswith="tuee:").count() < count:
        assert process.poll() is None, "the job ended before it could be killed"
        assert time.monotonic() < limit
        time.sleep(0.02)


@pytest.mark.slow
def test_a_run_killed_twice_ends_without_a_double_nor_a_gap(run, regie):
    for count in (10, 30):
        process = begin(run)
        wait_for(process, count)
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(30) == -signal.SIGKILL
        run.refresh_from_db()
        assert run.status == "running"
        assert Invoice.objects.count() < killed.COUNT
    assert actions.stalled(now=timezone.now() + timedelta(minutes=10)) == [run]
    process = begin(run)
    assert process.wait(60) == 0
    run.refresh_from_db()
    invoices = Invoice.objects.filter(run=run)
    assert (run.status, run.done, run.done + run.skipped) == ("done", killed.COUNT, killed.COUNT)
    assert invoices.count() == invoices.values("source").distinct().count() == killed.COUNT
    assert sorted(invoices.values_list("rank", flat=True)) == list(range(1, killed.COUNT + 1))
    assert Counter.objects.get(regie=regie).last == killed.COUNT
    assert run.total == sum(100 + rank for rank in range(killed.COUNT))
    assert Leg.objects.count() == 2 * killed.COUNT


@pytest.mark.slow
def test_two_jobs_at_once_issue_each_invoice_once(run):
    first, second = begin(run), begin(run)
    assert {first.wait(60), second.wait(60)} == {0}
    run.refresh_from_db()
    assert Invoice.objects.filter(run=run).count() == killed.COUNT
    assert run.status == "done"
