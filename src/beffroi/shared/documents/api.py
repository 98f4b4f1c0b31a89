"""`/api/documents/`: another program files and finds documents, with a key of its person (`Authorization: Bearer …`).

Answers in JSON; the rights are those of the person. The description is in docs/documents.md.
"""

import json
import uuid
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from beffroi.kernel import access as rights
from beffroi.kernel.offline import once
from beffroi.shared.documents import access, actions, searching
from beffroi.shared.documents.actions.doors import holder_of
from beffroi.shared.documents.models import Document
from beffroi.shared.documents.views.common import get_document, get_place
from beffroi.shared.files.actions import DOCUMENT, store_upload
from beffroi.shared.files.refusals import Refused, sentence


def _fault(text: str, status: int) -> JsonResponse:
    return JsonResponse({"error": text}, status=status)


def api(*methods: str):
    """A view for a program that holds a key; what is hidden is 404, what is refused says why."""

    def decorate(view):
        @csrf_exempt
        @login_not_required
        @never_cache
        @wraps(view)
        def guarded(request, *args, **kwargs):
            scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
            user = holder_of(secret.strip()) if scheme.lower() == "bearer" else None
            if user is None or not rights.can(user, access.READ):
                answer = _fault("Donnez une clé valable : Authorization: Bearer …", 401)
                answer["WWW-Authenticate"] = 'Bearer realm="Documents"'
                return answer
            if request.method not in methods:
                return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
            request.user = user
            try:
                return view(request, *args, **kwargs)
            except Http404:
                return _fault("Cela n’existe pas, ou cette clé ne le voit pas.", 404)
            except PermissionDenied:
                return _fault("Cette clé ne peut pas écrire ici.", 403)
            except ValidationError as error:
                return _fault(" ".join(error.messages), 422)

        return guarded

    return decorate


def _told(document: Document, request) -> dict:
    series, current = document.effective_series, document.current
    return {
        "id": document.pk,
        "name": document.name,
        "url": request.build_absolute_uri(document.get_absolute_url()),
        "space": document.space_id,
        "folder": document.folder_id,
        "version": current.number,
        "sha256": current.sha256,
        "size": current.size,
        "mime": current.mime,
        "dated_on": document.dated_on,
        "sender": document.sender,
        "state": document.state,
        "series": series.code if series else None,
        "retention_start": document.retention_start,
        "retention_end": document.retention_end,
        "held": document.held,
    }


@api("GET", "HEAD")
def find(request):
    """`?q=…` and the filters of the search page; twenty a page."""
    number = request.GET.get("page", "1")
    page = int(number) if number.isascii() and number.isdecimal() and 0 < len(number) < 4 else 1
    answer = searching.find(request.user, request.GET, max(page, 1))
    results = [_told(document, request) for document, _name, _text in answer.lines]
    return JsonResponse({"total": answer.total, "page": page, "results": results})


@api("POST")
def add(request, kind, pk):
    """File the part `file` of a form in a space or a folder; `client_uuid` makes a replay harmless."""
    here = get_place(request, kind, pk)
    sent = request.FILES.get("file")
    if sent is None:
        return _fault("Il manque le fichier (« file »).", 422)
    try:
        number = uuid.UUID(request.POST["client_uuid"]) if request.POST.get("client_uuid") else None
        day = parse_date(request.POST["dated_on"]) if request.POST.get("dated_on") else None
    except ValueError:
        return _fault("« client_uuid » ou « dated_on » n’est pas écrit comme il faut.", 422)
    access.require_write(request.user, here.thing)

    def make() -> Document:
        return actions.add_document(
            actor=request.user,
            space=here.space,
            folder=here.folder,
            source="api",
            client_uuid=number,
            dated_on=day,
            file=store_upload(sent, actor=request.user, kind=DOCUMENT),
            name=request.POST.get("name", ""),
            sender=request.POST.get("sender", "")[:160],
        )

    try:
        document, created = once(Document, number, make)
    except Refused as refusal:
        return _fault(sentence(sent.name, refusal), 422)
    return JsonResponse(_told(get_document(request, document.pk), request), status=201 if created else 200)


@api("GET", "HEAD", "PATCH")
def document(request, pk):
    """What a document is; PATCH changes `dated_on`, `sender`, `tags` (JSON)."""
    found = get_document(request, pk)
    if request.method == "PATCH":
        try:
            given = json.loads(request.body)
            if not isinstance(given, dict):
                raise ValueError
            if "dated_on" in given:
                found.dated_on = parse_date(given["dated_on"]) if given["dated_on"] else None
        except (ValueError, TypeError):
            return _fault("Le corps doit être un objet JSON, la date écrite 2026-11-24.", 422)
        if "sender" in given:
            found.sender = str(given["sender"])[:160]
        tags = given.get("tags")
        names = [str(name)[:40] for name in tags][:20] if isinstance(tags, list) else None
        actions.update_document(found, actor=request.user, tags=names)
        found = get_document(request, pk)
    return JsonResponse(_told(found, request))
