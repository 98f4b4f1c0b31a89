"""From a fact to its messages: the job that writes them is asked for in the transaction of the fact."""

from beffroi.kernel import jobs, modules
from beffroi.kernel.models import Entry


@modules.derived
def _told() -> frozenset[str]:
    return frozenset(notice.verb for notice in modules.collect("notices"))


def announce(entry: Entry) -> None:
    """Ask for the messages of a fact that some notice tells."""
    if entry.verb in _told():
        jobs.defer("kernel.notify", entry_id=entry.pk)
