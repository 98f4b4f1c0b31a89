"""Favourites, saved searches, links, types, one gesture on many documents."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import bulk
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, tell, write
from beffroi.shared.documents import access, actions
from beffroi.shared.documents.forms.bonds import LinkForm, ManyForm, TypeFieldFormSet, TypeForm, specs_of
from beffroi.shared.documents.models import Document, DocumentType, Link, SavedSearch
from beffroi.shared.documents.views.common import crumbs, desk, get_document, get_folder, trail, writable
from beffroi.shared.documents.views.sharing import bundle

TYPES = ("Types de document", "/bureau/documents/types/")


@desk
@require_POST
def favourite(request, kind, pk):
    """Keep at hand, or no longer."""
    thing = get_folder(request, pk) if kind == "dossiers" else get_document(request, pk)
    kept = actions.toggle_favourite(thing, actor=request.user)
    messages.success(request, "C’est dans vos favoris." if kept else "Ce n’est plus dans vos favoris.")
    return HttpResponseRedirect(thing.get_absolute_url())


@desk
@require_POST
def keep_search(request):
    """Give a name to the search that is shown."""
    query = request.POST.get("query", "").lstrip("?")[:500]
    try:
        saved = actions.save_search(actor=request.user, name=request.POST.get("name", ""), query=query)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, f"La recherche « {saved.name} » est gardée.")
    return HttpResponseRedirect(f"{reverse('documents:search')}?{query}")


@desk
@require_POST
def forget_search(request, pk):
    """Forget a search."""
    saved = get_object_or_404(SavedSearch, pk=pk, user=request.user)
    actions.forget_search(saved, actor=request.user)
    messages.success(request, f"La recherche « {saved.name} » est oubliée.")
    return HttpResponseRedirect(reverse("documents:home"))


@desk
def link(request, pk):
    """Tie a document to another."""
    document = writable(request, get_document(request, pk))
    form = LinkForm(*posted(request), user=request.user)
    url = document.get_absolute_url()
    return write(
        request,
        form,
        lambda: actions.link_documents(
            document, form.cleaned_data["other"], actor=request.user, kind=form.cleaned_data["kind"]
        ),
        done="Les documents sont liés.",
        to=lambda: url,
        heading="Lier à un autre document",
        about=document.name,
        button="Lier",
        back=url,
        breadcrumbs=trail(request.user, document.folder, document.space, (document.name, url), ("Lier", "")),
    )


@desk
@require_POST
def unlink(request, pk, other):
    """Untie two documents."""
    document = get_document(request, pk)
    found = get_object_or_404(Link.objects.select_related("one"), pk=other)
    if document.pk not in (found.one_id, found.other_id):
        raise Http404
    actions.unlink_documents(found, actor=request.user)
    messages.success(request, "Le lien est ôté.")
    return HttpResponseRedirect(document.get_absolute_url())


@desk
@require_safe
@permission_required(access.MANAGE)
def types(request):
    """The types of the bodies that the person manages."""
    bodies = list(access.bodies_where(request.user, access.MANAGE))
    found: dict[int, list[DocumentType]] = {}
    for kind in DocumentType.objects.filter(organisation__in=bodies):
        found.setdefault(kind.organisation_id, []).append(kind)
    context = {
        "bodies": [(body, found[body.pk]) for body in bodies if body.pk in found],
        "others": [body for body in bodies if body.pk not in found],
        "breadcrumbs": crumbs((TYPES[0], "")),
    }
    return render(request, "documents/types.html", context)


@desk
@permission_required(access.MANAGE)
def type_(request, slug, pk=None):
    """Add or change a type and its fields."""
    body = get_object_or_404(access.bodies_where(request.user, access.MANAGE), slug=slug)
    found = get_object_or_404(DocumentType, organisation=body, pk=pk) if pk else DocumentType()
    data = request.POST if request.method == "POST" else None
    form = TypeForm(data, instance=found, organisation=body)
    kept = list(found.fields)
    start = [{**spec, "choices": ", ".join(spec.get("choices", []))} for spec in kept]
    lines = TypeFieldFormSet(data, initial=start, prefix="champ")
    if data is not None and form.is_valid() and lines.is_valid():
        form.instance.fields = specs_of(lines, kept)
        try:
            actions.save_type(form.instance, actor=request.user)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "Le type est enregistré.")
            return HttpResponseRedirect(TYPES[1])
    heading = found.name if pk else "Nouveau type de document"
    context = {"form": form, "lines": lines, "heading": heading, "body": body, "back": TYPES[1]}
    return render(request, "documents/type.html", context | {"breadcrumbs": crumbs(TYPES, (heading, ""))})


def _ticked(request) -> list[Document]:
    numbers = bulk.numbers(request.POST.getlist("choix"))
    found = Document.objects.visible_to(request.user).filter(pk__in=numbers)
    return list(found.select_related("space", "folder", "series", "kind"))


@desk
@require_POST
def many(request):
    """The documents that were ticked: what to do, then what became of each."""
    documents = _ticked(request)
    if not documents:
        messages.error(request, "Cochez au moins un document.")
        return HttpResponseRedirect(reverse("documents:home"))
    if request.POST.get("geste") == "lien":
        return bundle(request)
    if request.POST.get("geste") == "jeter":
        lines = [bulk.attempt(one.name, lambda one=one: _throw(one, request.user)) for one in documents]
        return _report(request, "Mettre à la corbeille", lines)
    body = documents[0].space.organisation_id
    documents = [one for one in documents if one.space.organisation_id == body]
    data = request.POST if "valider" in request.POST else None
    form = ManyForm(data, user=request.user, organisation_id=body)
    if form.is_valid():
        lines = [bulk.attempt(one.name, lambda one=one: _change(one, form, request.user)) for one in documents]
        return _report(request, "Modifier ces documents", lines)
    context = {"form": form, "documents": documents, "breadcrumbs": crumbs(("Modifier ces documents", ""))}
    return render(request, "documents/many.html", context)


def _throw(document: Document, actor) -> str:
    actions.throw_document(document, actor=actor)
    return "à la corbeille"


def _change(document: Document, form: ManyForm, actor) -> str:
    given, done = form.cleaned_data, []
    for name, words in (("series", "série"), ("dated_on", "date"), ("sender", "expéditeur")):
        if given[name]:
            setattr(document, name, given[name])
            done.append(words)
    if given["kind"] and given["kind"] != document.kind:
        document.kind, document.values = given["kind"], {}
        done.append("type")
    tags = None
    if given["tags"]:
        tags = [*document.tags.values_list("name", flat=True), *_names(given["tags"])]
        done.append("étiquettes")
    if done:
        actions.update_document(document, actor=actor, tags=tags)
    if given["place"]:
        space, folder = form.fields["place"].place(given["place"])
        actions.move_document(document, actor=actor, space=space, folder=folder)
        done.append("déplacé")
    if given["finalise"]:
        actions.finalise_document(document, actor=actor)
        done.append("définitif")
    return ", ".join(done)


def _names(text: str) -> list[str]:
    return [name for name in (" ".join(part.split())[:40] for part in text.split(",")) if name]


def _report(request, heading: str, lines):
    context = {"heading": heading, "lines": lines, "breadcrumbs": crumbs((heading, ""))}
    return render(request, "documents/report.html", context)
