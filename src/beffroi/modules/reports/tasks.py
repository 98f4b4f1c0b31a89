"""What the reports do by themselves."""

from procrastinate.contrib.django import app

from beffroi.modules.reports import actions


@app.periodic(cron="10 7 * * *")
@app.task(queueing_lock="reports.overdue", name="reports.remind_bodies")
def remind_bodies(timestamp: int) -> int:
    """Remind the bodies of what is late; run twice, it tells once."""
    return actions.remind_bodies()
