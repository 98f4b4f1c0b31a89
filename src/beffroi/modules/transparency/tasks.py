"""What is done by itself: the sheet of a new dataset is opened within the day."""

from procrastinate.contrib.django import app

from beffroi.modules.transparency import actions


@app.periodic(cron="40 5 * * *", queueing_lock="transparency.list_datasets")
@app.task(name="transparency.list_datasets", queue="nightly")
def list_datasets(timestamp: int = 0) -> int:
    """Open the sheet of each dataset that has none."""
    return actions.list_datasets(actor=None)
