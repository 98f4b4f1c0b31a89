"""The way of an act through the sign-book, and back."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
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


def take_signed(entry) -> None:
    """A circuit has ended: when it carried an act that is not published yet, the signed document becomes that of the
    act, in the same transaction. Records "deliberations.signed"."""
    folder = entry.target
    if not isinstance(folder, Folder) or not isinstance(folder.target, Act):
        return
    act = Act.objects.select_for_update().get(pk=folder.target_id)
    signed = folder.main()
    if act.state not in OPEN or signed is None:
        return
    StoredFile.objects.about(act).filter(kind="act").update(kind="unsigned")
    attach([copy_file(signed, actor=entry.actor)], act, kind="act")
    journal.record("deliberations.signed", act, actor=entry.actor, data={"sha256": signed.blob.sha256})
