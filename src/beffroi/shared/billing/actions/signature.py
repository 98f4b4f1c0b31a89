"""The file of a slip goes through the sign-book, and comes back signed (XAdES enveloped, as the DGFiP asks)."""

from io import BytesIO

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from beffroi.kernel import journal
from beffroi.shared.billing.models import Slip
from beffroi.shared.files.actions import SIGNED, store_upload
from beffroi.shared.signing import actions as signing
from beffroi.shared.signing.models import Folder, Nature

XMLDSIG = "http://www.w3.org/2000/09/xmldsig#"


def is_signed(slip: Slip) -> bool:
    """Does the file bear a signature already?"""
    return XMLDSIG in slip.content


@transaction.atomic
def sign_slip(slip: Slip, *, actor, nature: Nature) -> Folder:
    """Send the PES file of a slip through the circuit of a nature. Records "billing.slip_sign", "signing.submit".

    Raises ValidationError for a slip that is sent, signed, on its way, or whose attachments are not ready.
    """
    held = Slip.objects.select_for_update(of=("self",)).select_related("regie").get(pk=slip.pk)
    if held.status != Slip.Status.READY:
        raise ValidationError(f"Ce bordereau est « {held.get_status_display()} » : il ne se signe plus.")
    if held.pending:
        raise ValidationError("Ses pièces jointes se préparent : attendez le fichier.")
    if is_signed(held):
        raise ValidationError("Ce bordereau est déjà signé.")
    content = held.content.encode("latin-1")
    uploaded = SimpleUploadedFile(held.file_name, b"", "application/xml")
    uploaded.file, uploaded.size = BytesIO(content), len(content)
    folder = signing.create_folder(
        actor=actor,
        nature=nature,
        title=f"Bordereau de titres {held} : {held.label}"[:200],
        target=held,
        document=store_upload(uploaded, actor=actor, kind=SIGNED),
    )
    signing.submit_folder(folder, actor=actor)
    journal.record("billing.slip_sign", held, actor=actor, data={"folder": folder.pk})
    return folder


def take_signed_slip(entry) -> None:
    """A circuit has ended: the signed file is the one that is transmitted. Records "billing.slip_signed"."""
    folder = entry.target
    if not isinstance(folder, Folder) or not isinstance(folder.target, Slip):
        return
    slip = Slip.objects.select_for_update(of=("self",)).get(pk=folder.target_id)
    main = folder.main()
    if slip.status != Slip.Status.READY or main is None:
        return
    slip.content = signing.content_of(main).decode("latin-1")
    slip.save(update_fields=["content"])
    journal.record("billing.slip_signed", slip, actor=entry.actor, data={"sha256": main.blob.sha256})
