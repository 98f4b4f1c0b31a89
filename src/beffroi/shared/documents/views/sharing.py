"""Links for people outside: given at the desk, opened without account at `/partage/` and `/depot/`.

A download is a POST: a program that visits the links of a message does not use them up.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import FileResponse, Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel import bulk, limits
from beffroi.kernel.writing import posted, tell
from beffroi.shared.documents import actions, packing
from beffroi.shared.documents.forms.sharing import DepositForm, DepositLinkForm, LinkForm, PasswordForm
from beffroi.shared.documents.models import Document, Folder, OutsideLink
from beffroi.shared.documents.views.common import desk, get_document, get_folder, trail, writable
from beffroi.shared.files import storage
from beffroi.shared.files.models import Blob

SALT = "beffroi.documents.outside"
HOUR = 3600
SHOWN = 200
NAMES = ("label", "password", "most", "message", "wants_receipt")
TOGETHER = 200 * 1024 * 1024  # the heaviest ZIP made for somebody outside


@desk
def links(request, kind, pk):
    """The links given to a folder or a document, and a new one: its address is shown once."""
    thing = writable(request, get_folder(request, pk) if kind == "dossiers" else get_document(request, pk))
    deposit = kind == "dossiers" and request.GET.get("pour", request.POST.get("pour")) == "depot"
    form = (DepositLinkForm if deposit else LinkForm)(*posted(request))
    address = ""
    if form.is_valid():
        given = form.cleaned_data
        try:
            link, token = actions.give_link(
                thing,
                actor=request.user,
                purpose="deposit" if deposit else "share",
                label=given["label"],
                expires_at=form.expires_at(),
                password=given["password"],
                most=given["most"],
                message=given["message"],
                wants_receipt=given.get("wants_receipt", False),
            )
        except ValidationError as error:
            tell(form, error)
        else:
            name = "documents:deposit" if link.purpose == "deposit" else "documents:shared"
            address = request.build_absolute_uri(reverse(name, args=[token]))
            form = type(form)()
    folder = thing if kind == "dossiers" else thing.folder
    above = () if kind == "dossiers" else ((thing.name, thing.get_absolute_url()),)
    context = {
        "thing": thing,
        "kind": kind,
        "deposit": deposit,
        "form": form,
        "address": address,
        "links": _given(thing),
        "breadcrumbs": trail(request.user, folder, thing.space, *above, ("Liens extérieurs", "")),
    }
    return render(request, "documents/links.html", context)


def _given(thing) -> list[OutsideLink]:
    """The links given to a folder or a document, alone or with others."""
    about = Q(folder=thing) if isinstance(thing, Folder) else Q(document=thing) | Q(bundle=thing)
    return list(OutsideLink.objects.filter(about).select_related("created_by")[:SHOWN])


@desk
@require_POST
def bundle(request):
    """One link for the documents that were ticked: its address is shown once."""
    numbers = bulk.numbers(request.POST.getlist("choix"))
    documents = list(Document.objects.visible_to(request.user).filter(pk__in=numbers).select_related("space", "folder"))
    if not documents:
        messages.error(request, "Cochez au moins un document.")
        return HttpResponseRedirect(reverse("documents:home"))
    for document in documents:
        writable(request, document)
    form = LinkForm(request.POST if "label" in request.POST else None)
    address = ""
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in NAMES}
        try:
            _link, token = actions.give_bundle(documents, actor=request.user, expires_at=form.expires_at(), **given)
        except ValidationError as error:
            tell(form, error)
        else:
            address = request.build_absolute_uri(reverse("documents:shared", args=[token]))
    first = documents[0]
    context = {
        "form": form,
        "address": address,
        "documents": documents,
        "back": (first.folder or first.space).get_absolute_url(),
        "breadcrumbs": trail(request.user, first.folder, first.space, ("Donner à lire", "")),
    }
    return render(request, "documents/bundle.html", context)


@desk
@require_POST
def revoke(request, pk):
    """Take a link back."""
    link = get_object_or_404(OutsideLink.objects.select_related("folder__space", "document__space"), pk=pk)
    thing = get_folder(request, link.folder_id) if link.folder_id else get_document(request, _first(request, link))
    actions.revoke_link(link, actor=request.user)
    messages.success(request, "Le lien est retiré : il n’ouvre plus rien.")
    kind = "dossiers" if link.folder_id else "documents"
    return HttpResponseRedirect(reverse("documents:links", args=[kind, thing.pk]))


def _first(request, link: OutsideLink) -> int:
    """The document of a link, or one of its bundle that the person sees; else 404."""
    if link.document_id:
        return link.document_id
    seen = Document.objects.visible_to(request.user).filter(bundles=link).values_list("pk", flat=True)
    found = seen.first()
    if found is None:
        raise Http404
    return found


def _over(request, status: int = 410) -> HttpResponse:
    return _quiet(render(request, "documents/outside_over.html", status=status))


def _quiet(answer):
    """The address is a secret: no other site learns it. Not `no-referrer`: browsers would then send the forms with
    `Origin: null`, which the CSRF check refuses."""
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _find(request, token: str, purpose: str) -> OutsideLink:
    try:
        limits.limit(request, "documents.outside", most=300, seconds=HOUR)
    except limits.TooMany:
        raise Http404 from None
    link = actions.find_link(token, purpose)
    if link is None:
        raise Http404
    return link


def _unlocked(request, link: OutsideLink) -> bool:
    """Was the password given in this visit?"""
    if not link.password:
        return True
    try:
        return signing.loads(request.COOKIES.get(f"lien-{link.pk}", ""), salt=SALT, max_age=HOUR) == link.pk
    except signing.BadSignature:
        return False


def _ask_password(request, link: OutsideLink, token: str):
    form = PasswordForm(request.POST if "password" in request.POST else None)
    if form.is_valid():
        try:
            limits.limit_key("documents.password", str(link.pk), most=20, seconds=HOUR)
        except limits.TooMany:
            form.add_error("password", "Trop d’essais : réessayez dans une heure.")
        else:
            if actions.right_password(link, form.cleaned_data["password"]):
                answer = HttpResponseRedirect(request.path)
                answer.set_cookie(
                    f"lien-{link.pk}",
                    signing.dumps(link.pk, salt=SALT),
                    max_age=HOUR,
                    path=request.path,
                    httponly=True,
                    secure=request.is_secure(),
                    samesite="Lax",
                )
                return _quiet(answer)
            form.add_error("password", "Ce n’est pas le bon mot de passe.")
    return _quiet(render(request, "documents/outside_password.html", {"form": form, "link": link}))


@login_not_required
@never_cache
def shared(request, token):
    """What somebody outside may read."""
    link = _find(request, token, "share")
    if not link.is_open:
        return _over(request)
    if not _unlocked(request, link):
        return _ask_password(request, link, token)
    body = link.organisation
    if body is None:
        return _over(request)
    if link.waits_for_receipt:
        return _receipt(request, link, body)
    entries = _entries(link)
    if request.method == "POST":
        return _download(request, link, entries)
    context = {
        "link": link,
        "entries": entries,
        "together": len(entries) > 1 and sum(one.blob.size for one in entries) <= TOGETHER,
        "body": body,
    }
    return _quiet(render(request, "documents/outside_shared.html", context))


def _receipt(request, link: OutsideLink, body):
    """Nothing is read before the person says that they received it; a mere visit says nothing."""
    if request.method == "POST" and request.POST.get("geste") == "recu":
        try:
            actions.acknowledge(link)
        except actions.Exhausted:
            return _over(request)
        return _quiet(HttpResponseRedirect(request.path))
    context = {"link": link, "body": body, "count": len(_entries(link))}
    return _quiet(render(request, "documents/outside_receipt.html", context))


@dataclass(frozen=True)
class Entry:
    """Something to download: `key` = by which it is asked, `document` = that of the documents, if it is one."""

    key: str
    name: str
    blob: Blob
    document: Document | None = None


def _entries(link: OutsideLink) -> list[Entry]:
    """What a link gives to read."""
    if link.is_parcel:
        files = link.files.select_related("blob").order_by("name", "pk")
        return [Entry(str(file.pk), file.name, file.blob) for file in files]
    return [Entry(str(one.pk), one.name, one.current.file.blob, one) for one in _documents(link)]


def _documents(link: OutsideLink) -> list[Document]:
    alive = Document.objects.alive().with_file().filter(current__file__isnull=False)
    if link.document_id:
        return list(alive.filter(pk=link.document_id))
    if link.is_bundle:
        return list(alive.filter(bundles=link).order_by("name", "pk"))
    # What was shut inside the folder stays shut.
    return list(alive.filter(folder=link.folder_id, fence=link.folder.fence_id).order_by("name")[:SHOWN])


def _download(request, link: OutsideLink, entries: list[Entry]):
    wanted = request.POST.get("document", "")
    if wanted == "tout":
        return _download_all(request, link, entries)
    entry = next((one for one in entries if one.key == wanted), None)
    if entry is None or not entry.blob.is_available:
        raise Http404
    try:
        actions.use_link(link, document=entry.document)
    except actions.Exhausted:
        return _over(request)
    blob = entry.blob
    try:
        body = storage.contents().read(storage.address(blob.sha256))
    except FileNotFoundError as fault:
        raise Http404 from fault
    answer = StreamingHttpResponse(body, content_type=blob.mime)
    answer["Content-Length"] = str(blob.size)
    answer["Content-Disposition"] = content_disposition_header(True, entry.name)
    answer["X-Content-Type-Options"] = "nosniff"
    return _quiet(answer)


def _download_all(request, link: OutsideLink, entries: list[Entry]):
    """Everything in a ZIP: one opening."""
    available = [one for one in entries if one.blob.is_available]
    if not 0 < sum(one.blob.size for one in available) <= TOGETHER:
        raise Http404
    documents = [one.document for one in available if one.document is not None]
    try:
        if link.is_parcel:
            content = packing.pack_files([(one.name, one.blob) for one in available])
        else:
            content = packing.pack(documents, None, manifest=False)
    except FileNotFoundError as fault:
        raise Http404 from fault
    try:
        actions.use_link(link)
    except actions.Exhausted:
        content.close()
        return _over(request)
    answer = FileResponse(content, as_attachment=True, filename="documents.zip", content_type="application/zip")
    return _quiet(answer)


@login_not_required
@never_cache
def deposit(request, token):
    """Where somebody outside gives files."""
    link = _find(request, token, "deposit")
    if not link.is_open or link.folder.removal_id or link.folder.state != "open":
        return _over(request)
    if not _unlocked(request, link):
        return _ask_password(request, link, token)
    form = DepositForm(*posted(request, files=True))
    if form.is_valid():
        try:
            done = actions.deposit(link, form.cleaned_data["files"], sender=form.cleaned_data["sender"])
        except actions.Exhausted:
            form.add_error("files", "Ce lien n’accepte plus autant de fichiers.")
        except ValidationError as error:
            tell(form, error)
        else:
            return _quiet(render(request, "documents/outside_thanks.html", {"names": [one.name for one in done]}))
    left = link.most - link.uses if link.most is not None else None
    context = {"link": link, "form": form, "left": left, "body": link.folder.space.organisation}
    return _quiet(render(request, "documents/outside_deposit.html", context))
