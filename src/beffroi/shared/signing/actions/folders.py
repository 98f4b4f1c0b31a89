"""Prepare a folder, send it, take it back."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.files.actions import attach
from beffroi.shared.signing.models import Circuit, Desk, Folder, Kind, Step
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.workflow import workflow

SIGNED = (Kind.SIGNATURE, Kind.SEAL)


@transaction.atomic
def create_folder(*, actor, circuit: Circuit, title: str, document, annexes=(), note: str = "", target=None) -> Folder:
    """Prepare a folder of `document` (a file that waits, or one of the target that is copied) and its annexes.

    Records "signing.create". Raises ValidationError when a signature is asked of something else than a PDF, or when
    the target already has a folder under way.
    """
    if document.blob.mime != "application/pdf" and circuit.steps.filter(kind__in=SIGNED).exists():
        raise ValidationError({"document": "Ce circuit signe : donnez le document en PDF."})
    folder = Folder(
        organisation=circuit.organisation, circuit=circuit, title=title.strip(), note=note.strip(), author=actor
    )
    if target is not None:
        folder.target = target
    folder.full_clean(exclude=["target_type", "target_id"])
    try:
        with transaction.atomic():
            folder.save(force_insert=True)
    except IntegrityError as fault:
        if "folder_one_for_target" in str(fault):
            raise ValidationError("Un dossier est déjà en circuit pour cela.") from None
        raise
    attach([document], folder, kind="main")
    attach(annexes, folder, kind="annex")
    journal.record("signing.create", folder, actor=actor)
    return folder


@transaction.atomic
def submit_folder(folder: Folder, *, actor) -> Folder:
    """Send a folder: its steps are those of its circuit on that day. Records "signing.submit".

    Raises ValidationError when the desk above the author's cannot be found, or when a desk has no holder.
    """
    steps = [
        Step(folder=folder, position=step.position, kind=step.kind, desk=step.desk or _above(actor), days=step.days)
        for step in folder.circuit.steps.select_related("desk")
    ]
    if not steps:
        raise ValidationError("Ce circuit n’a pas d’étape.")
    empty = sorted({str(step.desk) for step in steps if not _is_held(step.desk)})
    if empty:
        raise ValidationError(f"Personne ne tient aujourd’hui : {', '.join(empty)}.")
    workflow.fire("submit", folder, actor=actor, update={"submitted_at": timezone.now()})
    Step.objects.bulk_create(steps)
    open_next(folder)
    return folder


def _above(author) -> Desk:
    desk = Desk.objects.filter(pk__in=list(desks_of(author)), head__isnull=False).select_related("head").first()
    if desk is None:
        raise ValidationError("Ce circuit passe par votre supérieur : aucun bureau au-dessus du vôtre n’est connu.")
    return desk.head


def _is_held(desk: Desk) -> bool:
    return desk.holders.active().exists() or desk.delegations.active().exists()


def open_next(folder: Folder) -> bool:
    """Make current the steps of the lowest position that wait, once those before are done; False at the end."""
    if folder.steps.filter(outcome=Step.Outcome.CURRENT).exists():
        return True
    first = (
        folder.steps.filter(outcome=Step.Outcome.WAITING).order_by("position").values_list("position", flat=True)[:1]
    )
    opened = folder.steps.filter(outcome=Step.Outcome.WAITING, position__in=list(first)).update(
        outcome=Step.Outcome.CURRENT, arrived_at=timezone.now()
    )
    return bool(opened)


@transaction.atomic
def withdraw_folder(folder: Folder, *, actor, reason: str) -> Folder:
    """The author takes the folder back before its end. Records "signing.withdraw"."""
    changed = {"ended_at": timezone.now()}
    workflow.fire("withdraw", folder, actor=actor, update=changed, data={"reason": reason.strip()})
    folder.steps.filter(outcome=Step.Outcome.CURRENT).update(outcome=Step.Outcome.WAITING)
    return folder
