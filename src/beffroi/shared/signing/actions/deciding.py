"""What a desk decides."""

from collections.abc import Mapping
from io import BytesIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.ui import formats
from beffroi.shared.documents.access import can_write
from beffroi.shared.documents.actions import add_document
from beffroi.shared.files.actions import copy_file, store_upload
from beffroi.shared.signing import bordereau, choosing, hooks
from beffroi.shared.signing.actions import signature
from beffroi.shared.signing.actions.folders import open_next
from beffroi.shared.signing.actions.signature import Key
from beffroi.shared.signing.models import SIGNED, Desk, Folder, Invitation, Kind, Step
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.workflow import State, workflow

Outcome = Step.Outcome
TAKEN_BACK = (Kind.OPINION, Kind.VISA)
GONE = {
    State.WITHDRAWN: "l’auteur a repris le dossier",
    State.REJECTED: "le dossier a été rejeté",
    State.EXPIRED: "le délai du dossier est passé",
    State.DONE: "le dossier est terminé",
}


def _lock(step: Step, actor) -> tuple[Step, str]:
    """The step as it is now, its folder locked, and in what name the person decides."""
    folder = Folder.objects.select_for_update().get(pk=step.folder_id)
    locked = Step.objects.select_related("desk", "decided_by").get(pk=step.pk)
    locked.folder = folder
    title = desks_of(actor).get(locked.desk_id)
    if title is None or (not title and locked.holder_id not in (None, actor.pk)):
        raise PermissionDenied("signing")
    return locked, f"{title} {locked.desk}".strip() if title else str(locked.desk)


def _check_current(step: Step) -> None:
    """Raises ValidationError, with what happened meanwhile, when the step is no longer to be decided."""
    if step.outcome == Outcome.CURRENT and step.folder.state == State.RUNNING:
        return
    if step.decided_by is not None and step.outcome in (Outcome.APPROVED, Outcome.REJECTED):
        when = f"{formats.short_day(step.decided_at)} à {formats.hour(step.decided_at)}"
        done = "l’a rejetée" if step.outcome == Outcome.REJECTED else "l’a décidée"
        why = f"{step.decided_by} {done} le {when}"
    else:
        why = GONE.get(step.folder.state, f"elle est « {step.get_outcome_display()} »")
    raise ValidationError(f"Cette étape n’est plus à décider : {why}. Votre décision n’est pas prise en compte.")


def decide_step(
    step: Step,
    *,
    actor,
    approve: bool,
    comment: str = "",
    private_note: str = "",
    key: Key | None = None,
    details: Mapping[str, str] | None = None,
    client_uuid=None,
) -> Step:
    """Take a step: give an opinion or a visa, sign, seal, put online, archive; or reject, with the reason that
    everybody concerned reads.

    A replay with the same `client_uuid` is harmless. Records "signing.approve" or "signing.reject", then
    "signing.finish" after the last one. Raises ValidationError when the step is no longer to be decided or when what
    its nature asks is missing, PermissionDenied for who does not hold the desk, `levels.Refused` for an unusable key
    or a level that cannot be had.
    """
    if not approve and not comment.strip():
        raise ValidationError({"comment": "Dites pourquoi : l’auteur et ceux qui ont déjà signé le liront."})
    with transaction.atomic():
        locked, capacity = _lock(step, actor)
        if client_uuid is not None and locked.client_uuid == client_uuid:
            return locked
        _check_current(locked)
        if approve and locked.kind == Kind.EXTERNAL:
            raise ValidationError("C’est à la personne extérieure de signer : envoyez-lui le lien.")
        if approve and locked.kind == Kind.MAIL:
            raise ValidationError("Dites à qui envoyer les documents : ouvrez ce dossier.")
        moment = locked.kind if approve else "reject"
        locked.details = choosing.check_details(locked.folder.nature, moment, details or {})
        locked.decided_by, locked.decided_at, locked.capacity = actor, timezone.now(), capacity
        locked.comment, locked.private_note = comment.strip(), private_note.strip()
        locked.client_uuid = client_uuid
        made: list[signature.Made] = []
        if approve and locked.kind in SIGNED:
            made = signature.sign(locked, actor, key)
            signature.note(locked, made)
        locked.outcome = Outcome.APPROVED if approve else Outcome.REJECTED
        locked.save()
        signature.trace(locked, made)
        if not approve:
            locked.invitations.filter(outcome=Invitation.Outcome.WAITING).end(Invitation.Outcome.CANCELLED)
            _reject(locked.folder, actor, comment.strip())
            return locked
        _do_office(locked, actor)
        data: dict[str, object] = {"step": locked.pk}
        if locked.reached:
            data |= {"level": str(locked.reached), "short": bool(locked.shortfall)}
        journal.record("signing.approve", locked.folder, actor=actor, data=data)
        _skip_others(locked)
        _go_on(locked.folder, actor)
    return locked


def _do_office(step: Step, actor) -> None:
    """What a step does by itself once its desk agrees: put online, archive."""
    if step.kind == Kind.PUBLISH:
        hooks.publish(step.folder, actor=actor)
    elif step.kind == Kind.ARCHIVE:
        _archive(step.folder, actor)


