"""What somebody who passes by says of a report that need not be theirs."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel.access import account_of
from beffroi.modules.reports.models import Report
from beffroi.shared.cases.actions import post_message
from beffroi.shared.cases.locking import lock_case, touch

AUTHOR = "Une personne, par la page publique"
# What is said, as the agents read it first. The public reads the first two as steps, without any text.
SAID = {
    "still_there": "Le problème est toujours là.",
    "looks_solved": "Le problème semble réglé.",
    "precision": "Une précision\u202f:",
}


@transaction.atomic
def tell_sighting(report: Report, *, actor, said: str, text: str = "", photos=(), client_uuid=None) -> Report:
    """Somebody tells what they saw: `said` = a key of `SAID`. The text and the photos are for the agents, who have a
    message to read; the state does not change. Sent twice with the same `client_uuid`, it is told once.

    Records "reports.still_there" or "reports.looks_solved", which everyone may read, or "reports.note". Raises
    ValidationError (a report that ended long ago, or whose public page is gone).
    """
    report = lock_case(report)
    if not report.takes_sightings:
        raise ValidationError("Ce signalement est terminé depuis plus d’un mois : faites-en un nouveau.")
    who = account_of(actor)
    post_message(
        report,
        actor=who,
        body=f"{SAID[said]}\n{text.strip()}".strip(),
        internal=True,
        verb="" if said == "precision" else said,
        author_label="" if who else AUTHOR,
        client_uuid=client_uuid,
        files=photos,
    )
    touch(report, unread_at=report.unread_at or timezone.now())
    return report
