"""What a desk decides."""

from dataclasses import dataclass
from io import BytesIO

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.ui import formats
from beffroi.shared.files import storage
from beffroi.shared.files.actions import attach, store_upload
from beffroi.shared.signing import pades
from beffroi.shared.signing.actions.folders import SIGNED, open_next
from beffroi.shared.signing.models import Desk, Folder, Kind, Step
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.workflow import State, workflow

Outcome = Step.Outcome


@dataclass(frozen=True)
class Key:
    """How a signature is made: with the person's own certificate (not kept), or from a copy signed elsewhere."""

    pkcs12: bytes = b""
    password: str = ""
    signed_copy: bytes = b""


def _lock(step: Step, actor) -> tuple[Step, str]:
    """The step as it is now, its folder locked, and in what name the person decides."""
    folder = Folder.objects.select_for_update().get(pk=step.folder_id)
    locked = Step.objects.select_related("desk").get(pk=step.pk)
    locked.folder = folder
    title = desks_of(actor).get(locked.desk_id)
    if title is None:
        raise PermissionDenied("signing")
    return locked, f"{title} {locked.desk}".strip() if title else str(locked.desk)


def decide_step(
    step: Step,
    *,
    actor,
    approve: bool,
    comment: str = "",
    private_note: str = "",
    key: Key | None = None,
    client_uuid=None,
) -> Step:
    """Take a step: give an opinion or a visa, sign, seal; or reject, with the reason that everybody concerned reads.

    A replay with the same `client_uuid` is harmless. Records "signing.approve" or "signing.reject", then
    "signing.finish" after the last one. Raises ValidationError when the step is no longer to be decided,
    PermissionDenied for who does not hold the desk, `pades.SigningRefused` for an unusable key.
    """
    if not approve and not comment.strip():
        raise ValidationError({"comment": "Dites pourquoi : l’auteur et ceux qui ont déjà signé le liront."})
    with transaction.atomic():
        locked, capacity = _lock(step, actor)
        if client_uuid is not None and locked.client_uuid == client_uuid:
            return locked
        if locked.outcome != Outcome.CURRENT or locked.folder.state != State.RUNNING:
            raise ValidationError(f"Cette étape n’est plus à décider : « {locked.get_outcome_display()} ».")
        locked.decided_by, locked.decided_at, locked.capacity = actor, timezone.now(), capacity
        locked.comment, locked.private_note = comment.strip(), private_note.strip()
        locked.client_uuid = client_uuid
        if approve and locked.kind in SIGNED:
            locked.level = _sign(locked, actor, key)
        main = locked.folder.main()
        locked.sha256 = main.blob.sha256 if main else ""
        locked.outcome = Outcome.APPROVED if approve else Outcome.REJECTED
        locked.save()
        if approve:
            journal.record("signing.approve", locked.folder, actor=actor, data={"step": locked.pk})
            _go_on(locked.folder, actor)
        else:
            _reject(locked.folder, actor, comment.strip())
    return locked


def _go_on(folder: Folder, actor) -> None:
    if not open_next(folder):
        workflow.fire("finish", folder, actor=actor, update={"ended_at": timezone.now()})


def _reject(folder: Folder, actor, reason: str) -> None:
    folder.steps.filter(outcome=Outcome.CURRENT).update(outcome=Outcome.WAITING)
    workflow.fire("reject", folder, actor=actor, update={"ended_at": timezone.now()}, data={"reason": reason})


def _sign(step: Step, actor, key: Key | None) -> str:
    """Put the signed version in the place of the document; returns the level in plain words."""
    main = step.folder.main()
    if main is None:
        raise ValidationError("Le document à signer n’est plus là.")
    content = b"".join(storage.contents().read(storage.address(main.blob.sha256)))
    text = _stamp(step, actor)
    reason = f"{step.get_kind_display()} – {step.desk}"
    if key is not None and key.signed_copy:
        if not pades.is_signed_copy_of(content, key.signed_copy):
            raise pades.SigningRefused(
                "Ce fichier n’est pas le document du dossier, signé : téléchargez-le et signez-le."
            )
        signed, last = key.signed_copy, pades.verify(key.signed_copy)[-1]
        if not last.is_good:
            raise pades.SigningRefused("La signature de ce fichier n’est pas valable.")
        level = (
            f"signé ailleurs par {last.signer}, certificat délivré par {last.issuer} (liste européenne non consultée)"
        )
    elif key is not None and key.pkcs12:
        signed, level = pades.sign_with_key(content, key.pkcs12, key.password, text=text, reason=reason)
    else:
        signed, level = pades.sign_with_seal(content, text=text, reason=reason), _seal_level(step)
    uploaded = SimpleUploadedFile(main.name, b"", "application/pdf")
    uploaded.file, uploaded.size = BytesIO(signed), len(signed)
    main.kind = "before"
    main.save(update_fields=["kind"])
    attach([store_upload(uploaded, actor=actor)], step.folder, kind="main")
    return level


def _seal_level(step: Step) -> str:
    seal = pades.level_of(pades.authority.seal().is_own)
    return (
        seal
        if step.kind == Kind.SEAL
        else f"Signature simple du compte, scellée par la plateforme : {seal[0].lower()}{seal[1:]}"
    )


def _stamp(step: Step, actor) -> str:
    """What is drawn on the document, in lines of a stamp's width."""
    word = "Cachet" if step.kind == Kind.SEAL else "Signé électroniquement"
    return (
        f"{word}\n{actor}\n{step.capacity[:44]}\n{formats.short_day(step.decided_at)}, {formats.hour(step.decided_at)}"
    )


@transaction.atomic
def regret_step(step: Step, *, actor) -> None:
    """Take back an opinion or a visa as long as nobody has decided since. Records "signing.regret".

    A signature cannot be taken back: the document holds it.
    """
    folder = Folder.objects.select_for_update().get(pk=step.folder_id)
    locked = Step.objects.get(pk=step.pk)
    if locked.decided_by_id != actor.pk or locked.outcome != Outcome.APPROVED or locked.kind in SIGNED:
        raise ValidationError("Seul son propre avis ou visa se reprend.")
    later = folder.steps.exclude(pk=locked.pk).filter(decided_at__gt=locked.decided_at)
    if later.exists() or folder.state != State.RUNNING:
        raise ValidationError("Trop tard : une étape a été décidée depuis.")
    folder.steps.filter(outcome=Outcome.CURRENT).exclude(position=locked.position).update(
        outcome=Outcome.WAITING, arrived_at=None
    )
    locked.outcome, locked.decided_at, locked.decided_by = Outcome.CURRENT, None, None
    locked.capacity = locked.comment = locked.private_note = locked.sha256 = ""
    locked.client_uuid = None
    locked.save()
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
    locked.desk, locked.arrived_at = desk, timezone.now()
    locked.save(update_fields=["desk", "arrived_at"])
    journal.record("signing.transfer", locked.folder, actor=actor, data={"desk": desk.pk})
    return locked


def _check_other(step: Step, desk: Desk) -> None:
    if step.outcome != Outcome.CURRENT or step.folder.state != State.RUNNING:
        raise ValidationError("Cette étape n’est plus à décider.")
    if desk.organisation_id != step.folder.organisation_id or not desk.is_active or desk.pk == step.desk_id:
        raise ValidationError({"desk": "Choisissez un autre bureau de la collectivité."})
    if step.folder.steps.filter(desk=desk, position=step.position).exists():
        raise ValidationError({"desk": "Ce bureau décide déjà à ce rang."})
