"""What the public sees of a report: text, photos, the whole; a zone of a photo blurred."""

import io

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageFilter

from beffroi.kernel import journal
from beffroi.modules.reports.actions.handling import touch_report
from beffroi.modules.reports.models import Moderation, Report
from beffroi.shared.cases.actions import post_message
from beffroi.shared.cases.locking import lock_case, touch
from beffroi.shared.files import storage
from beffroi.shared.files.actions import store_upload
from beffroi.shared.files.models import StoredFile

ORIGINAL = "original"
# A zone is at least this share of each side: a press beside the face must still cover it.
LEAST = 0.02


def _checked(report: Report, actor) -> Report:
    report = lock_case(report)
    if actor is None or not report.can_be_handled_by(actor):
        raise PermissionDenied("reports.handle")
    return report


@transaction.atomic
def show_text(report: Report, *, actor) -> Report:
    """Let everyone read the description. Records "reports.publish"."""
    report, now = _checked(report, actor), timezone.now()
    touch_report(report, text_shown_at=now, checked_at=report.checked_at or now)
    journal.record("reports.publish", report, actor=actor)
    return report


@transaction.atomic
def hide_text(report: Report, *, actor) -> Report:
    """Keep the description for the author and the agents. Records "reports.unpublish"."""
    report = _checked(report, actor)
    touch_report(report, text_shown_at=None, checked_at=report.checked_at or timezone.now())
    journal.record("reports.unpublish", report, actor=actor)
    return report


@transaction.atomic
def mark_read(report: Report, *, actor) -> Report:
    """An agent has read it again, and what the public sees stays as it is. Records "reports.read"."""
    report = _checked(report, actor)
    touch_report(report, checked_at=timezone.now())
    journal.record("reports.read", report, actor=actor)
    return report


@transaction.atomic
def hide_report(report: Report, *, actor) -> Report:
    """Take a report out of the public list, map, feeds and data, its photos too. Records "reports.hide"."""
    report, now = _checked(report, actor), timezone.now()
    StoredFile.objects.about(report).update(public=False)
    touch_report(report, hidden_at=now, checked_at=report.checked_at or now)
    journal.record("reports.hide", report, actor=actor)
    return report


@transaction.atomic
def show_report(report: Report, *, actor) -> Report:
    """Put it back, without its photos: each is shown again by itself. Records "reports.show"."""
    report = _checked(report, actor)
    touch_report(report, hidden_at=None)
    journal.record("reports.show", report, actor=actor)
    return report


@transaction.atomic
def show_photo(report: Report, file: StoredFile, *, actor, public: bool) -> None:
    """Show one of its photos to everyone, or take it away from them; an original that was blurred never shows.

    Records "reports.photo".
    """
    report = _checked(report, actor)
    _own(report, file)
    if public and (file.kind == ORIGINAL or report.is_private):
        raise ValidationError("Cette photo ne peut pas être montrée au public.")
    file.public = public
    file.save(update_fields=["public"])
    touch_report(report, checked_at=report.checked_at or timezone.now())
    journal.record("reports.photo", report, actor=actor, data={"file": str(file.pk), "public": public})


@transaction.atomic
def blur_photo(report: Report, file: StoredFile, *, actor, zone: tuple[float, float, float, float]) -> StoredFile:
    """Blur a zone of a photo: (left, top, right, bottom) as shares of its sides, 0 to 1. Returns the blurred photo,
    shown where the first one was; nobody but agents sees the first one again. Records "reports.blur"."""
    report = _checked(report, actor)
    _own(report, file)
    if file.kind == ORIGINAL or not file.blob.is_image:
        raise ValidationError("Cette image ne se floute pas.")
    content = io.BytesIO(b"".join(storage.contents().read(storage.address(file.blob.sha256), 0, file.blob.size)))
    upload = SimpleUploadedFile(file.name, blurred(content, zone), content_type=file.blob.mime)
    made = store_upload(upload, actor=actor, kind="photo", target=report, public=file.public)
    StoredFile.objects.filter(pk=made.pk).update(created_at=file.created_at, kind=file.kind)
    file.public, kind = False, file.kind
    file.kind = ORIGINAL
    file.save(update_fields=["public", "kind"])
    touch_report(report, checked_at=report.checked_at or timezone.now())
    journal.record("reports.blur", report, actor=actor, data={"from": str(file.pk), "to": str(made.pk), "kind": kind})
    return made


def blurred(content: io.BytesIO, zone: tuple[float, float, float, float]) -> bytes:
    """The picture with a zone made unreadable: reduced to a dozen squares, then blurred; nothing can be drawn back."""
    left, top, right, bottom = zone
    if not (0 <= left < right <= 1 and 0 <= top < bottom <= 1) or right - left < LEAST or bottom - top < LEAST:
        raise ValidationError("Dessinez une zone sur la photo.")
    with Image.open(content, formats=("JPEG", "PNG")) as picture:
        kind, picture = picture.format, picture.convert("RGB")
    width, height = picture.size
    box = (int(left * width), int(top * height), max(int(right * width), 1), max(int(bottom * height), 1))
    part = picture.crop(box)
    coarse = part.resize((max(1, min(12, part.width // 8)), max(1, min(12, part.height // 8))), Image.Resampling.BOX)
    soft = coarse.resize(part.size, Image.Resampling.BILINEAR).filter(ImageFilter.GaussianBlur(4))
    picture.paste(soft, box[:2])
    output = io.BytesIO()
    picture.save(output, kind or "JPEG", quality=86)
    return output.getvalue()


@transaction.atomic
def set_moderation(organisation, *, actor, text_at_once: bool, photos_at_once: bool) -> Moderation:
    """Decide when the public sees what a body's reports hold. Records "reports.moderation" on the body."""
    rule, _created = Moderation.objects.update_or_create(
        organisation=organisation, defaults={"text_at_once": text_at_once, "photos_at_once": photos_at_once}
    )
    data = {"text_at_once": text_at_once, "photos_at_once": photos_at_once}
    journal.record("reports.moderation", organisation, actor=actor, data=data)
    return rule


def _own(report: Report, file: StoredFile) -> None:
    if not StoredFile.objects.about(report).filter(pk=file.pk).exists():
        raise ValidationError("Cette photo n’est pas celle du signalement.")


@transaction.atomic
def flag_report(report: Report, *, actor, reason: str) -> Report:
    """Somebody of the public says that something should not be shown: an internal note, and an agent must check.

    Records "reports.note".
    """
    report = lock_case(report)
    body = f"Signalé par un visiteur de la page publique\u202f:\n{reason.strip()}"
    post_message(report, actor=None, body=body, internal=True, author_label="Visiteur")
    touch_report(report, checked_at=None)
    touch(report, unread_at=report.unread_at or timezone.now())
    return report
