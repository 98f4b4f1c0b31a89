"""The kernel's jobs: messages to send, nightly seal, and what is done once a day."""

import procrastinate
from procrastinate.contrib.django import app

from beffroi.kernel import nightly as steps
from beffroi.kernel import webhooks
from beffroi.kernel.models import Entry
from beffroi.kernel.notices import filling, outbox

RETRIES = procrastinate.RetryStrategy(max_attempts=8, wait=10, exponential_wait=3)


@app.task(name="kernel.notify", queue="notices", retry=RETRIES)
def notify(entry_id: int) -> None:
    """Turn one line of the journal into messages of the outbox, and send them."""
    entry = Entry.objects.filter(pk=entry_id).first()
    if entry is not None and filling.fill(entry):
        outbox.send_due()


# One at most waits: the lock is that of the periodic job, a message posted defers its own.
@app.periodic(cron="* * * * *", queueing_lock="kernel.send_outbox")
@app.task(name="kernel.send_outbox", queue="notices")
def send_outbox(timestamp: int = 0) -> None:
    """Send what waits: new attempts, messages kept until the morning, those that a dead process left."""
    outbox.send_due()


# The deliveries are added by the database with the journal: once a minute, those that are due are sent.
@app.periodic(cron="* * * * *", queueing_lock="kernel.send_webhooks")
@app.task(name="kernel.send_webhooks", queue="notices")
def send_webhooks(timestamp: int = 0) -> int:
    """Tell other programs of the facts that they want."""
    return webhooks.send_due()


@app.periodic(cron="*/10 * * * *", queueing_lock="kernel.nightly", lock="kernel.nightly")
@app.task(name="kernel.nightly", queue="nightly")
def nightly(timestamp: int = 0) -> None:
    """What is done once a night, as soon as a worker is there to do it."""
    steps.run_due()
