"""The jobs about documents."""

import procrastinate
from django.conf import settings
from procrastinate.contrib.django import app

RETRIES = procrastinate.RetryStrategy(max_attempts=3, wait=20)


def ask_reading(version_id: int) -> None:
    """Have a version read. So many readings at once (BEFFROI_READERS), whatever the number of workers: a pile of scans
    does not hold the messages back."""
    lock = f"documents.read-{version_id % max(settings.READERS, 1)}"
    read_version.configure(lock=lock).defer(version_id=version_id)


@app.task(name="documents.read_version", queue="documents", retry=RETRIES)
def read_version(version_id: int) -> None:
    """Read the text of a version; goes on where it was when it is killed."""
    from beffroi.shared.documents.reading import job  # the actions defer this task

    job.read(version_id)


@app.periodic(cron="*/10 * * * *")
@app.task(name="documents.read_late", queue="documents", queueing_lock="documents.read_late")
def read_late(timestamp: int = 0) -> None:
    """Every ten minutes, read again what a dead process left, and forget the uploads that nobody finished."""
    from beffroi.shared.documents.reading import job

    job.read_late()


@app.task(name="documents.read_inlet", queue="documents", lock="documents.read_inlet")
def read_inlet(inlet_id: int) -> None:
    """File what is new in a mailbox or a scan folder."""
    from beffroi.shared.documents.intake import reading

    reading.read(inlet_id)


@app.periodic(cron="*/5 * * * *")
@app.task(name="documents.read_inlets", queue="documents", queueing_lock="documents.read_inlets")
def read_inlets(timestamp: int = 0) -> None:
    """Every five minutes, read the mailboxes and the scan folders."""
    from beffroi.shared.documents.intake import reading

    reading.read_all()


@app.periodic(cron="35 6 * * *")
@app.task(name="documents.tell", queue="documents", queueing_lock="documents.tell")
def tell(timestamp: int = 0) -> None:
    """Every morning, what is new in what people follow, and the days to remember."""
    from beffroi.shared.documents import actions

    actions.tell_news()
    actions.tell_reminders()


@app.periodic(cron="40 4 * * *")
@app.task(name="documents.verify", queue="documents", queueing_lock="documents.verify")
def verify(timestamp: int = 0) -> None:
    """Every night, compute again the digests of a sample of the contents."""
    from beffroi.shared.documents import integrity

    integrity.sample()
