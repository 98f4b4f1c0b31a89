"""What the archives do by themselves: destroy what was confirmed, read the pieces again, timestamp, remind."""

import logging

from procrastinate.contrib.django import app

from beffroi.modules.archives import actions, ledger, timestamps
from beffroi.modules.archives.models import Elimination

log = logging.getLogger(__name__)


@app.task(name="archives.destroy", lock="archives.destroy")
def destroy(elimination_id: int) -> None:
    """Destroy the lines of a slip; goes on where it was when it is killed."""
    slip = Elimination.objects.filter(pk=elimination_id).select_related("organisation").first()
    if slip is not None:
        actions.resume(slip)
        crown()


@app.periodic(cron="*/10 * * * *")
@app.task(name="archives.resume", queueing_lock="archives.resume", lock="archives.destroy")
def resume(timestamp: int = 0) -> int:
    """Every ten minutes, take up the destructions that a dead process left."""
    return actions.resume_all()


@app.periodic(cron="20 4 * * *")
@app.task(name="archives.check", queueing_lock="archives.check")
def check(timestamp: int = 0) -> int:
    """Every night, read the pieces again, then timestamp the ledger."""
    bad = actions.check_pieces()
    crown()
    return bad


@app.periodic(cron="40 6 * * *")
@app.task(name="archives.remind", queueing_lock="archives.remind")
def remind(timestamp: int = 0) -> int:
    """Every morning, remind of the boxes that should be back."""
    return actions.remind_loans()


def crown() -> None:
    """Timestamp the last line; a service that does not answer waits for the next night, and `/sante/` says it."""
    try:
        ledger.crown()
    except timestamps.Unavailable as fault:
        log.warning("archives: %s", fault)
