"""What the billing does by itself."""

from procrastinate.contrib.django import app

from beffroi.kernel import jobs
from beffroi.shared.billing import actions
from beffroi.shared.billing.models import Run, Slip


@app.periodic(cron="*/2 * * * *", queueing_lock="billing.check_pending", lock="billing.check_pending")
@app.task(name="billing.check_pending", queue="billing")
def check_pending(timestamp: int = 0) -> None:
    """Ask what became of the payments under way, whether or not anybody came back to tell."""
    actions.check_pending()


@app.task(name="billing.preview_run", queue="billing")
def preview_run(run_id: int) -> None:
    """Compute the preview of the invoicing of a period."""
    actions.preview(Run.objects.select_related("regie").get(pk=run_id))


@app.task(name="billing.issue_run", queue="billing")
def issue_run(run_id: int) -> None:
    """Issue the invoices of a period; harmless when another worker does it too."""
    actions.issue_run(Run.objects.select_related("regie").get(pk=run_id))


@app.periodic(cron="*/3 * * * *", queueing_lock="billing.resume_runs", lock="billing.resume_runs")
@app.task(name="billing.resume_runs", queue="billing")
def resume_runs(timestamp: int = 0) -> None:
    """Take up again what a stopped machine left in the middle."""
    for run in actions.stalled():
        jobs.defer("billing.issue_run", run_id=run.pk)
    for slip in actions.unfinished():
        jobs.defer("billing.attach_documents", slip_id=slip.pk)


@app.task(name="billing.attach_documents", queue="billing")
def attach_documents(slip_id: int) -> None:
    """Add to the file of a slip the PDF of each title; harmless when another worker did it."""
    actions.attach(Slip.objects.get(pk=slip_id))


@app.periodic(cron="30 6 * * *", queueing_lock="billing.remind", lock="billing.remind")
@app.task(name="billing.remind", queue="billing")
def remind(timestamp: int = 0) -> None:
    """Remind those who are late, step after step, in the morning."""
    actions.remind_late()
