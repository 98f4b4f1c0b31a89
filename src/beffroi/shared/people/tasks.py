"""The job that erases what a person asked to have erased."""

from procrastinate.contrib.django import app

from beffroi.kernel.tasks import RETRIES
from beffroi.shared.people.actions import run_erasure
from beffroi.shared.people.models import Erasure


@app.task(name="people.erase_data", queue="people", retry=RETRIES)
def erase_data(erasure_id: int) -> None:
    """Go to the end of an erasure; played again, it does nothing more."""
    run_erasure(Erasure.objects.get(pk=erasure_id))
