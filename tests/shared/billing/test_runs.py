"""Invoicing a period: preview, batches, a job killed in the middle, two workers at once."""

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pypdf import PdfReader

from beffroi.kernel.models import Delivery, Entry
from beffroi.kernel.notices import filling
from beffroi.shared.billing import actions, sources
from beffroi.shared.billing.actions import Bill
from beffroi.shared.billing.models import Invoice, Run
from beffroi.shared.people.models import Person
from tests.shared.billing.conftest import line


class Killed(BaseException):
    """The process dies: nothing catches it."""


@pytest.fixture
def feed(payer):
    """A module that has `count` things to invoice; `dies_at` = where its process is killed."""

    class Feed:
        count = 25
        dies_at = None
        extra = ()

        def bills(self, regie, start, end):
            for rank in range(self.count):
                if self.dies_at == rank:
                    raise Killed
                yield Bill(payer=payer, lines=[line(100 + rank)], source=f"essai:{start}:{rank}", label="Essai")
            yield from self.extra

    feed = Feed()
    sources.register(sources.Source(code="essai", label="Essai", bills=feed.bills))
    yield feed
    sources._sources.pop("essai")


@pytest.fixture
def run(regie, regisseur, feed):
    return actions.prepare_run(
        regie=regie,
        source="essai",
        start=date(2026, 10, 1),
        end=date(2026, 10, 31),
        label="Octobre",
        issued_on=timezone.localdate(),
        due_on=timezone.localdate() + timedelta(days=30),
        actor=regisseur,
    )


def test_preview_tells_what_would_be_issued_and_what_is_strange(run, feed, payer):
    feed.extra = [
        Bill(payer=payer, lines=[line(0)], source="z"),
        Bill(payer=payer, lines=[line(5)], source="b", anomalies=["Quotient familial inconnu"], blocked=True),
    ]
    actions.preview(run)
    assert (run.status, run.expected, run.expected_total) == ("ready", 25, sum(100 + rank for rank in range(25)))
    assert run.anomaly_count == 2
    assert {one["text"].split(" :")[0] for one in run.anomalies} == {"Rien à payer", "Quotient familial inconnu"}
    assert not Invoice.objects.exists()


def test_run_issues_everything_by_batches(run, regisseur):
    run = actions.launch_run(actions.preview(run), actor=regisseur)
    run = actions.issue_run(run, batch=10)
    assert (run.status, run.done, run.percent) == ("done", 25, 100)
    assert run.total == sum(Invoice.objects.values_list("total", flat=True))
    assert [one.data["count"] for one in Entry.objects.filter(verb="billing.run_batch")] == [10, 10, 5]
    assert set(Invoice.objects.values_list("label", flat=True)) == {run.label}, "what the régisseur wrote"


def test_killed_run_goes_on_without_a_double(run, feed, regisseur):
    run = actions.launch_run(actions.preview(run), actor=regisseur)
    feed.dies_at = 14
    with pytest.raises(Killed):
        actions.issue_run(run, batch=5)
    run.refresh_from_db()
    assert (run.status, run.done) == ("running", 10)
    assert actions.stalled() == []
    assert actions.stalled(timezone.now() + timedelta(minutes=4)) == [run]
    feed.dies_at = None
    run = actions.issue_run(run, batch=5)
    assert (run.status, run.done, Invoice.objects.count()) == ("done", 25, 25)
    assert list(Invoice.objects.order_by("rank").values_list("rank", flat=True)) == list(range(1, 26))


def test_failure_is_told_and_the_run_may_be_launched_again(run, feed, regisseur, payer):
    run = actions.launch_run(actions.preview(run), actor=regisseur)

    def broken(regie, start, end):
        yield Bill(payer=payer, lines=[line(1)], source="a")
        raise ValueError("panne")

    sources.register(sources.Source(code="essai", label="Essai", bills=broken))
    run = actions.issue_run(run, batch=1)
    assert (run.status, run.error, run.done) == ("failed", "ValueError", 1)
    sources.register(sources.Source(code="essai", label="Essai", bills=feed.bills))
    run = actions.issue_run(actions.launch_run(run, actor=regisseur))
    assert (run.status, Invoice.objects.count()) == ("done", 26)


def test_period_is_invoiced_once(run, regie, regisseur):
    with pytest.raises(ValidationError, match="déjà facturée"):
        actions.prepare_run(
            regie=regie,
            source="essai",
            start=run.start,
            end=run.end,
            label="X",
            issued_on=run.issued_on,
            due_on=run.due_on,
            actor=regisseur,
        )
    actions.cancel_run(run, actor=regisseur)
    assert Run.objects.get(pk=run.pk).status == "cancelled"


def test_run_that_has_issued_is_not_cancelled(run, regisseur):
    run = actions.issue_run(actions.launch_run(actions.preview(run), actor=regisseur))
    with pytest.raises(ValidationError, match="avoirs"):
        actions.cancel_run(run, actor=regisseur)
    with pytest.raises(ValidationError, match="Terminée"):
        actions.launch_run(run, actor=regisseur)


def test_payer_is_told_once_for_a_batch(run, regisseur, payer):
    actions.issue_run(actions.launch_run(actions.preview(run), actor=regisseur))
    entry = Entry.objects.get(verb="billing.run_batch")
    filling.fill(entry)
    filling.fill(entry)
    told = Delivery.objects.filter(entry=entry, user=payer.user)
    assert {one.channel for one in told} == {"inapp", "email"}
    assert "42" not in told.first().subject


def test_queries_hardly_grow_with_the_invoices(run, feed, regisseur):
    feed.count = 400
    run = actions.launch_run(actions.preview(run), actor=regisseur)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        actions.issue_run(run, batch=400)
    assert len(asked) <= 0.05 * 400 + 12


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_one_run_issue_once(run, regisseur):
    run = actions.launch_run(actions.preview(run), actor=regisseur)

    def work(_rank):
        try:
            return actions.issue_run(Run.objects.get(pk=run.pk), batch=4).status
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(work, range(3)))
    run.refresh_from_db()
    assert (run.status, run.done, Invoice.objects.count()) == ("done", 25, 25)


def test_invoices_of_families_without_e_mail_are_printed_together(
    run, feed, regie, regisseur, commune, client, settings
):
    settings.MIDDLEWARE = [one for one in settings.MIDDLEWARE if "SecondFactor" not in one]
    feed.count = 2
    offline = [
        Person.objects.create(first_name=name, last_name="Sans", address="1 rue A", city="Beauval", commune=commune)
        for name in ("Ulysse", "Zélie")
    ]
    feed.extra = [Bill(payer=one, lines=[line(700)], source=f"p{one.pk}") for one in offline]
    actions.issue_run(actions.launch_run(actions.preview(run), actor=regisseur))
    client.force_login(regisseur)
    path = f"/bureau/regie/facturations/{run.pk}/factures.pdf"

    def printed(query=""):
        return "".join(page.extract_text() for page in PdfReader(io.BytesIO(client.get(path + query).content)).pages)

    numbers = dict(Invoice.objects.values_list("number", "payer_name"))
    on_paper = {number for number, name in numbers.items() if name.endswith("Sans")}
    assert len(on_paper) == 2
    assert {number for number in numbers if number in printed()} == on_paper
    assert {number for number in numbers if number in printed("?qui=tous")} == set(numbers)
    assert client.get(f"{path}?partie=2").status_code == 404
