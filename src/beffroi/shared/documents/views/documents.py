"""A document: what it is, its versions, its pages, its text, what may be done."""

import difflib

import pypdfium2
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponseNotModified, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import journal
from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import posted, write
from beffroi.shared.documents import access, actions, templating
from beffroi.shared.documents.forms import DescriptionForm, MoveForm, VersionForm
from beffroi.shared.documents.models import Document, Link, Version
from beffroi.shared.documents.reading import outline, pages
from beffroi.shared.documents.views.common import desk, get_document, get_document_whole, trail, writable
from beffroi.shared.documents.workflow import DocumentState, FolderState

SHOWN_PAGES = 12
SHOWN_TEXT = 6000


@desk
@require_safe
def show(request, pk):
    """The document, its first pages, its versions and its dates."""
    document = get_document_whole(request, pk)
    user, current = request.user, document.current
    versions = list(document.versions.select_related("author", "file__blob"))
    twins = Document.objects.visible_to(user).filter(current__sha256=current.sha256).exclude(pk=document.pk)
    reading = getattr(current, "reading", None)
    context = {
        "document": document,
        "current": current,
        "reading": reading,
        "versions": versions,
        "pages": _leaves(current, reading),
        "outline": _outline(current),
        "may_redact": pages.has_pages(current.mime) and current.file is not None and document.may_write,
        "text": reading.text[:SHOWN_TEXT] if reading else "",
        "long_text": bool(reading and len(reading.text) > SHOWN_TEXT),
        "twins": list(twins.select_related("space", "folder")[:5]) if document.has_twins else [],
        "suggestions": document.suggestions.select_related("folder__space") if document.has_suggestions else [],
        "is_template": templating.is_template(current.mime, reading.text if reading else ""),
        "typed": _typed(document),
        "tags": document.tag_names,
        "holds": document.holds.filter(lifted_at=None) if document.held else [],
        "may_write": document.may_write,
        "may_change": document.may_write
        and document.state == DocumentState.DRAFT
        and (document.folder is None or document.folder.state == FolderState.OPEN),
        "may_manage": access.can_manage(user, document),
        "links": document_links(document, user) if document.has_links else [],
        "favourite": document.favourite,
        "followed": document.followed,
        "history": _history(document),
        "breadcrumbs": trail(user, document.folder, document.space, (document.name, "")),
    }
    return render(request, "documents/document.html", context)


def document_links(document: Document, user) -> list[tuple[Link, str, Document]]:
    """(link, in words, the other document), those that the person may see."""
    found = Link.objects.filter(Q(one=document) | Q(other=document)).select_related("one", "other")
    seen = Document.objects.visible_to(user)
    found = found.filter(Q(one=document, other__in=seen) | Q(other=document, one__in=seen))
    return [
        (link, link.get_kind_display(), link.other)
        if link.one_id == document.pk
        else (link, Link.BACK[link.kind], link.one)
        for link in found
    ]


def _leaves(current: Version, reading) -> range:
    """The pages to show; the first one even before the document was read."""
    if not pages.has_pages(current.mime):
        return range(0)
    return range(1, min(max(reading.pages if reading else 0, 1), SHOWN_PAGES) + 1)


def _outline(current: Version):
    """What an office file holds, for those that have no picture of their pages."""
    if current.file is None or not current.file.blob.is_available or not outline.has_outline(current.mime):
        return None
    return outline.of_version(current.sha256, current.mime, current.size)


def _typed(document: Document) -> list[tuple[str, object]]:
    if document.kind is None:
        return []
    kept = document.values
    return [(spec["label"], kept[spec["name"]]) for spec in document.kind.fields if spec["name"] in kept]


def _history(document: Document) -> list[dict]:
    lines = journal.lines_about(document)
    return [
        {"at": line.at, "title": journal.words(line.verb), "author": str(line.actor) if line.actor else "la plateforme"}
        for line in reversed(lines)
    ][:30]


@desk
@require_safe
def page(request, pk, number, page, size):
    """The picture of a page of a version, made at the first look."""
    document = get_document(request, pk)
    version = get_object_or_404(document.versions.select_related("file__blob"), number=number)
    if size not in pages.WIDTHS or version.file is None or not pages.has_pages(version.mime):
        raise Http404
    if not version.file.blob.is_available:
        raise Http404
    etag = f'"{version.sha256}-{page}-{size}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified()
    try:
        body = pages.picture(version.sha256, version.mime, page, size)
    except (FileNotFoundError, IndexError, pypdfium2.PdfiumError, OSError) as fault:
        raise Http404 from fault
    answer = StreamingHttpResponse(body, content_type="image/webp")
    answer["ETag"] = etag
    answer["Cache-Control"] = "private, max-age=86400"
    return answer


@desk
@require_safe
def text(request, pk):
    """The whole text of the current version."""
    document = get_document(request, pk)
    reading = getattr(document.current, "reading", None)
    context = {
        "document": document,
        "leaves": reading.text.split("\f") if reading and reading.text else [],
        "breadcrumbs": trail(
            request.user, document.folder, document.space, (document.name, document.get_absolute_url()), ("Texte", "")
        ),
    }
    return render(request, "documents/text.html", context)


