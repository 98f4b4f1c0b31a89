"""Receiving and serving files. A file that may not be seen does not exist: 404."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseNotModified, JsonResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import limits
from beffroi.kernel.access import is_agent
from beffroi.shared.files import access, images, ranges, storage, thumbnails, tokens
from beffroi.shared.files.actions import IMAGES_ONLY, MAX_SIZE, SIGNED, store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.files.refusals import Refused, sentence

INLINE = {"image/jpeg", "image/png", "application/pdf", "text/plain"}
SANDBOX = "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox"
# A sandbox would keep browsers from opening their own PDF reader, which runs nothing in our origin.
PDF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'self'"
FORM_OVERHEAD = 64 * 1024


@login_not_required
@require_safe
def show_file(request, pk, name):
    """The content of a file, whole or in part, for those who may see it."""
    file = _visible(request, pk)
    if name != file.name:
        return redirect(file.url + (f"?{request.GET.urlencode()}" if request.GET else ""))
    if not file.blob.is_available:
        return _waiting(request, file)
    blob = file.blob
    etag = f'"{blob.sha256}"'
    if request.headers.get("If-None-Match") == etag:
        return _headers(HttpResponseNotModified(), file, etag)
    try:
        wanted = ranges.parse(_range(request, etag), blob.size)
    except ranges.Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{blob.size}"})
    start, length = wanted or (0, blob.size)
    try:
        body = () if request.method == "HEAD" else storage.contents().read(storage.address(blob.sha256), start, length)
    except FileNotFoundError as error:
        raise Http404 from error
    response = StreamingHttpResponse(body, status=206 if wanted else 200)
    response["Content-Length"] = str(length)
    if wanted:
        response["Content-Range"] = f"bytes {start}-{start + length - 1}/{blob.size}"
    return _headers(response, file, etag)


@login_not_required
@require_safe
def show_thumbnail(request, pk, size):
    """A smaller picture of a photo, in WebP."""
    file = _visible(request, pk)
    if size not in images.THUMBNAILS or not file.blob.is_image or not file.blob.is_available:
        raise Http404
    etag = f'"{file.blob.sha256}-{size}"'
    if request.headers.get("If-None-Match") == etag:
        return _protect(HttpResponseNotModified(), file, etag)
    try:
        body = thumbnails.read(file.blob, size)
    except FileNotFoundError as error:
        raise Http404 from error
    response = StreamingHttpResponse(body, content_type="image/webp")
    response["Content-Security-Policy"] = SANDBOX
    return _protect(response, file, etag)


@csrf_exempt
@login_not_required
@require_POST
def upload(request):
    """Receive one file ahead of its form: answers its token, or the reason of the refusal."""
    # Before the body is read, which the CSRF check does.
    if int(request.META.get("CONTENT_LENGTH") or 0) > MAX_SIZE + FORM_OVERHEAD:
        return JsonResponse({"error": f"Le fichier dépasse {MAX_SIZE >> 20} Mo."}, status=413)
    return _upload(request)


@csrf_protect
def _upload(request):
    try:
        most = 300 if request.user.is_authenticated else 60
        limits.limit(request, "files.upload", most=most, seconds=3600)
    except limits.TooMany:
        wait = "Trop de fichiers ont été envoyés d’ici depuis une heure : réessayez un peu plus tard."
        return JsonResponse({"error": wait}, status=429)
    uploaded = request.FILES.get("file")
    if uploaded is None:
        return JsonResponse({"error": "Aucun fichier n’a été reçu : choisissez-le de nouveau."}, status=400)
    kind = request.POST.get("kind", "")
    if kind not in (*IMAGES_ONLY, *((SIGNED,) if is_agent(request.user) else ())):
        kind = "attachment"
    try:
        file = store_upload(uploaded, actor=request.user, kind=kind)
    except Refused as refusal:
        return JsonResponse({"error": sentence(uploaded.name, refusal)}, status=400)
    answer = {
        "id": tokens.give(file),
        "name": file.name,
        "size": file.blob.size,
        "mime": file.blob.mime,
        "url": access.url_for(file),
        "thumbnail": access.thumbnail_url_for(file, "petite") if file.blob.is_image else "",
        "position": file.position,
    }
    return JsonResponse(answer, status=201)


def _visible(request, pk) -> StoredFile:
    file = get_object_or_404(StoredFile.objects.select_related("blob", "target_type"), pk=pk)
    if file.public or access.opens(request.GET.get("cle", ""), file) or access.can_see(request.user, file):
        return file
    raise Http404


def _waiting(request, file):
    status = 410 if file.blob.threat else 503
    response = render(request, "files/waiting.html", {"file": file}, status=status)
    response["Cache-Control"] = "no-store"
    if status == 503:
        response["Retry-After"] = "60"
    return response


def _range(request, etag: str) -> str:
    condition = request.headers.get("If-Range")
    return request.headers.get("Range", "") if condition in (None, etag) else ""


def _headers(response, file: StoredFile, etag: str):
    mime = file.blob.mime
    inline = mime in INLINE
    response["Content-Type"] = "text/plain; charset=utf-8" if mime == "text/plain" else mime
    response["Content-Disposition"] = content_disposition_header(not inline, file.name)
    response["Accept-Ranges"] = "bytes"
    response["Content-Security-Policy"] = PDF_POLICY if mime == "application/pdf" else SANDBOX
    return _protect(response, file, etag)


def _protect(response, file: StoredFile, etag: str):
    response["ETag"] = etag
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=3600" if file.public else "private, max-age=300"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Referrer-Policy"] = "no-referrer"
    return response
