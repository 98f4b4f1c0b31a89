"""Links for people outside: given at the desk, opened without account at `/partage/` and `/depot/`.

A download is a POST: a program that visits the links of a message does not use them up.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from beffroi.kernel import limits
from beffroi.kernel.writing import posted, tell
from beffroi.shared.documents import actions
from beffroi.shared.documents.forms.sharing import DepositForm, DepositLinkForm, LinkForm, PasswordForm
from beffroi.shared.documents.models import Document, OutsideLink
from beffroi.shared.documents.views.common import desk, get_document, get_folder, trail, writable
from beffroi.shared.files import storage

SALT = "beffroi.documents.outside"
HOUR = 3600
SHOWN = 200


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
        "links": thing.outside_links.select_related("created_by")[:SHOWN],
        "breadcrumbs": trail(request.user, folder, thing.space, *above, ("Liens extérieurs", "")),
    }
    return render(request, "documents/links.html", context)


@desk
@require_POST
def revoke(request, pk):
    """Take a link back."""
    link = get_object_or_404(OutsideLink.objects.select_related("folder__space", "document__space"), pk=pk)
    kind = "dossiers" if link.folder_id else "documents"
    get = get_folder if link.folder_id else get_document
    writable(request, get(request, link.folder_id or link.document_id))
    actions.revoke_link(link, actor=request.user)
    messages.success(request, "Le lien est retiré : il n’ouvre plus rien.")
    return HttpResponseRedirect(reverse("documents:links", args=[kind, link.folder_id or link.document_id]))


def _over(request, status: int = 410) -> HttpResponse:
    return _quiet(render(request, "documents/outside_over.html", status=status))


def _quiet(answer):
    answer["Referrer-Policy"] = "no-referrer"
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
                    f"lien-{link.pk}", signing.dumps(link.pk, salt=SALT), max_age=HOUR, path=request.path,
                    httponly=True, secure=request.is_secure(), samesite="Lax",
                )  # fmt: skip
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
    documents = _documents(link)
    if request.method == "POST":
        return _download(request, link, documents)
    context = {"link": link, "documents": documents, "body": (link.folder or link.document).space.organisation}
    return _quiet(render(request, "documents/outside_shared.html", context))


def _documents(link: OutsideLink) -> list[Document]:
    alive = Document.objects.alive().with_file().filter(current__file__isnull=False)
    if link.document_id:
        return list(alive.filter(pk=link.document_id))
    # What was shut inside the folder stays shut.
    return list(alive.filter(folder=link.folder_id, fence=link.folder.fence_id).order_by("name")[:SHOWN])


def _download(request, link: OutsideLink, documents: list[Document]):
    wanted = request.POST.get("document", "")
    document = next((one for one in documents if str(one.pk) == wanted), None)
    if document is None or not document.current.file.blob.is_available:
        raise Http404
    try:
        actions.use_link(link)
    except actions.Exhausted:
        return _over(request)
    blob = document.current.file.blob
    try:
        body = storage.contents().read(storage.address(blob.sha256))
    except FileNotFoundError as fault:
        raise Http404 from fault
    answer = StreamingHttpResponse(body, content_type=blob.mime)
    answer["Content-Length"] = str(blob.size)
    answer["Content-Disposition"] = content_disposition_header(True, document.name)
    answer["X-Content-Type-Options"] = "nosniff"
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
