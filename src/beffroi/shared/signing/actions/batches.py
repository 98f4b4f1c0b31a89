"""Decide many folders at once: asked once, done by a job, told line by line."""

import uuid
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.shared.files.refusals import Refused as FileRefused
from beffroi.shared.signing.actions.deciding import decide_step
from beffroi.shared.signing.levels import Refused
from beffroi.shared.signing.models import Batch, BatchLine, Step
from beffroi.shared.signing.workflow import State as Running

MOST = 500
State = BatchLine.State


@transaction.atomic
def ask_batch(folders: Iterable[int], *, actor, key: uuid.UUID) -> Batch:
    """Approve, by a job, the steps of these folders that wait for `actor`. Records "signing.batch".

    The same `key` again gives the same batch: pressed twice, nothing is done twice. Raises ValidationError when none
    of them waits.
    """
    known = Batch.objects.filter(key=key, actor=actor).first()
    if known is not None:
        return known
    waiting = Step.objects.decidable_by(actor).filter(folder__in=list(folders), folder__state=Running.RUNNING)
    steps = list(waiting.order_by("folder", "pk")[:MOST])
    if not steps:
        raise ValidationError("Aucun de ces dossiers n’attend plus votre décision.")
    try:
        with transaction.atomic():
            batch = Batch.objects.create(key=key, actor=actor)
    except IntegrityError:
        return Batch.objects.get(key=key, actor=actor)
    BatchLine.objects.bulk_create([BatchLine(batch=batch, step=step) for step in steps])
    journal.record("signing.batch", batch, actor=actor, data={"count": len(steps)})
    jobs.defer("signing.run_batch", batch_id=batch.pk)
    return batch


def run(batch_id: int) -> int:
    """Take the lines of a batch that wait, each in its own transaction; how many were taken now.

    Killed in the middle, what was done is done, and the next run goes on with the rest.
    """
    taken = 0
    while _take_one(batch_id):
        taken += 1
    Batch.objects.filter(pk=batch_id, ended_at=None).update(ended_at=timezone.now())
    return taken


def _take_one(batch_id: int) -> bool:
    """Decide the next line: the decision and its report are one transaction. False when none waits."""
    with transaction.atomic():
        waiting = BatchLine.objects.filter(batch=batch_id, state=State.WAITING).order_by("pk")
        line = waiting.select_for_update(skip_locked=True, of=("self",)).select_related("step", "batch__actor").first()
        if line is None:
            return False
        try:
            with transaction.atomic():
                done = decide_step(line.step, actor=line.batch.actor, approve=True)
        except (ValidationError, Refused, FileRefused, PermissionDenied) as fault:
            line.state, line.words = State.FAILED, _words(fault)
        else:
            line.state, line.words = State.DONE, _level(done)
        line.done_at = timezone.now()
        line.save(update_fields=["state", "words", "done_at"])
    return True


def _words(fault: Exception) -> str:
    if isinstance(fault, ValidationError):
        return " ".join(fault.messages)[:300]
    return "Cette étape n’est pas à votre bureau." if isinstance(fault, PermissionDenied) else str(fault)[:300]


def _level(step: Step) -> str:
    """What was done, in a few words: how many documents where there are several, and the weakest level."""
    count = step.documents.count()
    several = f"{count} documents" if count else ""
    if not step.reached:
        return several
    words = f"{several}, niveau B-{step.reached}" if several else f"niveau B-{step.reached}"
    return f"{words} ({step.shortfall})"[:300] if step.shortfall else words


def unfinished() -> list[int]:
    """The batches that have lines to take: their job may have been killed."""
    waiting = BatchLine.objects.filter(state=State.WAITING).values("batch")
    return list(Batch.objects.filter(pk__in=waiting).order_by("pk").values_list("pk", flat=True))
