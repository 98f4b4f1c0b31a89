"""`/bureau/organismes/`: the bodies that one works with, and how to reach each organisation."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from beffroi.kernel import sheets
from beffroi.kernel.access import permission_required
from beffroi.shared.organisations import access, actions, forms
from beffroi.shared.organisations.models import Organisation

PER_PAGE = 30
SORTS = {"name": "name", "-name": "-name", "kind": "kind", "-kind": "-kind", "city": "city", "-city": "-city"}
may_read = permission_required(access.READ)


def _crumbs(*more) -> list[tuple[str, str]]:
    return [("Bureau", "/bureau/"), ("Organismes", reverse("organisations:bodies") if more else ""), *more]


def _filtered(request):
    query = access.directory()
    form = forms.FindBodyForm(request.GET)
    values = form.cleaned_data if form.is_valid() else {}
    if wanted := values.get("q", "").strip():
        query = query.filter(
            Q(name__unaccent__icontains=wanted)
            | Q(city__unaccent__icontains=wanted)
            | Q(siret__startswith="".join(wanted.split()))
        )
    if values.get("nature"):
        query = query.filter(kind=values["nature"])
    if values.get("etat") != "tous":
        query = query.filter(is_active=values.get("etat") != "anciens")
    return form, query.order_by(SORTS.get(request.GET.get("tri", ""), "name"), "pk")


@may_read
def index(request):
    form, query = _filtered(request)
    if (kind := request.GET.get("export", "")) in sheets.TYPES:
        return sheets.response(kind, "organismes", [_sheet(query)])
    context = {
        "form": form,
        "page_obj": Paginator(query, PER_PAGE).get_page(request.GET.get("page")),
        "can_add": access.keeps_directory(request.user),
        "exports": list(sheets.LABELS.items()),
        "sort": "name",
        "breadcrumbs": _crumbs(),
    }
    return render(request, "organisations/bodies.html", context)


def _sheet(query) -> sheets.Sheet:
    return sheets.Sheet(
        title="Organismes",
        headers=[
            "Nom",
            "Nature",
            "SIRET",
            "Compétences",
            "Service",
            "Adresse",
            "Code postal",
            "Ville",
            "Téléphone",
            "Courriel",
            "Site",
            "En activité",
        ],
        rows=(
            (
                one.name,
                one.get_kind_display(),
                one.siret,
                one.duties,
                one.contact,
                one.address,
                one.postal_code,
                one.city,
                one.phone,
                one.email,
                one.website,
                one.is_active,
            )
            for one in query.iterator(chunk_size=500)
        ),
        widths=(40, 18, 18, 50, 24, 36, 12, 20, 18, 30, 30, 12),
    )


@may_read
def body(request, slug):
    one = get_object_or_404(access.directory(), slug=slug)
    context = {
        "body": one,
        "can_edit": access.may_edit(request.user, one),
        "breadcrumbs": _crumbs((one.name, "")),
    }
    return render(request, "organisations/body.html", context)


@may_read
def add(request):
    if not access.keeps_directory(request.user):
        raise Http404("annuaire")
    form = forms.BodyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = actions.create_body(actor=request.user, **form.values())
        messages.success(request, f"{made.name} est dans l’annuaire.")
        return HttpResponseRedirect(reverse("organisations:body", args=[made.slug]))
    context = {"form": form, "body": None, "breadcrumbs": _crumbs(("Ajouter un organisme", ""))}
    return render(request, "organisations/body_form.html", context)


@may_read
def edit(request, slug):
    """A body of the directory whole; of the EPCI and the communes, only how to reach them."""
    one = get_object_or_404(Organisation, slug=slug)
    if not access.may_edit(request.user, one):
        raise Http404("organisme")
    ours = one.kind in access.OWN_KINDS
    form = (forms.ContactForm if ours else forms.BodyForm)(request.POST or None, instance=one)
    back = reverse("organisations:hours_of" if ours else "organisations:body", args=[one.slug])
    if request.method == "POST" and form.is_valid():
        changed = actions.change_details(one, actor=request.user, **form.values())
        messages.success(request, "C’est enregistré." if changed else "Rien n’a changé.")
        return HttpResponseRedirect(back)
    context = {"form": form, "body": Organisation.objects.get(pk=one.pk), "ours": ours, "back": back}
    crumbs = [("Bureau", "/bureau/"), (one.name, back), ("Coordonnées", "")]
    return render(request, "organisations/body_form.html", {**context, "breadcrumbs": crumbs})
