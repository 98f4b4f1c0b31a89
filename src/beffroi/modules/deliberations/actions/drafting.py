"""The text of an act, written from a model and made into its document."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import braces, journal, pdf
from beffroi.kernel.ui import formats
from beffroi.modules.deliberations import wording
from beffroi.modules.deliberations.models import Act, ActTemplate
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.signing.models import Folder

TEMPLATE = Path(__file__).parent.parent / "act.typ"


@transaction.atomic
def save_template(template: ActTemplate, *, actor) -> ActTemplate:
    """Add or change a model of act. Records "deliberations.template". Raises ValidationError for a field that does not
    exist."""
    if wrong := braces.unknown(template.text, wording.FIELDS):
        raise ValidationError({"text": f"Ces champs n’existent pas : {', '.join(wrong)}."})
    template.full_clean()
    template.save()
    journal.record("deliberations.template", template, actor=actor)
    return template


@transaction.atomic
def write_text(act: Act, *, actor, text: str) -> Act:
    """Write the act from these words, whose fields are filled; its document is made at once, and made again when its
    number or its vote changes. Records "deliberations.write"."""
    locked = Act.objects.select_for_update().get(pk=act.pk)
    if locked.state not in (State.DRAFT, State.ADOPTED):
        raise ValidationError(f"L’acte est « {locked.get_state_display()} » : il ne se récrit plus.")
    if _is_signed(act):
        raise ValidationError("L’acte est au parapheur ou déjà signé : il ne se récrit plus.")
    if wrong := braces.unknown(text, wording.FIELDS):
        raise ValidationError({"text": f"Ces champs n’existent pas : {', '.join(wrong)}."})
    act.text = text.strip()
    act.save(update_fields=["text"])
    redraw(act)
    journal.record("deliberations.write", act, actor=actor)
    return act


def _is_signed(act: Act) -> bool:
    """Is it signed, or on its way to be?"""
    unsigned = StoredFile.objects.about(act).filter(kind="unsigned").exists()
    return unsigned or Folder.objects.about(act).filter(state="running").exists()


def redraw(act: Act) -> None:
    """Make the document of the act again from its text, if it has one that nobody has signed."""
    if not act.text or _is_signed(act):
        return
    StoredFile.objects.about(act).filter(kind="act").delete()
    name = f"{act.get_nature_display().lower()}-{act.number or 'projet'}.pdf"
    sent = SimpleUploadedFile(name, draw(act), "application/pdf")
    store_upload(sent, actor=None, kind="act", target=act)


def draw(act: Act) -> bytes:
    """The PDF of the act as its text, its number and its vote are now."""
    filled = braces.fill(act.text.replace("\r\n", "\n"), wording.values_of(act))
    nature = act.get_nature_display()
    data = {
        "body": act.organisation.name,
        "title": formats.typo(act.object),
        "under": f"{nature} {act.number or '(projet)'} du {formats.day(act.decided_on)}",
        "foot": f"{act.organisation.name} – {nature} {act.number or '(projet)'}",
        "parts": [_part(part) for part in filled.split("\n\n") if _says(part)],
        "author": act.author,
    }
    return pdf.render(TEMPLATE, data, at=timezone.now())


def _says(part: str) -> bool:
    """A paragraph whose only field was empty (« Représentés : . ») is left out."""
    head, _colon, rest = part.partition(":")
    return bool(part.strip(" .;\n")) and (":" not in part or bool(rest.strip(" .;\n")) or len(head) > 60)


def _part(part: str) -> dict[str, str]:
    """« Article 1. » stands out."""
    words = formats.typo(" ".join(part.split("\n")).strip())
    if not words.lower().startswith("article "):
        return {"label": "", "text": words}
    label, dot, rest = words.partition(".")
    return {"label": f"{label}{dot}", "text": rest.strip()} if dot and len(label) < 14 else {"label": "", "text": words}
