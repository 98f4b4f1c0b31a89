"""What the platform does by itself: remind, expire, renew the proofs of what is kept."""

import datetime
import logging

from django.db import transaction
from django.db.models import DateTimeField, DurationField, ExpressionWrapper, F, Q, Value
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.workflow import TransitionRefused
from beffroi.shared.files.actions import attach
from beffroi.shared.signing import pades
from beffroi.shared.signing.actions.folders import expire_folder
from beffroi.shared.signing.actions.signature import content_of, stored
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.models import Desk, Folder, Step
from beffroi.shared.signing.workflow import State

log = logging.getLogger("beffroi.signing")

BEFORE = datetime.timedelta(days=90)
URGENT = datetime.timedelta(days=30)


def expire_due(now=None) -> int:
    """Take out of their circuit the folders whose delay has passed; how many."""
    count = 0
    for folder in Folder.objects.filter(state=State.RUNNING, expires_at__lte=now or timezone.now()):
        try:
            expire_folder(folder)
        except TransitionRefused:
            continue  # decided this very second
        count += 1
    return count


def to_remind(now: datetime.datetime):
    """The current steps of which their desk must be told this morning: those of a desk that reads its mail once a day,
    and those that have waited for as many days as their nature says."""
    length = ExpressionWrapper(F("folder__reminder_days") * Value(datetime.timedelta(days=1)), DurationField())
    since = ExpressionWrapper(Value(now) - length, DateTimeField())
    silence = Q(folder__reminder_days__gt=0, arrived_at__lte=since) & (Q(reminded_at=None) | Q(reminded_at__lte=since))
    steps = Step.objects.filter(outcome=Step.Outcome.CURRENT, folder__state=State.RUNNING)
    return steps.filter(silence | Q(desk__digest=True))


def remind_desks(now: datetime.datetime | None = None) -> int:
    """One message by desk, whatever the number of folders. Records "signing.remind" on each; how many desks."""
    now = now or timezone.now()
    desks = Desk.objects.filter(pk__in=to_remind(now).values("desk")).order_by("pk")
    for desk in desks:
        with transaction.atomic():
            due = list(to_remind(now).filter(desk=desk).select_for_update(of=("self",)))
            if not due:
                continue
            Step.objects.filter(pk__in=[step.pk for step in due]).update(reminded_at=now)
            folders = sorted({step.folder_id for step in due})
            journal.record("signing.remind", desk, actor=None, data={"folders": folders, "count": len(folders)})
    return len(desks)


@transaction.atomic
def renew_folder(folder: Folder) -> Folder:
    """Timestamp the documents of a folder again, before the first of their last timestamps ends. Records
    "signing.renew".

    Raises Refused when the service does not answer.
    """
    held = Folder.objects.select_for_update().get(pk=folder.pk)
    ends = []
    for file in held.to_sign():
        if file.blob.mime != "application/pdf":
            continue
        before = content_of(file)
        if pades.ends_of_proof(before) is None:
            continue
        content = pades.renew(before)
        kind, file.kind = file.kind, "before"
        file.save(update_fields=["kind"])
        attach([stored(file.name, content, None)], held, kind=kind)
        if (end := pades.ends_of_proof(content)) is not None:
            ends.append(end)
    if not ends:
        raise Refused("Le document n’est plus là.")
    held.proof_ends = min(ends)
    held.save(update_fields=["proof_ends"])
    journal.record("signing.renew", held, actor=None, data={"until": held.proof_ends.date().isoformat()})
    return held


def to_renew(now: datetime.datetime, before: datetime.timedelta = BEFORE):
    return Folder.objects.filter(proof_ends__lte=now + before)


def renew_due(now: datetime.datetime | None = None) -> tuple[int, int]:
    """Renew what will end within ninety days: (renewed, failed). A failure is tried again the next night."""
    done = failed = 0
    for folder in to_renew(now or timezone.now()).order_by("proof_ends"):
        try:
            renew_folder(folder)
        except Refused as refusal:
            log.error("renewal folder=%s: %s", folder.pk, refusal)
            failed += 1
        else:
            done += 1
    return done, failed


def check_proofs() -> tuple[bool, str]:
    """For /sante/: is there a document whose proof ends within thirty days, and was not renewed?"""
    late = to_renew(timezone.now(), URGENT).count()
    if late:
        return False, f"{late} document(s) signé(s) dont la preuve finit sous trente jours : l’horodatage ne répond pas"
    return True, "aucune preuve de signature ne finit sous trente jours"
