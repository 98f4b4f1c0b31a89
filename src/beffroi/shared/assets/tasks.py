"""The job of an import: its trial, then its writing; it goes on where it was when it is killed."""

import procrastinate
from procrastinate.contrib.django import app

from beffroi.shared.assets.importing import writing

RETRIES = procrastinate.RetryStrategy(max_attempts=5, wait=5)


@app.task(name="assets.check_import", queue="default", retry=RETRIES)
def check_import(pk: int) -> None:
    """Judge every line of an import."""
    writing.check(pk)


@app.task(name="assets.write_import", queue="default", retry=RETRIES)
def write_import(pk: int) -> None:
    """Keep the lines of an import, from the first that is not."""
    writing.write(pk)
