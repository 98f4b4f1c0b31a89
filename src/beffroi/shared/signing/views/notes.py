"""The pages of the document, and the notes placed on them."""

import uuid

import pypdfium2
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseNotModified, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.writing import tell, write
from beffroi.shared.signing import actions, pages
from beffroi.shared.signing.actions import annotating
from beffroi.shared.signing.forms import NoteForm
from beffroi.shared.signing.models import Folder
from beffroi.shared.signing.models.folder import desks_of
from beffroi.shared.signing.views.common import crumbs, get_folder, signer_required


def _main(folder: Folder):
    main = folder.main()
    if main is None:
        raise Http404
    return main


@require_safe
@signer_required
def page(request, pk, number):
    """The picture of a page of the document as it is now; `?document=` names another than the first."""
    folder = get_folder(request, pk)
    wanted = request.GET.get("document", "")
    main = next((file for file in folder.to_sign() if str(file.pk) == wanted), None) if wanted else _main(folder)
    if main is None:
        raise Http404
    if not pages.can_show(main):
        raise Http404
    etag = f'"{main.blob.sha256}-{number}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    try:
        body = pages.picture(main, number)
    except (FileNotFoundError, IndexError, pypdfium2.PdfiumError, OSError) as fault:
        raise Http404 from fault
    answer = StreamingHttpResponse(body, content_type="image/webp")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer


@never_cache
@signer_required
def notes(request, pk):
    """Read the pages with their notes; add one by pressing on the page, or by the form."""
    folder = get_folder(request, pk)
    main = _main(folder)
    shown = pages.shown(main)
    may = annotating.may_annotate(request.user, folder) and bool(shown)
    form = NoteForm(
        request.POST if request.method == "POST" else None,
        pages=max(len(shown), 1),
        initial={"page": 1, "client_uuid": uuid.uuid4()},
    )
    if request.method == "POST" and not may:
        raise PermissionDenied("signing")
    if form.is_valid():
        try:
            note = actions.add_annotation(
                folder, actor=request.user, client_uuid=form.cleaned_data["client_uuid"], **form.given()
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "La note est posée : le document lui-même n’est pas touché.")
            return HttpResponseRedirect(f"{reverse('signing:notes', args=[folder.pk])}#note-{note.pk}")
    found = list(folder.annotations.readable_by(request.user, desks_of(request.user)).select_related("author", "desk"))
    rank = annotating.rank_of(folder)
    for number, note in enumerate(found, 1):
        note.number, note.left, note.top = number, note.x / 10, note.y / 10
        note.mine = note.author_id == request.user.pk and may and note.position == rank
    context = {
        "folder": folder,
        "main": main,
        "leaves": [(number, [note for note in found if note.page == number]) for number in shown],
        "notes": found,
        "form": form,
        "may": may,
        "breadcrumbs": crumbs((folder.title, folder.get_absolute_url()), ("Pages et notes", "")),
    }
    return render(request, "signing/notes.html", context)


def _note(request, pk, note):
    folder = get_folder(request, pk)
    found = get_object_or_404(folder.annotations.readable_by(request.user, desks_of(request.user)), pk=note)
    found.folder = folder
    if found.author_id != request.user.pk:
        raise PermissionDenied("signing")
    return folder, found


@never_cache
@signer_required
def change(request, pk, note):
    """Write one's note again, or move it, before the next decision."""
    folder, found = _note(request, pk, note)
    start = {
        "page": found.page,
        "x": found.x / 10,
        "y": found.y / 10,
        "text": found.text,
        "is_private": found.is_private,
    }
    shown = pages.shown(_main(folder))
    form = NoteForm(request.POST if request.method == "POST" else None, pages=max(len(shown), 1), initial=start)
    back = f"{reverse('signing:notes', args=[folder.pk])}#note-{found.pk}"
    return write(
        request,
        form,
        lambda: actions.change_annotation(found, actor=request.user, **form.given()),
        done="La note est changée.",
        to=lambda: back,
        heading="Changer une note",
        about=folder.title,
        button="Enregistrer",
        back=back,
        breadcrumbs=crumbs(
            (folder.title, folder.get_absolute_url()),
            ("Pages et notes", reverse("signing:notes", args=[folder.pk])),
            ("Changer une note", ""),
        ),
    )


@never_cache
@require_POST
@signer_required
def remove(request, pk, note):
    """Take one's note away, before the next decision."""
    folder, found = _note(request, pk, note)
    try:
        actions.remove_annotation(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "La note est ôtée.")
    return HttpResponseRedirect(reverse("signing:notes", args=[folder.pk]))
