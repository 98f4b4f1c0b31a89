"""The jobs about files: scan what waited, prepare thumbnails, collect what nothing uses."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from beffroi.shared.files import thumbnails, upkeep
from beffroi.shared.files.models import Blob

PATIENCE = RetryStrategy(max_attempts=5, exponential_wait=3)


@app.task(name="files.scan_blob", queue="files", retry=PATIENCE, lock="files.scan")
def scan_blob(blob_id: int) -> None:
    """Have the antivirus look at a content that could not be scanned when it came."""
    upkeep.scan(blob_id)


@app.task(name="files.make_thumbnails", queue="files")
def make_thumbnails(blob_id: int) -> None:
    """Prepare the smaller pictures of a photo, so that the first visitor does not wait."""
    blob = Blob.objects.filter(pk=blob_id).first()
    if blob is not None:
        thumbnails.prepare(blob)


@app.periodic(cron="*/10 * * * *")
@app.task(name="files.scan_waiting", queue="files", queueing_lock="files.scan_waiting")
def scan_waiting(timestamp: int = 0) -> None:
    """Every ten minutes, scan what still waits for the antivirus."""
    upkeep.scan_waiting()


@app.periodic(cron="20 3 * * *")
@app.task(name="files.collect", queue="files", queueing_lock="files.collect")
def collect(timestamp: int = 0) -> None:
    """Every night, collect what nothing uses any more."""
    upkeep.collect()
