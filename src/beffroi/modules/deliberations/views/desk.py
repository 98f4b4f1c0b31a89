"""The register of the acts at the desk: list, file, act, writing, way of publishing."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import journal, pdf, sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, tell
from beffroi.modules.deliberations import access, actions, exports, listing
from beffroi.modules.deliberations import certificate as certificates
from beffroi.modules.deliberations.actions.publication import may_choose, missing, regime_of
from beffroi.modules.deliberations.forms.desk import ActForm, RegimeForm
from beffroi.modules.deliberations.models import Act
from beffroi.modules.deliberations.workflow import State, workflow
from beffroi.shared.signing.models import Folder

A_PAGE = 50
DESK = ("Actes", "/bureau/actes/")


def crumbs(*more):
    return [("Bureau", "/bureau/"), DESK if more else (DESK[0], ""), *more]


def get_act(request, pk: int) -> Act:
    """The act, if the person may see it at the desk; else 404."""
    return get_object_or_404(Act.objects.visible_to(request.user).select_related("organisation"), pk=pk)


def _filtered(request):
    bodies = list(access.bodies_where(request.user, access.VIEW))
    form = listing.DeskFilters(request.GET, bodies=bodies)
    acts = form.apply(Act.objects.visible_to(request.user)).select_related("organisation")
    return form, listing.sort(acts, request.GET.get("tri", "")), bodies


@never_cache
@require_safe
@permission_required(access.VIEW)
def index(request):
    form, acts, bodies = _filtered(request)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": form,
        "page_obj": Paginator(acts, A_PAGE).get_page(request.GET.get("page")),
        "several": len(bodies) > 1,
        "may_write": access.bodies_where(request.user, access.EDIT).exists(),
        "may_configure": access.bodies_where(request.user, access.CONFIGURE).exists(),
        "query": f"?{query.urlencode()}" if query else "",
        "kinds": sheets.LABELS,
        "sort": "-decided",
        "breadcrumbs": crumbs(),
    }
    return render(request, "deliberations/desk/list.html", context)


@never_cache
@require_safe
@permission_required(access.VIEW)
def register_file(request, kind):
    """The register, filtered and sorted as it is shown."""
    if kind not in sheets.TYPES:
        raise Http404
    _form, acts, _bodies = _filtered(request)
    name = f"registre-des-actes-{timezone.localdate():%Y-%m-%d}"
    return sheets.response(kind, name, [exports.register_sheet(acts)])


@never_cache
@require_safe
@permission_required(access.VIEW)
def act(request, pk):
    """An act, what may be done with it, and its history."""
    found = get_act(request, pk)
    files = found.documents()
    folder = Folder.objects.about(found).first()
    can_edit = access.can_edit(request.user, found) and found.state in (State.DRAFT, State.ADOPTED)
    context = {
        "act": found,
        "files": files,
        "steps": workflow.available(found, request.user),
        "can_edit": can_edit,
        "folder": folder,
        "can_sign": can_edit and bool(files) and (folder is None or folder.is_over_unsigned),
        "can_anonymise": access.can_publish(request.user, found) and found.state == State.PUBLISHED,
        "can_send": found.must_transmit and found.state == State.ADOPTED and access.can_edit(request.user, found),
        "missing": missing(found) if found.state in (State.DRAFT, State.ADOPTED, State.RECEIVED) else [],
        "regime": regime_of(found.organisation),
        "history": journal.story(found),
        "breadcrumbs": crumbs((str(found), "")),
    }
    return render(request, "deliberations/desk/act.html", context)


@never_cache
@permission_required(access.EDIT)
def new(request):
    """Register an act."""
    bodies = access.bodies_where(request.user, access.EDIT)
    start = Act(decided_on=timezone.localdate())
    last = Act.objects.filter(organisation__in=bodies).exclude(author_quality="").order_by("-pk").first()
    if last is not None and request.method != "POST":
        for name in ("organisation", "author_first_name", "author_last_name", "author_quality", "voters"):
            setattr(start, name, getattr(last, name))
    return _form(request, start, bodies, actions.create_act, "Enregistrer un acte", "Le projet d’acte est enregistré.")


@never_cache
@permission_required(access.EDIT)
def edit(request, pk):
    """Change an act that is not published yet."""
    found = get_act(request, pk)
    if not access.can_edit(request.user, found) or found.state not in (State.DRAFT, State.ADOPTED):
        raise PermissionDenied(access.EDIT)
    bodies = access.bodies_where(request.user, access.EDIT)
    return _form(request, found, bodies, actions.edit_act, f"Modifier : {found}", "L’acte est modifié.")


def _form(request, instance, bodies, write, heading, done):
    form = ActForm(*posted(request, files=True), instance=instance, actor=request.user, bodies=bodies)
    if form.is_valid():
        files = {name: form.cleaned_data[name] for name in ("document", "annexes")}
        if instance.pk:
            files["removed"] = request.POST.getlist("retirer")
        try:
            saved = write(form.instance, actor=request.user, **files)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, done)
            return HttpResponseRedirect(saved.desk_url())
    context = {
        "form": form,
        "heading": heading,
        "files": instance.documents() if instance.pk else [],
        "back": instance.desk_url() if instance.pk else DESK[1],
        "breadcrumbs": crumbs((heading, "")),
    }
    return render(request, "deliberations/desk/form.html", context)


@never_cache
@require_safe
@permission_required(access.VIEW)
def certificate(request, pk):
    """The certificate of publication, whatever the way of publishing."""
    found = get_act(request, pk)
    if found.published_at is None:
        raise Http404
    return pdf.response(f"certificat-{found.number}", certificates.render(found))


@never_cache
@require_safe
@permission_required(access.CONFIGURE)
def regimes(request):
    """How each of my bodies publishes."""
    lines = exports.regime_lines(access.bodies_where(request.user, access.CONFIGURE))
    context = {"lines": lines, "breadcrumbs": crumbs(("Modes de publication", ""))}
    return render(request, "deliberations/desk/regimes.html", context)


@never_cache
@permission_required(access.CONFIGURE)
def regime(request, slug):
    """Choose how a small commune publishes."""
    body = get_object_or_404(access.bodies_where(request.user, access.CONFIGURE), slug=slug)
    current = regime_of(body)
    start = {"mode": current.mode, "place": current.place, "decision": current.decision_id}
    form = RegimeForm(*posted(request), initial=start, organisation=body)
    if form.is_valid():
        try:
            actions.set_regime(body, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"Le mode de publication de {body} est enregistré.")
            return HttpResponseRedirect(reverse("deliberations:regimes"))
    context = {
        "form": form,
        "body": body,
        "may_choose": may_choose(body),
        "breadcrumbs": crumbs(("Modes de publication", reverse("deliberations:regimes")), (body.name, "")),
    }
    return render(request, "deliberations/desk/regime.html", context)