def _archive(folder: Folder, actor) -> None:
    """File the document, its signatures and the bordereau in the space of the circuit."""
    space = folder.circuit.archive_to
    if space is None:
        raise ValidationError("Les réglages du circuit ne disent plus dans quel espace archiver.")
    if not can_write(actor, space):
        raise ValidationError(f"Votre compte ne peut pas classer dans l’espace « {space} ».")
    for file in folder.documents():
        if file.kind != "signature" and file.blob.mime != "application/xml":
            add_document(actor=actor, space=space, file=copy_file(file, actor=actor, kind="document"))
    content = bordereau.render(folder)
    uploaded = SimpleUploadedFile(f"Bordereau {folder.pk}.pdf", b"", "application/pdf")
    uploaded.file, uploaded.size = BytesIO(content), len(content)
    add_document(actor=actor, space=space, file=store_upload(uploaded, actor=actor, kind="document"))


def _skip_others(step: Step) -> None:
    """One of its rank was enough: the others have no object any more."""
    if step.alternative:
        others = step.folder.steps.filter(position=step.position, alternative=True, outcome=Outcome.CURRENT)
        others.update(outcome=Outcome.SKIPPED)


def _go_on(folder: Folder, actor) -> None:
    if not open_next(folder):
        ended = {"ended_at": timezone.now()}
        workflow.fire("finish", folder, actor=actor, update=ended, check=actor is not None)


def _reject(folder: Folder, actor, reason: str) -> None:
    folder.steps.filter(outcome=Outcome.CURRENT).update(outcome=Outcome.WAITING)
    ended = {"ended_at": timezone.now()}
    workflow.fire("reject", folder, actor=actor, update=ended, data={"reason": reason}, check=actor is not None)


@transaction.atomic
def regret_step(step: Step, *, actor) -> None:
    """Take back an opinion or a visa as long as nobody has decided since. Records "signing.regret".

    A signature cannot be taken back: the document holds it.
    """
    folder = Folder.objects.select_for_update().get(pk=step.folder_id)
    locked = Step.objects.get(pk=step.pk)
    if locked.decided_by_id != actor.pk or locked.outcome != Outcome.APPROVED or locked.kind not in TAKEN_BACK:
        raise ValidationError("Seul son propre avis ou visa se reprend.")
    later = folder.steps.exclude(pk=locked.pk).filter(decided_at__gt=locked.decided_at)
    if later.exists() or folder.state != State.RUNNING:
        raise ValidationError("Trop tard : une étape a été décidée depuis.")
    folder.steps.filter(outcome=Outcome.CURRENT).exclude(position=locked.position).update(
        outcome=Outcome.WAITING, arrived_at=None
    )
    if locked.alternative:
        others = folder.steps.filter(position=locked.position, alternative=True, outcome=Outcome.SKIPPED)
        others.update(outcome=Outcome.CURRENT)
    locked.outcome, locked.decided_at, locked.decided_by, locked.details = Outcome.CURRENT, None, None, {}
    locked.capacity = locked.comment = locked.private_note = locked.sha256 = ""
    locked.client_uuid = None
    locked.save()
    locked.documents.all().delete()
    journal.record("signing.regret", folder, actor=actor, data={"step": locked.pk})


@transaction.atomic
def second_opinion(step: Step, *, actor, desk: Desk) -> Step:
    """Ask another desk for its opinion first: the step waits for it. Records "signing.second_opinion"."""
    locked, _capacity = _lock(step, actor)
    _check_other(locked, desk)
    folder = locked.folder
    for later in folder.steps.filter(position__gte=locked.position, decided_at=None).order_by("-position", "-pk"):
        later.position += 1
        later.save(update_fields=["position"])
    folder.steps.filter(outcome=Outcome.CURRENT).update(outcome=Outcome.WAITING, arrived_at=None)
    Step.objects.create(folder=folder, position=locked.position, kind=Kind.OPINION, desk=desk, days=locked.days)
    open_next(folder)
    journal.record("signing.second_opinion", folder, actor=actor, data={"desk": desk.pk})
    return folder.steps.get(desk=desk, outcome=Outcome.CURRENT)


@transaction.atomic
def transfer_step(step: Step, *, actor, desk: Desk) -> Step:
    """Give the step to another desk of the body. Records "signing.transfer"."""
    locked, _capacity = _lock(step, actor)
    _check_other(locked, desk)
    locked.desk, locked.holder, locked.arrived_at = desk, None, timezone.now()
    locked.save(update_fields=["desk", "holder", "arrived_at"])
    journal.record("signing.transfer", locked.folder, actor=actor, data={"desk": desk.pk})
    return locked


def _check_other(step: Step, desk: Desk) -> None:
    _check_current(step)
    if desk.organisation_id != step.folder.organisation_id or not desk.is_active or desk.pk == step.desk_id:
        raise ValidationError({"desk": "Choisissez un autre bureau de la collectivité."})
    if step.folder.steps.filter(desk=desk, position=step.position).exists():
        raise ValidationError({"desk": "Ce bureau décide déjà à ce rang."})