@desk
@require_safe
def compare(request, pk, one, other):
    """What changed in the text between two versions."""
    document = get_document(request, pk)
    found = document.versions.select_related("reading").filter(number__in=[one, other])
    wanted = {version.number: version for version in found}
    if len(wanted) != 2:
        raise Http404
    texts = [_lines(wanted[number]) for number in sorted(wanted)]
    context = {
        "document": document,
        "before": min(wanted),
        "after": max(wanted),
        "lines": list(_differences(*texts)),
        "breadcrumbs": trail(
            request.user,
            document.folder,
            document.space,
            (document.name, document.get_absolute_url()),
            ("Comparer", ""),
        ),
    }
    return render(request, "documents/compare.html", context)


def _lines(version: Version) -> list[str]:
    said = version.reading.text.replace("\f", "\n").splitlines()
    return [line.strip() for line in said if line.strip()][:5000]


def _differences(before: list[str], after: list[str]):
    """("same" | "gone" | "new" | "skip", text), three lines of what did not change around each change."""
    for group in difflib.SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(3):
        yield "skip", ""
        for tag, a, b, c, d in group:
            if tag == "equal":
                yield from (("same", line) for line in before[a:b])
                continue
            yield from (("gone", line) for line in before[a:b])
            yield from (("new", line) for line in after[c:d])


def _document_form(request, document, form, action, *, heading, **words):
    url = document.get_absolute_url()
    return write(
        request,
        form,
        action,
        to=lambda: url,
        heading=heading,
        about=document.name,
        back=url,
        breadcrumbs=trail(request.user, document.folder, document.space, (document.name, url), (heading, "")),
        **words,
    )


@desk
def edit(request, pk):
    """Say what a document is."""
    document = writable(request, get_document(request, pk))
    # What is typed goes to another object, so that the page still names the document as it is.
    typed = get_document(request, pk) if request.method == "POST" else document
    form = DescriptionForm(*posted(request), instance=typed)
    return _document_form(
        request,
        document,
        form,
        lambda: actions.update_document(form.instance, actor=request.user, tags=form.cleaned_data["tags_text"]),
        done="Le document est décrit.",
        heading="Décrire le document",
        button="Enregistrer",
    )


@desk
def new_version(request, pk):
    """Add a version."""
    document = writable(request, get_document(request, pk))
    form = VersionForm(*posted(request, files=True), actor=request.user)
    return _document_form(
        request,
        document,
        form,
        lambda: actions.add_version(
            document, actor=request.user, file=form.cleaned_data["file"], comment=form.cleaned_data["comment"]
        ),
        done="La nouvelle version est en place.",
        heading="Nouvelle version",
        button="Ajouter",
    )


@desk
def move(request, pk):
    """Put a document elsewhere."""
    document = writable(request, get_document(request, pk))
    form = MoveForm(*posted(request), user=request.user, organisation_id=document.space.organisation_id)

    def go():
        space, folder = form.chosen()
        actions.move_document(document, actor=request.user, space=space, folder=folder)

    return _document_form(
        request, document, form, go, done="Le document est déplacé.", heading="Déplacer le document", button="Déplacer"
    )


GESTURES = {
    "prendre": (actions.check_out, "Le document est à vous : personne d’autre n’y ajoute de version."),
    "rendre": (actions.check_in, "Le document est rendu."),
    "finaliser": (actions.finalise_document, "Le document est définitif : son contenu ne change plus."),
    "reprendre": (actions.revise_document, "Le document peut de nouveau changer."),
}


@desk
@require_POST
def gesture(request, pk, verb):
    """Take, give back, make final, open again."""
    document = get_document(request, pk)
    if verb not in GESTURES:
        raise Http404(verb)
    action, said = GESTURES[verb]
    try:
        action(document, actor=request.user)
    except (ValidationError, TransitionRefused) as error:
        messages.error(request, " ".join(getattr(error, "messages", [str(error)])))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(document.get_absolute_url())


@desk
@require_POST
def bring_back(request, pk, number):
    """Make an older version current again."""
    document = get_document(request, pk)
    get_object_or_404(document.versions, number=number)
    try:
        actions.bring_back_version(document, number, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La version {number} est de nouveau la version actuelle.")
    return HttpResponseRedirect(document.get_absolute_url())


@desk
@require_POST
def answer(request, pk, suggestion):
    """Accept, or leave aside, what the reading proposes."""
    document = get_document(request, pk)
    found = get_object_or_404(document.suggestions.select_related("folder__space", "document"), pk=suggestion)
    try:
        if request.POST.get("geste") == "oui":
            actions.accept_suggestion(found, actor=request.user)
            messages.success(request, "La proposition est suivie.")
        else:
            actions.refuse_suggestion(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return HttpResponseRedirect(document.get_absolute_url())
