"""`/bureau/signalements/reglages/`: categories, competences, publication."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, tell
from beffroi.modules.reports import actions, defaults
from beffroi.modules.reports.forms.settings import (
    CategoryForm,
    CompetenceForm,
    KeyForm,
    ModerationForm,
    QuestionSet,
    RoadsForm,
    TryForm,
    questions_of,
)
from beffroi.modules.reports.models import ApiKey, Category, Competence, Moderation, RoadClass, RoadLine
from beffroi.modules.reports.roads import NEAR
from beffroi.modules.reports.routing import route
from beffroi.shared.organisations.models import Organisation

CONFIGURE, MODERATE = "reports.configure", "reports.moderate"


def configure(view):
    return never_cache(permission_required(CONFIGURE)(view))


def settings_context(user, *more) -> dict:
    tabs = []
    if access.can(user, CONFIGURE):
        tabs += [("Catégories", reverse("reports:settings")), ("Compétences", reverse("reports:competences"))]
        tabs.append(("Applications", reverse("reports:keys")))
        tabs.append(("Serveurs", reverse("reports:outlets")))
    if access.can(user, MODERATE):
        tabs.append(("Publication", reverse("reports:moderation")))
    crumbs = [("Bureau", "/bureau/"), ("Signalements", reverse("reports:desk")), *(more or (("Réglages", ""),))]
    return {"tabs": tabs, "breadcrumbs": crumbs}


def _settings_crumb():
    return ("Réglages", reverse("reports:settings"))


@configure
@require_safe
def categories(request):
    rows = Category.objects.select_related("parent").order_by("order", "label")
    families = [(one, [child for child in rows if child.parent_id == one.pk]) for one in rows if one.parent_id is None]
    return render(request, "reports/settings/categories.html", {"families": families, **settings_context(request.user)})


@configure
@require_POST
def install(request):
    """Add the usual categories that are missing."""
    added = defaults.install(actor=request.user)
    messages.success(request, f"{added} catégories ajoutées." if added else "Toutes les catégories usuelles sont là.")
    return redirect("reports:settings")


@configure
def category(request, pk=None):
    found = get_object_or_404(Category, pk=pk) if pk else Category()
    data = request.POST if request.method == "POST" else None
    form = CategoryForm(data, instance=found)
    questions = QuestionSet(data, initial=questions_of(found), prefix="questions")
    if data is not None and form.is_valid() and questions.is_valid():
        found = form.save(commit=False)
        found.fields = [spec for line in questions if (spec := line.spec())]
        try:
            actions.save_category(found, actor=request.user)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, f"« {found} » est enregistrée.")
            return redirect("reports:settings")
    title = found.label if pk else "Nouvelle catégorie"
    context = {"form": form, "questions": questions, "category": found, "title": title}
    return render(
        request,
        "reports/settings/category.html",
        context | settings_context(request.user, _settings_crumb(), (title, "")),
    )


@configure
@require_POST
def category_remove(request, pk):
    found = get_object_or_404(Category, pk=pk)
    try:
        actions.remove_category(found, actor=request.user)
    except ValidationError as error:
        messages.error(request, error.messages[0])
        return redirect("reports:category", pk)
    messages.success(request, "La catégorie est supprimée.")
    return redirect("reports:settings")


@configure
@require_safe
def competences(request):
    rules = Competence.objects.select_related("category__parent", "commune", "organisation", "team", "asset")
    rules = rules.order_by("category__parent__order", "category__order", "pk")
    families: dict[str, list[Competence]] = {}
    for rule in rules:
        families.setdefault((rule.category.parent or rule.category).label, []).append(rule)
    asked = TryForm(request.GET if "categorie" in request.GET else None)
    way = None
    if asked.is_valid():
        data = asked.cleaned_data
        point = data["ou"].location or data["ou"].centroid
        way = route(data["categorie"], commune=data["ou"], address=data["adresse"], point=point)
    context = {"families": families.items(), "asked": asked, "way": way}
    return render(request, "reports/settings/competences.html", context | settings_context(request.user))


@configure
def roads(request):
    """The roads of the territory by class, and the file that brings them."""
    sent = request.method == "POST"
    form = RoadsForm(request.POST if sent else None, request.FILES if sent else None)
    if form.is_valid():
        count = actions.import_roads(form.roads, actor=request.user)
        left = f" {form.left} lignes du fichier n’étaient pas des voies d’une classe connue." if form.left else ""
        messages.success(request, f"Voies importées\u202f: {count}.{left}")
        return redirect("reports:roads")
    counted = dict(RoadLine.objects.order_by().values_list("road_class").annotate(total=Count("pk")))
    classes = [(kind.label, counted[kind]) for kind in RoadClass if counted.get(kind)]
    crumbs = (("Compétences", reverse("reports:competences")), ("Voies", ""))
    context = {"form": form, "classes": classes, "near": NEAR} | settings_context(request.user, *crumbs)
    return render(request, "reports/settings/roads.html", context)


@configure
def competence(request, pk=None):
    found = get_object_or_404(Competence, pk=pk) if pk else Competence()
    form = CompetenceForm(*posted(request), instance=found)
    if form.is_valid():
        try:
            actions.save_competence(form.save(commit=False), actor=request.user)
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "La règle est enregistrée.")
            return redirect("reports:competences")
    title = "Modifier une règle" if pk else "Nouvelle règle"
    crumbs = (("Compétences", reverse("reports:competences")), (title, ""))
    context = {"form": form, "rule": found if pk else None, "title": title, **settings_context(request.user, *crumbs)}
    return render(request, "reports/settings/competence.html", context)


@configure
@require_POST
def competence_remove(request, pk):
    actions.remove_competence(get_object_or_404(Competence, pk=pk), actor=request.user)
    messages.success(request, "La règle est supprimée.")
    return redirect("reports:competences")


@configure
def keys(request):
    """The keys of other tools; a new one is shown once, in the answer to its creation."""
    form = KeyForm(*posted(request))
    made = None
    if form.is_valid():
        data = form.cleaned_data
        key, secret = actions.create_key(data["organisation"], actor=request.user, label=data["label"])
        made, form = (key, secret), KeyForm()
    rows = ApiKey.objects.in_force().select_related("organisation")
    context = {"form": form, "keys": rows, "made": made, "endpoint": request.build_absolute_uri("/open311/v2")}
    return render(request, "reports/settings/keys.html", context | settings_context(request.user))


@configure
@require_POST
def key_revoke(request, pk):
    actions.revoke_key(get_object_or_404(ApiKey.objects.in_force(), pk=pk), actor=request.user)
    messages.success(request, "La clé est révoquée.")
    return redirect("reports:keys")


@never_cache
@permission_required(MODERATE)
def moderation(request):
    """When the public sees what the reports of a body hold: one form for each body that one administers."""
    ids = access.organisations_where(request.user, MODERATE)
    bodies = Organisation.objects.filter(is_active=True, kind__in=("epci", "commune"))
    bodies = bodies.filter(is_operator=True) if ids is None else bodies.filter(pk__in=ids)
    rules = {rule.organisation_id: rule for rule in Moderation.objects.filter(organisation__in=bodies)}
    if request.method == "POST":
        body = get_object_or_404(bodies, pk=_number(request.POST.get("organisation")))
        form = ModerationForm(request.POST)
        if form.is_valid():
            actions.set_moderation(body, actor=request.user, **form.cleaned_data)
            messages.success(request, f"C’est enregistré pour {body}.")
            return redirect("reports:moderation")
    forms = [
        (body, ModerationForm(initial=_initial(rules.get(body.pk)), auto_id=f"id_{body.pk}_%s")) for body in bodies
    ]
    return render(request, "reports/settings/moderation.html", {"forms": forms, **settings_context(request.user)})


def _number(text) -> int:
    return int(text) if text and text.isdecimal() else 0


def _initial(rule: Moderation | None) -> dict:
    return {name: getattr(rule, name, False) for name in ("text_at_once", "photos_at_once")}
