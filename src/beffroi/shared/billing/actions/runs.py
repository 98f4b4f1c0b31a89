"""Invoicing a period: a preview first, then invoices by batches, that a killed job takes up again without a double."""

import logging
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.shared.billing import deducting, sources
from beffroi.shared.billing.actions.invoices import Bill, issue_many
from beffroi.shared.billing.models import Invoice, Regie, Run
from beffroi.shared.people.errors import Refused

log = logging.getLogger("beffroi.billing")

Status = Run.Status
BATCH = 500
MOST_ANOMALIES = 300
SILENCE = timedelta(minutes=3)


def _batches(bills: Iterable[Bill], size: int) -> Iterator[list[Bill]]:
    iterator = iter(bills)
    while batch := list(islice(iterator, size)):
        yield batch


def is_billable(bill: Bill) -> bool:
    """Something to pay, and nothing that forbids it."""
    return bool(bill.lines) and bill.total > 0 and not bill.blocked


@transaction.atomic
def prepare_run(
    *, regie: Regie, source: str, start: date, end: date, label: str, issued_on: date, due_on: date, actor
) -> Run:
    """Open the invoicing of a period; its preview is computed by a job. Raises ValidationError."""
    run = Run(
        regie=regie,
        source=source,
        start=start,
        end=end,
        label=label,
        issued_on=issued_on,
        due_on=due_on,
        created_by=actor,
    )
    run.full_clean()
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError:
        raise ValidationError("Cette période est déjà facturée : ouvrez sa facturation.") from None
    journal.record("billing.run", run, actor=actor)
    jobs.defer("billing.preview_run", run_id=run.pk)
    return run


