"""What goes with an eliminated file: redacted copies, renditions, pieces; and what stays because another keeps it."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

from beffroi.modules.archives import actions
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Document, Reading, SearchLine, Suggestion, Version
from beffroi.shared.documents.reading import job, pages, redact
from beffroi.shared.files import storage
from beffroi.shared.files.actions import DOCUMENT, store_upload

pytestmark = pytest.mark.django_db
NAME = "Demande de secours"


def scan_of(text: str) -> bytes:
    """A picture of a typed page, which has no text of its own."""
    page = Image.new("RGB", (1240, 1754), "white")
    font = ImageFont.load_default(size=44)
    ImageDraw.Draw(page).multiline_text((120, 160), text, fill="black", font=font, spacing=24)
    kept = io.BytesIO()
    page.save(kept, "PDF", resolution=150)
    return kept.getvalue()


@pytest.fixture
def add(manager, space):
    """add(name, content, folder=…): one more document, read as the job reads it when `seen`."""

    def make(name, content, *, folder=None, seen=False, **more):
        file = store_upload(SimpleUploadedFile(name, content), actor=manager, kind=DOCUMENT)
        found = documents.add_document(
            actor=manager,
            space=space,
            folder=folder,
            file=file,
            name=name,
            read=False,
            dated_on=datetime.date(2010, 3, 4),
            **more,
        )
        if seen:
            Reading.objects.get_or_create(version=found.current)
            job.read(found.current_id)
            found.refresh_from_db()
        return found

    return make


def addresses(*found) -> set[str]:
    """Where the contents of these documents lie, their searchable copies included."""
    versions = Version.objects.filter(document__in=found)
    digests = set(versions.values_list("sha256", flat=True))
    digests |= set(
        Reading.objects.filter(version__in=versions, searchable__isnull=False).values_list(
            "searchable__blob__sha256", flat=True
        )
    )
    return {storage.address(one) for one in digests}


def stored() -> set[str]:
    return {one.name for one in storage.contents().walk()}


def left_of(names: set[str]) -> list[str]:
    """What the storage still holds of these contents: themselves, the pictures of their pages, thumbnails."""
    digests = {name.rpartition("/")[2] for name in names}
    return sorted(name for name in stored() if name.rpartition("/")[2][:64] in digests)


def close(folder, manager):
    documents.close_folder(folder, actor=manager, day=datetime.date(folder.opened_on.year, 12, 20))
    folder.refresh_from_db()
    return folder


def redacted(original, manager, space, *, folder=None):
    return documents.redact_document(
        original,
        actor=manager,
        space=space,
        folder=folder,
        name=f"{NAME} (occultée)",
        reason="Vie privée (CRPA, L311-6)",
        zones=[redact.Zone(1, 0.05, 0.05, 0.9, 0.2)],
    )


def destroy(make_slip, *folders):
    slip = make_slip(*folders, to="destroying")
    actions.resume(slip)
    slip.refresh_from_db()
    return slip


def test_nothing_of_an_eliminated_document_remains_in_the_storage(
    make_folder, make_slip, manager, space, add, make_series
):
    folder = make_folder(contents=(), closed=False)
    original = add(
        "demande.pdf",
        scan_of(f"{NAME}\nMadame Untel demande un secours\nau centre communal."),
        folder=folder,
        seen=True,
    )
    assert original.current.reading.searchable is not None, "there is a searchable copy beside the scan"
    public = make_folder("Communicables", contents=(), closed=False, series=make_series(years=50))
    copy = redacted(original, manager, space, folder=public)
    twice = redacted(copy, manager, space)
    letter = add("message.txt", b"Bonjour, ci-joint la piece.", folder=folder)
    piece = add("piece.txt", b"La piece jointe, sortie du dossier.")
    documents.link_documents(piece, letter, actor=manager, kind="annex")
    close(folder, manager)
    gone = [original, copy, twice, letter, piece]
    for one in (original, copy):
        for size in pages.WIDTHS:
            pages.picture(one.current.sha256, one.current.mime, 1, size).close()
    Suggestion.objects.create(document=original, subject="sender", value="Madame Untel")
    names = addresses(*gone)
    assert len(left_of(names)) == len(names) + 4, "each content is there, with two pictures of two of them"
    slip = destroy(make_slip, folder)
    assert slip.state == "destroyed"
    assert left_of(names) == []
    for one in gone:
        one.refresh_from_db()
        assert one.state == "eliminated"
    assert not Version.objects.filter(document__in=gone, file__isnull=False).exists()
    assert set(Reading.objects.filter(version__document__in=gone).values_list("text", "searchable")) == {("", None)}
    assert not SearchLine.objects.filter(document__in=gone).exists()
    assert not Suggestion.objects.filter(document__in=gone).exists()
    line = slip.lines.get()
    assert line.documents == 5
    assert {storage.address(one) for one in line.digests} == names
    public.refresh_from_db()
    assert public.state == "open", "the folder in which the copy lay goes on"


def test_content_shared_with_a_living_document_stays_with_its_pictures(
    make_folder, make_slip, manager, space, add, pages_of_two
):
    folder = make_folder(contents=(), closed=False)
    one = add("plan.pdf", pages_of_two, folder=folder)
    living = add("plan du marché.pdf", pages_of_two)
    assert one.current.sha256 == living.current.sha256
    pages.picture(one.current.sha256, one.current.mime, 1, "petite").close()
    close(folder, manager)
    before = left_of(addresses(living))
    slip = destroy(make_slip, folder)
    assert slip.state == "destroyed"
    assert left_of(addresses(living)) == before
    assert len(before) == 2
    living.refresh_from_db()
    assert living.state == "draft"
    assert b"".join(storage.contents().read(storage.address(living.current.sha256))) == pages_of_two
    one.refresh_from_db()
    assert one.current.file is None


@pytest.fixture
def pages_of_two():
    return scan_of("Plan du marché")


def test_piece_with_a_life_of_its_own_stays(make_folder, make_slip, manager, add, make_series):
    folder = make_folder(contents=(), closed=False)
    letter = add("message.txt", b"Bonjour", folder=folder)
    other = make_folder("Marché en cours", contents=(), closed=False, series=make_series(years=10))
    piece = add("acte.txt", b"Acte d'engagement", folder=other)
    related = add("note.txt", b"Une note en rapport")
    documents.link_documents(piece, letter, actor=manager, kind="annex")
    documents.link_documents(related, letter, actor=manager)
    close(folder, manager)
    names = addresses(piece, related)
    assert destroy(make_slip, folder).state == "destroyed"
    assert left_of(names) == sorted(names)
    assert set(Document.objects.filter(pk__in=[piece.pk, related.pk]).values_list("state", flat=True)) == {"draft"}


def test_hold_on_a_redacted_copy_keeps_the_file_and_says_so(make_folder, make_slip, manager, space, add, archivist):
    folder = make_folder(contents=(), closed=False)
    original = add("demande.pdf", scan_of(NAME), folder=folder)
    copy = redacted(original, manager, space)
    close(folder, manager)
    slip = make_slip(folder, to="visaed")
    documents.set_hold(copy, actor=manager, reason="Recours")
    with pytest.raises(ValidationError, match="qui en est tiré"):
        actions.confirm_elimination(slip, actor=archivist)
    hold = copy.holds.get()
    documents.lift_hold(hold, actor=manager, reason="Fin du recours")
    actions.confirm_elimination(slip, actor=archivist)
    documents.set_hold(copy, actor=manager, reason="Nouveau recours")
    actions.start_destruction(slip, actor=archivist, typed=slip.reference)
    actions.resume(slip)
    assert "qui en est tiré" in slip.lines.get().blocked_because
    original.refresh_from_db()
    assert original.state == "draft"
    assert left_of(addresses(original, copy)) == sorted(addresses(original, copy))


def test_hold_on_a_piece_is_judged_on_the_day_of_the_elimination(make_folder, manager, add, make_series):
    """A piece whose own useful life is over by then goes too: its hold counts."""
    folder = make_folder(contents=(), closed=False)
    letter = add("message.txt", b"Bonjour", folder=folder)
    last = timezone.localdate().year - 2
    other = make_folder("Marché", contents=(), closed=False, year=last, series=make_series(years=10))
    piece = add("acte.txt", b"Acte d'engagement", folder=other)
    documents.link_documents(piece, letter, actor=manager, kind="annex")
    close(folder, manager)
    close(other, manager)
    hold = documents.set_hold(piece, actor=manager, reason="Recours")
    then = {"basis": "Visa 80-118", "day": datetime.date(last + 15, 1, 4)}
    with pytest.raises(ValidationError, match="qui en est tiré"):
        documents.eliminate_folder(folder, actor=manager, **then)
    documents.lift_hold(hold, actor=manager, reason="Fin du recours")
    assert documents.eliminate_folder(folder, actor=manager, **then) == 2
    piece.refresh_from_db()
    assert piece.state == "eliminated"
