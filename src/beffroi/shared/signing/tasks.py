"""The jobs of the sign-book."""

import procrastinate
from procrastinate.contrib.django import app

from beffroi.shared.signing import actions
from beffroi.shared.signing.actions import batches, keeping

RETRIES = procrastinate.RetryStrategy(max_attempts=5, wait=10)


@app.task(name="signing.run_batch", queue="signing", retry=RETRIES)
def run_batch(batch_id: int) -> None:
    """Decide the folders of a batch."""
    batches.run(batch_id)


@app.periodic(cron="* * * * *")
@app.task(name="signing.resume_batches", queue="signing", queueing_lock="signing.resume_batches")
def resume_batches(timestamp: int = 0) -> None:
    """Every minute, go on with the batches whose job was killed."""
    for batch_id in batches.unfinished():
        batches.run(batch_id)


@app.periodic(cron="15 * * * *")
@app.task(name="signing.expire", queue="signing", queueing_lock="signing.expire")
def expire(timestamp: int = 0) -> None:
    """Every hour, take out of their circuit the folders whose delay has passed."""
    keeping.expire_due()


@app.periodic(cron="30 6 * * *")
@app.task(name="signing.remind", queue="signing", queueing_lock="signing.remind")
def remind(timestamp: int = 0) -> None:
    """Every morning, one message by desk for what waits."""
    keeping.remind_desks()


@app.periodic(cron="50 3 * * *")
@app.task(name="signing.renew", queue="signing", queueing_lock="signing.renew")
def renew(timestamp: int = 0) -> None:
    """Every night, timestamp again the documents whose last timestamp will soon be worth nothing."""
    keeping.renew_due()


@app.periodic(cron="20 */6 * * *")
@app.task(name="signing.refresh_lists", queue="signing", queueing_lock="signing.refresh_lists")
def refresh_lists(timestamp: int = 0) -> None:
    """Four times a day, read the European list of trust, where the operator wants it read."""
    actions.refresh_lists()
