"""The way of an act through the sign-book, and back."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.deliberations import access
from beffroi.modules.deliberations.actions.publication import publish_act
from beffroi.modules.deliberations.models import Act
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.files.actions import attach, copy_file
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing.actions import create_folder, submit_folder
from beffroi.shared.signing.models import Circuit, Folder

OPEN = (State.DRAFT, State.ADOPTED)


@transaction.atomic
def send_to_signature(act: Act, *, actor, circuit: Circuit) -> Folder:
    """Send the document of an act, with its annexes, through a circuit of its body. Records "signing.submit" and
    "deliberations.sign". Raises ValidationError when the document is missing or already on its way."""
    if act.state not in OPEN:
        raise ValidationError("Seul un acte qui n’est pas encore transmis se signe.")
    files = act.documents()
    document = next((file for file in files if file.kind == "act"), None)
    if document is None:
        raise ValidationError("Ajoutez d’abord le document de l’acte.")
    folder = create_folder(
        actor=actor,
        circuit=circuit,
        title=f"{act} : {act.object}"[:200],
        document=copy_file(document, actor=actor),
        annexes=[copy_file(file, actor=actor) for file in files if file.kind == "annex"],
        target=act,
    )
    submit_folder(folder, actor=actor)
    journal.record("deliberations.sign", act, actor=actor, data={"folder": folder.pk})
    return folder


@transaction.atomic
def publish_signed(act: Act, *, folder: Folder, actor) -> None:
    """A step of the circuit puts the act online, as its document is now. Records "deliberations.signed", then
    "deliberations.publish". Raises ValidationError, with what is missing or when the person may not publish."""
    held = Act.objects.select_for_update().get(pk=act.pk)
    if not access.can_publish(actor, held):
        raise ValidationError("Votre bureau met en ligne, mais votre compte ne peut pas publier les actes ici.")
    if held.state in OPEN:
        _take(held, folder, actor)
    try:
        publish_act(held, actor=actor, carried=folder)
    except TransitionRefused as refusal:
        raise ValidationError(str(refusal)) from refusal


def take_signed(entry) -> None:
    """A circuit has ended: when it carried an act that is not published yet, the signed document becomes that of the
    act, in the same transaction. Records "deliberations.signed"."""
    folder = entry.target
    if not isinstance(folder, Folder) or not isinstance(folder.target, Act):
        return
    act = Act.objects.select_for_update().get(pk=folder.target_id)
    if act.state in OPEN:
        _take(act, folder, entry.actor)


def _take(act: Act, folder: Folder, actor) -> None:
    signed = folder.main()
    if signed is None:
        return
    StoredFile.objects.about(act).filter(kind="act").update(kind="unsigned")
    attach([copy_file(signed, actor=actor)], act, kind="act")
    journal.record("deliberations.signed", act, actor=actor, data={"sha256": signed.blob.sha256})
