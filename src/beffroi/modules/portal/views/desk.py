"""`/bureau/publications/`: where town halls write news, events and alerts, without ever opening Wagtail."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import journal, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.finding import clean
from beffroi.kernel.ui.tags.tables import query_with
from beffroi.kernel.workflow import TransitionRefused
from beffroi.modules.portal import access, actions, desk_forms, text
from beffroi.modules.portal.models import Alert, Event, News, Publication, SiteDetails
from beffroi.modules.portal.workflow import workflow_of

KINDS: dict[str, type[Publication]] = {"actualites": News, "evenements": Event, "alertes": Alert}
LABELS = {"actualites": "Actualités", "evenements": "Agenda", "alertes": "Alertes"}
NEW = {"actualites": "Nouvelle actualité", "evenements": "Nouvel événement", "alertes": "Nouvelle alerte"}
SAID = {
    "submit": "La relecture est demandée à ceux qui publient.",
    "send_back": "Le texte est rendu à son auteur.",
    "withdraw": "C’est retiré du site. Le texte reste ici.",
    "cancel": "L’annulation est annoncée sur le site et dans les calendriers.",
}
PER_PAGE = 30
writers = permission_required(access.WRITE)


def _model(kind: str) -> type[Publication]:
    if kind not in KINDS:
        raise Http404(kind)
    return KINDS[kind]


def kind_of(publication: Publication) -> str:
    """How the addresses of the desk call this kind."""
    return next(kind for kind, model in KINDS.items() if isinstance(publication, model))


def _crumbs(kind: str = "", label: str = "") -> list[tuple[str, str]]:
    crumbs = [("Bureau", "/bureau/"), ("Publications", reverse("portal:desk", args=["actualites"]) if kind else "")]
    if kind:
        crumbs.append((LABELS[kind], reverse("portal:desk", args=[kind]) if label else ""))
    return [*crumbs, (label, "")] if label else crumbs


@writers
@require_safe
def index(request):
    return redirect("portal:desk", "actualites")


@writers
@require_safe
def listing(request, kind):
    """What I may open of one kind, newest change first; exported with the same filters."""
    model = _model(kind)
    form = desk_forms.FilterForm(request.GET, organisations=access.organisations(request.user))
    query = _filtered(model.objects.visible_to(request.user), form).select_related("organisation")
    query = query.order_by("-updated_at", "-pk")
    if request.GET.get("export") in sheets.TYPES:
        return _export(request.GET["export"], kind, query)
    context = {
        "form": form,
        "kind": kind,
        "page_obj": Paginator(query, PER_PAGE).get_page(request.GET.get("page")),
        "tabs": [(label, reverse("portal:desk", args=[code])) for code, label in LABELS.items()],
        "new_label": NEW[kind],
        "exports": [(label, query_with(request, export=code, page=None)) for code, label in sheets.LABELS.items()],
        "may_edit_details": access.edits_details(request.user),
        "may_edit_pages": access.edits_pages(request.user),
        "breadcrumbs": _crumbs(kind),
    }
    return render(request, "portal/desk/list.html", context)


def _filtered(query, form):
    form.is_valid()
    values = getattr(form, "cleaned_data", {})
    typed = clean(values.get("q") or "")
    if typed:
        query = query.filter(Q(title__unaccent__icontains=typed))
    if values.get("etat"):
        query = query.filter(state=values["etat"])
    if values.get("organisation"):
        query = query.filter(organisation__slug=values["organisation"])
    return query


def _export(code: str, kind: str, query):
    rows = [
        (p.title, p.organisation.name, p.state_label, p.publish_at, p.updated_at)
        for p in query.iterator(chunk_size=500)
    ]
    sheet = sheets.Sheet(
        title=LABELS[kind],
        headers=("Titre", "Publié par", "État", "Visible à partir du", "Modifié le"),
        rows=rows,
        widths=(50, 36, 14, 20, 20),
    )
    return sheets.response(code, f"{kind}-{timezone.localdate():%Y-%m-%d}", [sheet])


@writers
def create(request, kind):
    """Write a new one, in the name of one of my organisations."""
    model = _model(kind)
    bodies = access.organisations(request.user)
    if not bodies:
        raise PermissionDenied(access.WRITE)
    body = next((b for b in bodies if b.slug == request.GET.get("organisation")), None)
    if body is None and len(bodies) > 1 and request.method == "GET":
        context = {"bodies": bodies, "kind": kind, "label": NEW[kind], "breadcrumbs": _crumbs(kind, NEW[kind])}
        return render(request, "portal/desk/choose.html", context)
    body = body or bodies[0]
    form = desk_forms.form_of(model)(request.POST or None, request.FILES or None, organisation=body, actor=request.user)
    if request.method == "POST" and form.is_valid():
        made = actions.create_publication(model, body, actor=request.user, **form.values())
        return _after(request, made)
    return _edit_page(request, form, kind, model(organisation=body), NEW[kind])


def _found(request, kind, pk) -> Publication:
    query = _model(kind).objects.visible_to(request.user).select_related("organisation")
    return get_object_or_404(query, pk=pk)


@writers
def change(request, kind, pk):
    """Change one; those who may not are shown it without the form."""
    publication = _found(request, kind, pk)
    if not access.may_change(request.user, publication):
        return preview(request, kind, pk)
    form = desk_forms.form_of(type(publication))(
        request.POST or None,
        request.FILES or None,
        organisation=publication.organisation,
        actor=request.user,
        instance=publication,
    )
    if request.method == "POST" and form.is_valid():
        actions.change_publication(publication, actor=request.user, **form.values())
        return _after(request, publication)
    return _edit_page(request, form, kind, publication, publication.title)


def _after(request, publication: Publication):
    """Save only, or save and take the step of the button that was pressed."""
    gesture = request.POST.get("geste", "save")
    back = redirect("portal:desk_change", kind_of(publication), publication.pk)
    if gesture in {step.verb for step in workflow_of(publication).available(publication, request.user)}:
        _move(request, publication, gesture)
    else:
        messages.success(request, "C’est enregistré.")
    return back


def _move(request, publication: Publication, verb: str) -> None:
    try:
        actions.move_publication(publication, verb, actor=request.user)
    except TransitionRefused as refusal:
        messages.error(request, str(refusal))
        return
    if verb == "publish":
        said = "C’est programmé." if publication.is_scheduled else "C’est publié."
    else:
        said = SAID[verb]
    messages.success(request, said)


@writers
@require_POST
def move(request, kind, pk, verb):
    publication = _found(request, kind, pk)
    if verb not in workflow_of(publication).transitions:
        raise Http404(verb)
    _move(request, publication, verb)
    return redirect("portal:desk_change", kind, pk)


def _edit_page(request, form, kind, publication, label):
    saved = publication.pk is not None
    context = {
        "form": form,
        "kind": kind,
        "publication": publication,
        "saved": saved,
        "label": label,
        "steps": workflow_of(publication).available(publication, request.user),
        "history": journal.story(publication, limit=12) if saved else [],
        "breadcrumbs": _crumbs(kind, label),
    }
    return render(request, "portal/desk/edit.html", context)


@writers
@require_safe
def preview(request, kind, pk):
    """As visitors will read it."""
    publication = _found(request, kind, pk)
    context = {
        "publication": publication,
        "kind": kind,
        "lead": publication.text if kind == "alertes" else publication.summary,
        "body": text.html(publication.body),
        "breadcrumbs": _crumbs(kind, "Aperçu"),
    }
    return render(request, "portal/desk/preview.html", context)


@permission_required(access.DETAILS)
def details(request):
    """What the law asks the site to say of itself."""
    if not access.edits_details(request.user):
        raise PermissionDenied(access.DETAILS)
    form = desk_forms.DetailsForm(request.POST or None, instance=SiteDetails.current())
    if request.method == "POST" and form.is_valid():
        actions.change_details(actor=request.user, **form.cleaned_data)
        messages.success(request, "C’est enregistré, et déjà visible sur le site.")
        return redirect("portal:desk_details")
    context = {"form": form, "breadcrumbs": [*_crumbs("actualites")[:2], ("Présentation du site", "")]}
    return render(request, "portal/desk/details.html", context)
