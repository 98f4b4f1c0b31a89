"""The jobs about documents."""

import procrastinate
from procrastinate.contrib.django import app

from beffroi.shared.documents import actions, integrity
from beffroi.shared.documents.intake import reading
from beffroi.shared.documents.reading import job

RETRIES = procrastinate.RetryStrategy(max_attempts=3, wait=20)


@app.task(name="documents.read_version", queue="documents", retry=RETRIES)
def read_version(version_id: int) -> None:
    """Read the text of a version; goes on where it was when it is killed."""
    job.read(version_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="documents.read_late", queue="documents", queueing_lock="documents.read_late")
def read_late(timestamp: int = 0) -> None:
    """Every ten minutes, read again what a dead process left, and forget the uploads that nobody finished."""
    job.read_late()


@app.task(name="documents.read_inlet", queue="documents", lock="documents.read_inlet")
def read_inlet(inlet_id: int) -> None:
    """File what is new in a mailbox or a scan folder."""
    reading.read(inlet_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="documents.read_inlets", queue="documents", queueing_lock="documents.read_inlets")
def read_inlets(timestamp: int = 0) -> None:
    """Every five minutes, read the mailboxes and the scan folders."""
    reading.read_all()


@app.periodic(cron="35 6 * * *")
@app.task(name="documents.tell", queue="documents", queueing_lock="documents.tell")
def tell(timestamp: int = 0) -> None:
    """Every morning, what is new in what people follow, and the days to remember."""
    actions.tell_news()
    actions.tell_reminders()


@app.periodic(cron="40 4 * * *")
@app.task(name="documents.verify", queue="documents", queueing_lock="documents.verify")
def verify(timestamp: int = 0) -> None:
    """Every night, compute again the digests of a sample of the contents."""
    integrity.sample()
