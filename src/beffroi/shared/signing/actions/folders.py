"""Prepare a folder, send it, take it back, send it again."""

import datetime
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.files.actions import attach, copy_file
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing import choosing, clocks, hooks
from beffroi.shared.signing.levels import Fallback, Format, Level
from beffroi.shared.signing.models import SIGNED, Circuit, Desk, Folder, Kind, Nature, Step
from beffroi.shared.signing.models.folder import TO_SIGN
from beffroi.shared.signing.workflow import State, workflow

PDF = "application/pdf"
MOST = 10  # documents to sign in one folder
LATE = "Le délai de ce dossier est passé sans décision."


@transaction.atomic
def create_folder(
    *,
    actor,
    circuit: Circuit | None = None,
    title: str,
    document,
    others=(),
    annexes=(),
    note: str = "",
    target=None,
    nature: Nature | None = None,
    details: Mapping[str, str] | None = None,
    follows: Folder | None = None,
) -> Folder:
    """Prepare a folder of `document` (a file that waits, or one of the target that is copied) and its annexes.

    `others` = more documents to sign: each step signs them all by one gesture, or none. With a `nature`, the circuit is
    that of its rules, and its questions are answered in `details`. Records "signing.create". Raises ValidationError
    when a signature is asked of something else than a PDF (without a nature that says how), or when the target already
    has a folder under way.
    """
    title = title.strip()
    said = choosing.check_details(nature, "creation", details or {})
    if nature is not None:
        circuit = choosing.circuit_for(nature, title, said)
    if circuit is None:
        raise ValidationError({"circuit": "Choisissez un circuit."})
    folder = Folder(
        organisation=circuit.organisation,
        circuit=circuit,
        title=title,
        note=note.strip(),
        author=actor,
        nature=nature,
        details=said,
        follows=follows,
        **_ways(nature),
    )
    _check_documents(folder.format, [document, *others], circuit)
    if target is not None:
        folder.target = target
    folder.full_clean(exclude=["target_type", "target_id", "details"])
    try:
        with transaction.atomic():
            folder.save(force_insert=True)
    except IntegrityError as fault:
        if "folder_one_for_target" in str(fault):
            raise ValidationError("Un dossier est déjà en circuit pour cela.") from None
        raise
    attach([document], folder, kind="main")
    attach(others, folder, kind="also")
    attach(annexes, folder, kind="annex")
    journal.record("signing.create", folder, actor=actor)
    return folder


def _ways(nature: Nature | None) -> dict:
    """How a folder is signed and read: as its nature says, else timestamped where there is a service."""
    if nature is None:
        return {
            "level": Level.T if clocks.has_clock() else Level.B,
            "fallback": Fallback.REFUSE,
            "format": Format.PADES,
        }
    names = ("format", "level", "fallback", "stamp_page", "in_turn", "reminder_days")
    return {name: getattr(nature, name) for name in names}


def _check_documents(format_: str, documents, circuit: Circuit) -> None:
    """Each may be signed as the folder says, and has a name of its own: it is known by it all along the circuit."""
    if len(documents) > MOST:
        raise ValidationError({"others": f"{MOST} documents à signer au plus."})
    if len({document.name for document in documents}) < len(documents):
        raise ValidationError({"others": "Deux documents portent le même nom : renommez l’un d’eux."})
    if format_ == Format.PES and len(documents) > 1:
        raise ValidationError({"others": "Un fichier PES se signe seul dans son dossier."})
    for rank, document in enumerate(documents):
        try:
            _check_format(format_, document, circuit)
        except ValidationError as fault:
            if not rank:
                raise
            raise ValidationError({"others": f"« {document.name} » : {' '.join(fault.messages)}"}) from None


def _check_format(format_: str, document: StoredFile, circuit: Circuit) -> None:
    if not circuit.steps.filter(kind__in=[*SIGNED, Kind.EXTERNAL]).exists():
        return
    if format_ == Format.PADES and document.blob.mime != PDF:
        raise ValidationError({"document": "Ce circuit signe : donnez le document en PDF."})
    if format_ == Format.PES and document.blob.mime != "application/xml":
        raise ValidationError({"document": "Cette nature de dossier attend un fichier PES (XML)."})


@transaction.atomic
def submit_folder(folder: Folder, *, actor, chosen: Mapping[int, Desk] | None = None) -> Folder:
    """Send a folder: its steps are those of its circuit on that day. Records "signing.submit".

    `chosen` = the desks of the steps that leave the choice. Raises ValidationError when a desk cannot be found, when
    nobody holds it, or when nothing can do what an automatic step asks.
    """
    planned = choosing.plan(folder.circuit, actor, chosen)
    for one in planned:
        _check_office(folder, one.step.kind)
    now = timezone.now()
    update = {"submitted_at": now}
    if folder.nature is not None and folder.nature.expiry_days:
        update["expires_at"] = now + datetime.timedelta(days=folder.nature.expiry_days)
    workflow.fire("submit", folder, actor=actor, update=update)
    Step.objects.bulk_create([step for one in planned for step in _steps(folder, one)])
    open_next(folder)
    return folder


