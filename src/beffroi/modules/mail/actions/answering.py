"""Write what leaves: its versions, its way through the sign-book, its dispatch, and the end of a letter."""

import datetime

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.mail import paper
from beffroi.modules.mail.actions.correspondents import find_or_add
from beffroi.modules.mail.actions.registering import enter
from beffroi.modules.mail.models import Letter, Version
from beffroi.modules.mail.models.register import GOING
from beffroi.modules.mail.workflow import State, workflow
from beffroi.shared.files.actions import attach, copy_file, remove_file, store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing.actions import create_folder, submit_folder
from beffroi.shared.signing.models import Circuit, Folder

PDF = "application/pdf"


@transaction.atomic
def write_letter(
    letter: Letter, *, actor, recipient: str, body: str, recipient_details: dict | None = None, pieces=()
) -> Letter:
    """Open the project of a letter that leaves, with its number and its first version; `letter.answers` = the one to
    which it replies, whose service and agent it takes. `recipient` is a record of the directory as it was chosen, or
    a new name. Records "mail.write". Raises ValidationError for a register that does not send, or no recipient.
    """
    if letter.register.kind not in GOING:
        raise ValidationError({"register": "Choisissez un registre de départ."})
    if not recipient.strip():
        raise ValidationError({"recipient": "Dites à qui vous écrivez."})
    if letter.answers is not None:
        if letter.answers.organisation_id != letter.register.organisation_id:
            raise ValidationError({"register": "Ce registre est d’un autre organisme."})
        letter.team, letter.assignee = letter.answers.team, letter.answers.assignee
        letter.type = letter.type or letter.answers.type
    if letter.assignee is None:
        letter.assignee = actor
    body_of = letter.register.organisation
    letter.correspondent = find_or_add(body_of, recipient, actor=actor, **(recipient_details or {}))
    enter(letter)
    attach(pieces, letter, kind="annex")
    journal.record("mail.write", letter, actor=actor, data={"number": letter.chrono})
    _version(letter, actor, body, "")
    return letter


def _version(letter: Letter, actor, body: str, comment: str) -> Version:
    last = letter.versions.order_by("-number").values_list("number", flat=True).first() or 0
    version = Version(letter=letter, number=last + 1, body=body.strip(), comment=comment.strip(), author=actor)
    version.full_clean(validate_constraints=False)
    version.save()
    return version


@transaction.atomic
def revise_letter(
    letter: Letter, *, actor, body: str, object: str = "", comment: str = "", pieces=(), seen: int
) -> Version:
    """Write the next version of a project; the earlier ones are kept. Records "mail.revise".

    `seen` = the version that the person had before them. Raises ValidationError when another has been written since,
    or when the project has left for the sign-book.
    """
    locked = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state != State.DRAFT:
        raise ValidationError(f"Ce courrier est « {locked.get_state_display()} » : son texte ne change plus.")
    last = letter.versions.order_by("-number").first()
    if last is not None and last.number != seen:
        raise ValidationError(
            f"{last.author} a écrit la version {last.number} entre-temps : relisez-la avant d’enregistrer la vôtre."
        )
    if object and object != letter.object:
        letter.object = object.strip()
        letter.save(update_fields=["object"])
    version = _version(letter, actor, body, comment) if last is None or last.body != body.strip() else last
    attach(pieces, letter, kind="annex")
    journal.record("mail.revise", letter, actor=actor, data={"version": version.number})
    return version


@transaction.atomic
def remove_piece(letter: Letter, file: StoredFile, *, actor) -> None:
    """Take an annex away from a project. Records "files.remove" on the letter."""
    locked = Letter.objects.select_for_update(of=("self",)).get(pk=letter.pk)
    if locked.state != State.DRAFT or file.kind != "annex":
        raise ValidationError("Seule une annexe d’un projet se retire.")
    remove_file(file, actor=actor)


