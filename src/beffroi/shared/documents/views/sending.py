"""Files on their way in: by a plain form, or bit by bit by the page's script or a program."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from beffroi.kernel.writing import posted
from beffroi.shared.documents import access, actions
from beffroi.shared.documents.actions.uploads import PART
from beffroi.shared.documents.forms import FilesForm
from beffroi.shared.documents.models import Document, Folder, Upload
from beffroi.shared.documents.views.common import Place, desk, get_place, trail, writable
from beffroi.shared.files.actions import DOCUMENT, store_upload
from beffroi.shared.files.refusals import Refused, sentence

DEEP = 8


def _file(request, here: Place, sent) -> Document:
    file = store_upload(sent, actor=request.user, kind=DOCUMENT)
    return actions.add_document(actor=request.user, space=here.space, folder=here.folder, file=file, name=sent.name)


@desk
def upload(request, kind, pk):
    """Several files at once, without script: each is filed, or says why it is not."""
    here = get_place(request, kind, pk)
    writable(request, here.thing)
    form = FilesForm(*posted(request, files=True))
    if form.is_valid():
        done = []
        for sent in form.cleaned_data["files"]:
            try:
                done.append(_file(request, here, sent))
            except Refused as refusal:
                messages.error(request, sentence(sent.name, refusal))
            except ValidationError as error:
                messages.error(request, f"{sent.name} : {' '.join(error.messages)}")
        if done:
            _tell(request, done)
        return HttpResponseRedirect(here.thing.get_absolute_url())
    context = {
        "form": form,
        "place": here,
        "back": here.thing.get_absolute_url(),
        "breadcrumbs": trail(request.user, here.folder, here.space, ("Ajouter des fichiers", "")),
    }
    return render(request, "documents/upload.html", context)


def _tell(request, done: list[Document]) -> None:
    count = len(done)
    messages.success(request, f"{count} fichiers ajoutés." if count > 1 else f"« {done[0].name} » est ajouté.")
    twins = _twins(request.user, done)
    if twins:
        messages.warning(request, f"Même contenu qu’un document déjà classé : {', '.join(twins[:5])}.")


def _twins(user, documents: list[Document]) -> list[str]:
    """The names of documents that the person may see and that hold the same bytes as these."""
    digests = {document.current.sha256 for document in documents}
    others = Document.objects.visible_to(user).filter(current__sha256__in=digests)
    return list(others.exclude(pk__in=[d.pk for d in documents]).values_list("name", flat=True)[:20])


def _fault(text: str, status: int = 400) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


@desk
@require_POST
def begin(request, kind, pk):
    """Announce a file (`client_uuid`, `name`, `size`): answers how many bytes have come already."""
    here = get_place(request, kind, pk)
    writable(request, here.thing)
    try:
        number = uuid.UUID(request.POST.get("client_uuid", ""))
        size = int(request.POST.get("size", "0"))
    except ValueError:
        return _fault("L’envoi n’est pas annoncé comme il faut.")
    done = Document.objects.visible_to(request.user).filter(client_uuid=number).first()
    if done is not None:
        return JsonResponse({"received": size, "url": done.get_absolute_url(), "name": done.name})
    try:
        begun = actions.begin_upload(
            actor=request.user, client_uuid=number, name=request.POST.get("name", ""), size=size
        )
    except ValidationError as error:
        return _fault(" ".join(error.messages))
    return JsonResponse({"received": begun.received, "part": PART})


@desk
@require_POST
def part(request, client_uuid):
    """The bytes that follow, as the body; the header `X-Offset` tells where they begin."""
    found = get_object_or_404(Upload, client_uuid=client_uuid, user=request.user)
    try:
        offset = int(request.headers.get("X-Offset", ""))
    except ValueError:
        return _fault("Il manque la place du morceau.")
    if int(request.META.get("CONTENT_LENGTH") or 0) > PART:
        return _fault("Ce morceau est trop gros.", 413)
    try:
        found = actions.append_part(found, offset=offset, content=request.body)
    except ValidationError as error:
        return JsonResponse({"error": " ".join(error.messages), "received": found.received}, status=409)
    return JsonResponse({"received": found.received})


@desk
@require_POST
def finish(request, kind, pk):
    """Make a document of a file that is whole; `folder` = the path of the folder that was dropped with it."""
    here = get_place(request, kind, pk)
    try:
        number = uuid.UUID(request.POST.get("client_uuid", ""))
    except ValueError:
        return _fault("L’envoi n’est pas annoncé comme il faut.")
    document = Document.objects.visible_to(request.user).filter(client_uuid=number).first()
    try:
        if document is None:
            found = get_object_or_404(Upload, client_uuid=number, user=request.user)
            folder = _folder_of(request, here, request.POST.get("folder", ""))
            document = actions.finish_upload(found, actor=request.user, space=here.space, folder=folder)
    except Refused as refusal:
        return _fault(sentence(request.POST.get("name", "fichier"), refusal))
    except ValidationError as error:
        return _fault(" ".join(error.messages))
    except PermissionDenied:
        return _fault("Vous ne pouvez pas écrire à cet endroit.", 403)
    twins = _twins(request.user, [document])
    return JsonResponse({"url": document.get_absolute_url(), "name": document.name, "twins": twins[:3]}, status=201)


def _folder_of(request, here: Place, path: str) -> Folder | None:
    """The folder where a dropped one goes: those of its path are opened where they are not there."""
    current = here.folder
    for name in [part.strip()[:120] for part in path.replace("\x00", "").split("/") if part.strip()][:DEEP]:
        there = Folder.objects.visible_to(request.user).filter(
            space=here.space, parent=current, name__iexact=name, state="open"
        )
        found = there.first()
        if found is None:
            found = actions.create_folder(actor=request.user, space=here.space, parent=current, name=name)
        current = found
    if current is not None and not access.can_write(request.user, current):
        raise PermissionDenied(access.WRITE)
    return current