@transaction.atomic
def preview_again(run: Run, *, actor) -> Run:
    """Compute the preview again, after something was corrected. Raises ValidationError once it is launched."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.status not in (Status.PREPARING, Status.READY) and not (run.status == Status.FAILED and not run.done):
        raise ValidationError(f"Cette facturation est « {run.get_status_display()} ».")
    run.status = Status.PREPARING
    run.save(update_fields=["status"])
    journal.record("billing.run_preview", run, actor=actor)
    jobs.defer("billing.preview_run", run_id=run.pk)
    return run


def preview(run: Run) -> Run:
    """Price everything without writing any invoice: how many, how much, what is strange."""
    expected = total = count = 0
    anomalies: list[dict[str, object]] = []
    try:
        for bill, billable in _lowered(run):
            told = list(bill.anomalies)
            if billable:
                expected += 1
                total += bill.total
            elif not bill.blocked and bill.lines:
                told.append("Rien à payer : aucune facture ne sera émise.")
            count += len(told)
            for text in told[: MOST_ANOMALIES - len(anomalies)]:
                anomalies.append({"payer": str(bill.payer), "text": text, "blocked": bill.blocked})
    except Exception as fault:
        log.exception("run=%s preview", run.pk)
        return _fail(run, fault)
    Run.objects.filter(pk=run.pk, status__in=(Status.PREPARING, Status.READY, Status.FAILED)).update(
        expected=expected,
        expected_total=total,
        anomalies=anomalies,
        anomaly_count=count,
        status=Status.READY,
        error="",
        beat_at=timezone.now(),
    )
    run.refresh_from_db()
    return run


def _lowered(run: Run) -> Iterator[tuple[Bill, bool]]:
    """The bills of a run as the down payments lower them today, and whether each is issued; nothing is written."""
    for bills in _batches(sources.find(run.source).bills(run.regie, run.start, run.end), BATCH):
        billable = [is_billable(bill) for bill in bills]
        deducting.deduct(run.regie, [bill for bill, yes in zip(bills, billable, strict=True) if yes], lock=False)
        yield from zip(bills, billable, strict=True)


def _fail(run: Run, fault: Exception) -> Run:
    words = str(fault) if isinstance(fault, ValidationError) else type(fault).__name__
    Run.objects.filter(pk=run.pk).update(status=Status.FAILED, error=words[:300], ended_at=timezone.now())
    run.refresh_from_db()
    return run


@transaction.atomic
def launch_run(run: Run, *, actor) -> Run:
    """Begin to issue the invoices, by a job; again after a failure. Raises ValidationError.

    What the bills of the run must agree on is written at once: see `sources.Source.settle`.
    """
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.status not in (Status.READY, Status.FAILED):
        raise ValidationError(f"Cette facturation est « {run.get_status_display()} ».")
    run.status, run.started_at, run.beat_at, run.error = Status.RUNNING, timezone.now(), timezone.now(), ""
    run.save(update_fields=["status", "started_at", "beat_at", "error"])
    sources.settle(run)
    journal.record("billing.run_start", run, actor=actor)
    jobs.defer("billing.issue_run", run_id=run.pk)
    return run


@transaction.atomic
def cancel_run(run: Run, *, actor) -> Run:
    """Give up before the first invoice. Raises ValidationError once one is issued: credit notes are then needed."""
    run = Run.objects.select_for_update().get(pk=run.pk)
    if run.status in (Status.DONE, Status.CANCELLED) or run.invoices.exists():
        raise ValidationError("Des factures sont déjà émises : corrigez-les par des avoirs.")
    run.status, run.ended_at = Status.CANCELLED, timezone.now()
    run.save(update_fields=["status", "ended_at"])
    journal.record("billing.run_cancel", run, actor=actor)
    return run


@transaction.atomic
def _issue_batch(run: Run, batch: list[Bill], seen: int) -> bool:
    """Issue one batch and write the progress with it; False when the run is no longer to be done."""
    locked = Run.objects.select_for_update(of=("self",)).select_related("regie", "created_by").get(pk=run.pk)
    if locked.status != Status.RUNNING:
        return False
    billable = [replace(bill, label=locked.label) for bill in batch if is_billable(bill)]
    made = issue_many(
        locked.regie, billable, actor=locked.created_by, issued_on=locked.issued_on, due_on=locked.due_on, run=locked
    )
    locked.done += len(made)
    locked.total += sum(invoice.total for invoice in made)
    locked.skipped = max(seen - locked.done, 0)
    locked.beat_at = timezone.now()
    locked.save(update_fields=["done", "total", "skipped", "beat_at"])
    if made:
        data = {"first": made[0].number, "last": made[-1].number, "count": len(made)}
        journal.record("billing.run_batch", locked, actor=locked.created_by, data=data)
    return True


@transaction.atomic
def _finish(run: Run) -> None:
    locked = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if locked.status == Status.RUNNING:
        locked.status, locked.ended_at = Status.DONE, timezone.now()
        locked.save(update_fields=["status", "ended_at"])
        data = {"count": locked.done, "total": locked.total}
        journal.record("billing.run_done", locked, actor=locked.created_by, data=data)


def issue_run(run: Run, batch: int = BATCH) -> Run:
    """Issue the invoices of a run, each batch in its own transaction; what was issued before is passed over."""
    seen = 0
    try:
        for bills in _batches(sources.find(run.source).bills(run.regie, run.start, run.end), batch):
            seen += len(bills)
            if not _issue_batch(run, bills, seen):
                run.refresh_from_db()
                return run
    except Exception as fault:
        log.exception("run=%s", run.pk)
        return _fail(run, fault)
    _finish(run)
    run.refresh_from_db()
    return run


def refuse_merge(entry) -> None:
    """Two files of a person are not merged while invoices are being issued: what one owes would be lost, or twice owed.

    A run that stopped in the middle counts. The runs are locked: none is launched before the merge is done. Raises
    people's Refused, which undoes it.
    """
    open_ones = Run.objects.filter(status__in=(Status.PREPARING, Status.READY, Status.RUNNING, Status.FAILED))
    for run in open_ones.select_for_update(of=("self",)).order_by("pk"):
        if run.status == Status.RUNNING or (run.status == Status.FAILED and run.done):
            raise Refused(
                f"La facturation « {run.label} » est en cours : fusionnez ces dossiers quand elle sera finie."
            )


def stalled(now=None) -> list[Run]:
    """Runs whose job has not written for long: the machine was stopped."""
    limit = (now or timezone.now()) - SILENCE
    return list(Run.objects.filter(status=Status.RUNNING, beat_at__lt=limit))


def invoices_of_batch(entry) -> list[Invoice]:
    """The invoices of a line "billing.run_batch" of the journal."""
    first, last = entry.data["first"], entry.data["last"]
    found = Invoice.objects.filter(run=entry.target_id, number__gte=first, number__lte=last)
    return list(found.select_related("payer__user", "payer_body", "regie"))