def _check_office(folder: Folder, kind: str) -> None:
    if kind == Kind.PUBLISH and not hooks.can_publish(folder.target):
        raise ValidationError("Ce circuit met en ligne : le dossier doit porter un acte.")
    if kind == Kind.ARCHIVE and folder.circuit.archive_to is None:
        raise ValidationError("Ce circuit archive : dites d’abord, dans ses réglages, dans quel espace.")


def _steps(folder: Folder, planned: choosing.Planned) -> list[Step]:
    step = planned.step
    holders = choosing.holders_of(planned.desk) if step.everyone else [None]
    return [
        Step(
            folder=folder,
            position=step.position,
            kind=step.kind,
            desk=planned.desk,
            days=step.days,
            holder=holder,
            alternative=step.alternative,
            strength=step.strength,
            floor=step.floor,
        )
        for holder in holders or [None]
    ]


def open_next(folder: Folder) -> bool:
    """Make current the steps of the lowest position that wait, once those before are done; False at the end."""
    if folder.steps.filter(outcome=Step.Outcome.CURRENT).exists():
        return True
    waiting = folder.steps.filter(outcome=Step.Outcome.WAITING)
    first = waiting.order_by("position").values_list("position", flat=True)[:1]
    opened = waiting.filter(position__in=list(first)).update(
        outcome=Step.Outcome.CURRENT, arrived_at=timezone.now(), reminded_at=None
    )
    return bool(opened)


@transaction.atomic
def withdraw_folder(folder: Folder, *, actor, reason: str) -> Folder:
    """The author takes the folder back before its end. Records "signing.withdraw"."""
    changed = {"ended_at": timezone.now()}
    workflow.fire("withdraw", folder, actor=actor, update=changed, data={"reason": reason.strip()})
    folder.steps.filter(outcome=Step.Outcome.CURRENT).update(outcome=Step.Outcome.WAITING)
    return folder


@transaction.atomic
def expire_folder(folder: Folder) -> Folder:
    """The delay of its nature has passed: the folder leaves its circuit. Records "signing.expire"."""
    workflow.fire("expire", folder, actor=None, update={"ended_at": timezone.now()}, data={"reason": LATE}, check=False)
    folder.steps.filter(outcome=Step.Outcome.CURRENT).update(outcome=Step.Outcome.WAITING)
    return folder


@transaction.atomic
def send_again(folder: Folder, *, actor, document: StoredFile | None = None) -> Folder:
    """Prepare again a folder that was rejected, taken back or expired, with a corrected document or the first one.

    Records "signing.create". Raises ValidationError for a folder that goes on, or that is somebody else's.
    """
    if folder.author_id != actor.pk or not folder.is_over_unsigned:
        raise ValidationError("Seul l’auteur reprend un dossier rejeté, repris ou hors délai.")
    if folder.target_id is not None:
        raise ValidationError(f"Ce dossier porte « {folder.target} » : renvoyez-le de sa propre page.")
    files = StoredFile.objects.about(folder)
    documents = folder.to_sign()
    first, *others = [_original(files, one.name) for one in documents] or [None]
    if document is None and first is None:
        raise ValidationError("Le document n’est plus là : donnez-en un autre.")
    return create_folder(
        actor=actor,
        circuit=folder.circuit,
        nature=folder.nature,
        details=folder.details,
        title=folder.title,
        document=document or copy_file(first, actor=actor),
        note=folder.note,
        follows=folder,
        others=[copy_file(file, actor=actor) for file in others if file is not None],
        annexes=[copy_file(file, actor=actor) for file in files.filter(kind="annex")],
    )


def _original(files, name: str) -> StoredFile | None:
    """A document as it was first given, before any signature."""
    return files.filter(kind__in=["before", *TO_SIGN], name=name).order_by("created_at").first()


@transaction.atomic
def chain_folder(folder: Folder, *, actor, circuit: Circuit) -> Folder:
    """Prepare the signed document of a finished folder for another circuit. Records "signing.create"."""
    if folder.state != State.DONE:
        raise ValidationError("Ce dossier n’est pas terminé.")
    if circuit.organisation_id != folder.organisation_id:
        raise ValidationError({"circuit": "Choisissez un circuit de la même collectivité."})
    documents = folder.to_sign()
    if not documents:
        raise ValidationError("Le document n’est plus là.")
    annexes = [file for file in folder.documents() if file.kind not in TO_SIGN]
    main, *others = [copy_file(file, actor=actor) for file in documents]
    return create_folder(
        actor=actor,
        circuit=circuit,
        title=folder.title,
        document=main,
        others=others,
        note=folder.note,
        annexes=[copy_file(file, actor=actor) for file in annexes],
        follows=folder,
    )
