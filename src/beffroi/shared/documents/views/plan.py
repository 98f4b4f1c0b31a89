"""The classification plan: activities, series, durations."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from beffroi.kernel import access as rights
from beffroi.kernel import sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import write
from beffroi.shared.documents import access, actions
from beffroi.shared.documents.forms import ActivityForm, CopyPlanForm, SeriesForm
from beffroi.shared.documents.models import Activity, Series
from beffroi.shared.documents.views.common import crumbs, desk
from beffroi.shared.organisations.models import Organisation

PLAN = ("Plan de classement", "/bureau/documents/plan/")


def _plans(request) -> list[tuple[Organisation, list[Activity]]]:
    """The plans that the person may read: those of the bodies where they enter the documents."""
    bodies = access.bodies_where(request.user, access.READ)
    found: dict[int, list[Activity]] = {}
    for activity in Activity.objects.filter(organisation__in=bodies).prefetch_related("series"):
        found.setdefault(activity.organisation_id, []).append(activity)
    return [(body, found[body.pk]) for body in bodies if body.pk in found]


@desk
@require_safe
def plan(request):
    """The plans, activity by activity."""
    managed = rights.organisations_where(request.user, access.MANAGE)
    plans = _plans(request)
    shown = {body.pk for body, _activities in plans}
    missing = access.bodies_where(request.user, access.MANAGE).exclude(pk__in=shown) if managed != set() else []
    context = {
        "plans": [(body, activities, managed is None or body.pk in managed) for body, activities in plans],
        "missing": missing,
        "breadcrumbs": crumbs((PLAN[0], "")),
    }
    return render(request, "documents/plan.html", context)


@desk
@require_safe
def export(request, slug, kind):
    """A plan as a table."""
    body = get_object_or_404(access.bodies_where(request.user, access.READ), slug=slug)
    found = Series.objects.filter(activity__organisation=body).select_related("activity")
    headers = ["Activité", "Cote", "Intitulé", "DUA (années)", "Début du compte", "Sort final", "Communicable", "Texte"]
    rows = [
        [str(one.activity), one.code, one.title, one.years, one.get_trigger_display(), one.get_fate_display(),
         one.get_communicability_display(), one.basis]
        for one in found
    ]  # fmt: skip
    sheet = sheets.Sheet(
        title="Plan de classement", headers=headers, rows=rows, widths=[24, 10, 40, 10, 24, 22, 30, 40]
    )
    return sheets.response(kind, f"plan-{slug}", [sheet])


def _managed(request, slug) -> Organisation:
    return get_object_or_404(access.bodies_where(request.user, access.MANAGE), slug=slug)


def _write(request, form, action, *, done, heading, body, button="Enregistrer"):
    return write(
        request,
        form,
        action,
        done=done,
        to=lambda: PLAN[1],
        heading=heading,
        about=body.name,
        button=button,
        back=PLAN[1],
        breadcrumbs=crumbs(PLAN, (heading, "")),
    )


@desk
@permission_required(access.MANAGE)
def activity(request, slug, pk=None):
    """Add or change an activity."""
    body = _managed(request, slug)
    found = get_object_or_404(Activity, organisation=body, pk=pk) if pk else Activity()
    form = ActivityForm(request.POST if request.method == "POST" else None, instance=found, organisation=body)
    return _write(
        request,
        form,
        lambda: actions.save_activity(form.instance, actor=request.user),
        done="L’activité est enregistrée.",
        heading=str(found) if pk else "Nouvelle activité",
        body=body,
    )


@desk
@permission_required(access.MANAGE)
def series(request, slug, pk=None):
    """Add or change a series."""
    body = _managed(request, slug)
    found = get_object_or_404(Series, activity__organisation=body, pk=pk) if pk else Series()
    form = SeriesForm(request.POST if request.method == "POST" else None, instance=found, organisation=body)
    return _write(
        request,
        form,
        lambda: actions.save_series(form.instance, actor=request.user),
        done="La série est enregistrée ; ce qui y est classé est recompté.",
        heading=str(found) if pk else "Nouvelle série",
        body=body,
    )


@desk
@permission_required(access.MANAGE)
def copy(request, slug):
    """Begin with the plan of another body."""
    body = _managed(request, slug)
    with_plan = Activity.objects.values("organisation")
    sources = Organisation.objects.filter(pk__in=with_plan).exclude(pk=body.pk)
    readable = access.bodies_where(request.user, access.READ).values("pk")
    sources = sources.filter(pk__in=readable) | sources.filter(is_operator=True)
    form = CopyPlanForm(request.POST if request.method == "POST" else None, sources=sources)
    return _write(
        request,
        form,
        lambda: actions.copy_plan(form.cleaned_data["source"], body, actor=request.user),
        done="Le plan est copié : ce que vous aviez déjà n’a pas changé.",
        heading="Copier un plan",
        body=body,
        button="Copier",
    )
