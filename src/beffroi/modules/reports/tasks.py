"""What the reports do by themselves."""

from procrastinate.contrib.django import app

from beffroi.modules.reports import actions


@app.periodic(cron="10 7 * * *")
@app.task(queueing_lock="reports.overdue", name="reports.remind_bodies")
def remind_bodies(timestamp: int) -> int:
    """Remind the bodies of what is late; run twice, it tells once."""
    return actions.remind_bodies()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="reports.send_out", lock="reports.send_out", name="reports.send_out")
def send_out(timestamp: int) -> int:
    """File what waits on the servers of the competent bodies."""
    return actions.send_due()


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="reports.read_back", lock="reports.read_back", name="reports.read_back")
def read_back(timestamp: int) -> int:
    """Ask these servers where the reports filed there stand."""
    return actions.read_back()
