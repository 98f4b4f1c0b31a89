"""Receive a batch of scanned letters, cut it, register or set aside each letter."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.modules.mail import scans
from beffroi.modules.mail.actions.registering import register_letter
from beffroi.modules.mail.actions.routing import route_letter
from beffroi.modules.mail.models import Batch, BatchItem, Letter
from beffroi.modules.mail.workflow import State
from beffroi.shared.files import storage
from beffroi.shared.files.actions import attach, copy_file, remove_files_of, store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Team


@transaction.atomic
def receive_batch(register, *, actor, document: StoredFile) -> Batch:
    """Keep a scanned PDF; a job cuts it. Records "mail.batch". Raises ValidationError for another kind of file."""
    if document.blob.mime != "application/pdf":
        raise ValidationError({"document": "Donnez le lot en PDF."})
    batch = Batch.objects.create(organisation=register.organisation, register=register, name=document.name[:120])
    attach([document], batch, kind="batch")
    journal.record("mail.batch", batch, actor=actor)
    jobs.defer("mail.cut", batch_id=batch.pk)
    return batch


def cut_batch(batch: Batch) -> int:
    """Find the separators and make a PDF of each letter; returns how many. A second call changes nothing. Pages whose
    sheet names a letter that is registered already are added to its pieces ("mail.scan").

    Records "mail.cut". A file that cannot be read is told on the page of the batch.
    """
    source = StoredFile.objects.about(batch).first()
    content = b"".join(storage.contents().read(storage.address(source.blob.sha256))) if source else b""
    fault, found = "", []
    try:
        found = list(scans.marks(content))
    except scans.Unreadable as refusal:
        fault = str(refusal)
    letters = scans.parts(found, batch.register_id)
    with transaction.atomic():
        locked = Batch.objects.select_for_update(of=("self",)).get(pk=batch.pk)
        if locked.cut_at is not None:
            return 0
        teams = {team.pk: team for team in Team.objects.filter(organisation=batch.organisation_id, is_active=True)}
        known = _registered_in(batch, [part.letter for part in letters])
        for position, part in enumerate(letters, start=1):
            item = BatchItem.objects.create(
                batch=locked,
                position=position,
                first_page=part.first,
                last_page=part.last,
                team=teams.get(part.team),
                letter=known.get(part.letter),
            )
            pages = SimpleUploadedFile(
                f"pli-{position:03d}.pdf", scans.extract(content, (part.first, part.last)), "application/pdf"
            )
            store_upload(pages, actor=None, kind="scan", target=item.letter or item)
            if item.letter is not None:
                journal.record("mail.scan", item.letter, actor=None, data={"batch": batch.pk})
        locked.cut_at, locked.pages, locked.fault = timezone.now(), len(found), fault
        if not fault and not letters:
            locked.fault = "Ce lot ne contient que des feuilles de séparation."
        locked.save(update_fields=["cut_at", "pages", "fault"])
        journal.record("mail.cut", locked, actor=None, data={"pages": len(found), "letters": len(letters)})
    return len(letters)


def _registered_in(batch: Batch, numbers: list[int]) -> dict[int, Letter]:
    """The letters of the body of the batch that the sheets name: they were registered before being scanned."""
    letters = Letter.objects.filter(pk__in=numbers, organisation=batch.organisation_id)
    return letters.exclude(state=State.CANCELLED).select_related("register").in_bulk()


def _waiting(item: BatchItem) -> BatchItem:
    item = BatchItem.objects.select_for_update(of=("self",)).select_related("batch").get(pk=item.pk)
    if item.letter_id is not None or item.set_aside:
        raise ValidationError("Ce pli est déjà enregistré ou mis de côté.")
    return item


@transaction.atomic
def register_item(item: BatchItem, letter: Letter, *, actor, **more) -> Letter:
    """Register one letter of a batch with its pages; when no rule fits, it goes to the team that its separator named.

    Records "mail.register" and "mail.route". Raises ValidationError when a colleague has done it meanwhile.
    """
    item = _waiting(item)
    pages = [copy_file(file, actor=actor) for file in StoredFile.objects.about(item)]
    letter = register_letter(letter, actor=actor, pieces=pages, **more)
    if item.team is not None and letter.state == State.NEW:
        route_letter(letter, actor=actor, type=letter.type, priority=letter.priority, team=item.team)
    item.letter = letter
    item.save(update_fields=["letter"])
    remove_files_of(item)
    return letter


@transaction.atomic
def set_item_aside(item: BatchItem, *, actor) -> None:
    """These pages are no letter (advertising, blank sheets). Records "mail.set_aside" on the batch."""
    item = _waiting(item)
    item.set_aside = True
    item.save(update_fields=["set_aside"])
    journal.record("mail.set_aside", item.batch, actor=actor, data={"item": item.position})


@transaction.atomic
def join_item(item: BatchItem, *, actor) -> BatchItem:
    """The separator was put by mistake: these pages follow those of the letter before. Records "mail.join"."""
    batch = Batch.objects.select_for_update(of=("self",)).get(pk=item.batch_id)
    item = _waiting(item)
    before = batch.items.filter(position__lt=item.position, letter=None, set_aside=False).order_by("-position").first()
    if before is None:
        raise ValidationError("Le pli précédent est déjà enregistré.")
    source = StoredFile.objects.about(batch).first()
    content = b"".join(storage.contents().read(storage.address(source.blob.sha256)))
    remove_files_of(before)
    remove_files_of(item)
    both = scans.extract(content, (before.first_page, before.last_page), (item.first_page, item.last_page))
    pages = SimpleUploadedFile(f"pli-{before.position:03d}.pdf", both, "application/pdf")
    store_upload(pages, actor=actor, kind="scan", target=before)
    before.last_page = item.last_page
    before.save(update_fields=["last_page"])
    item.delete()
    journal.record("mail.join", batch, actor=actor, data={"item": before.position})
    return before