@transaction.atomic
def sign_letter(letter: Letter, *, actor, circuit: Circuit) -> Folder:
    """Lay out the last version and send it, with its annexes, through a circuit of the body.

    Records "mail.sign" and "signing.submit". Raises ValidationError (no holder in the circuit…), TransitionRefused.
    """
    if circuit.organisation_id != letter.organisation_id:
        raise ValidationError({"circuit": "Ce circuit est d’un autre organisme."})
    version = letter.versions.first()
    if version is None:
        raise ValidationError("Écrivez d’abord le texte.")
    workflow.fire("sign", letter, actor=actor, data={"version": version.number})
    content = paper.letter(letter, version.body)
    document = store_upload(SimpleUploadedFile(f"{letter.chrono}.pdf", content, PDF), actor=actor)
    annexes = StoredFile.objects.about(letter).filter(kind="annex")
    folder = create_folder(
        actor=actor,
        circuit=circuit,
        title=f"{letter.chrono} : {letter.object}"[:200],
        document=document,
        annexes=[copy_file(file, actor=actor) for file in annexes if file.blob.mime == PDF],
        target=letter,
    )
    submit_folder(folder, actor=actor)
    return folder


def take_signed(entry) -> None:
    """A circuit has ended: the signed document becomes that of the letter, in the same transaction. Records
    "mail.signed"."""
    folder, letter = _carried(entry)
    if letter is None or letter.state != State.SIGNING:
        return
    signed = folder.main()
    StoredFile.objects.about(letter).filter(kind="signed").update(kind="old_signed")
    attach([copy_file(signed, actor=entry.actor)], letter, kind="signed")
    workflow.fire("signed", letter, actor=entry.actor, data={"sha256": signed.blob.sha256}, check=False)


def take_back(entry) -> None:
    """A folder was rejected or taken back: the letter is a project again. Records "mail.refused"."""
    _folder, letter = _carried(entry)
    if letter is not None and letter.state == State.SIGNING:
        workflow.fire("refused", letter, actor=entry.actor, check=False)


def _carried(entry) -> tuple:
    folder = entry.target
    if not isinstance(folder, Folder) or not isinstance(folder.target, Letter):
        return None, None
    return folder, Letter.objects.select_for_update(of=("self",)).select_related("register").get(pk=folder.target_id)


@transaction.atomic
def sign_on_paper(letter: Letter, *, actor, document: StoredFile) -> Letter:
    """Keep the scan of a letter that was signed by hand. Records "mail.sign_on_paper"."""
    if document.blob.mime != PDF:
        raise ValidationError({"document": "Donnez la lettre signée en PDF."})
    attach([document], letter, kind="signed")
    workflow.fire("sign_on_paper", letter, actor=actor, data={"sha256": document.blob.sha256})
    return letter


@transaction.atomic
def answer_by(letter: Letter, *, actor, day: datetime.date) -> None:
    """The answer has left: the letter to which it replies is answered. Records "mail.answer"."""
    if letter.answers_id is None:
        return
    asked = Letter.objects.select_for_update(of=("self",)).select_related("register").get(pk=letter.answers_id)
    if asked.state in (State.ROUTED, State.WAITING):
        data = {"by": letter.chrono}
        workflow.fire("answer", asked, actor=actor, update={"answered_on": day}, data=data, check=False)


@transaction.atomic
def close_letter(letter: Letter, *, actor, closing: str = "") -> Letter:
    """Nothing more is to be done; one that was not answered says why. Records "mail.close"."""
    if letter.state == State.ROUTED and not closing.strip():
        raise ValidationError({"closing": "Dites pourquoi ce courrier est clos sans réponse."})
    update = {"closed_at": timezone.now(), "closing": closing.strip()}
    workflow.fire("close", letter, actor=actor, update=update)
    return letter


@transaction.atomic
def reopen_letter(letter: Letter, *, actor, reason: str) -> Letter:
    """It was not over. Records "mail.reopen" with the reason. Raises ValidationError once it is filed: its useful life
    is counted from its closing."""
    if letter.filed_as_id is not None:
        raise ValidationError("Ce courrier est classé : rouvrez d’abord son dossier parmi les documents.")
    update = {"closed_at": None, "answered_on": None}
    workflow.fire("reopen", letter, actor=actor, update=update, data={"reason": reason.strip()})
    return letter


@transaction.atomic
def cancel_letter(letter: Letter, *, actor, reason: str) -> Letter:
    """Written by mistake: the number stays taken, and its line says why. Records "mail.cancel"."""
    update = {"closing": reason.strip()[:300]}
    workflow.fire("cancel", letter, actor=actor, update=update, data={"reason": reason.strip()})
    return letter
