"""The classification plan: activities, series, durations."""

from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from beffroi.kernel import access as rights
from beffroi.kernel import sheets
from beffroi.kernel.access import permission_required
from beffroi.kernel.writing import posted, write
from beffroi.shared.documents import access, actions
from beffroi.shared.documents.forms import ActivityForm, CopyPlanForm, SeriesForm
from beffroi.shared.documents.models import Activity, Series
from beffroi.shared.documents.views.common import crumbs, desk
from beffroi.shared.organisations.models import Organisation

PLAN = ("Plan de classement", "/bureau/documents/plan/")


@desk
@require_safe
def plan(request):
    """The plan of one body, activity by activity; the others are a link away."""
    managed = rights.organisations_where(request.user, access.MANAGE)
    readable = access.bodies_where(request.user, access.READ)
    planned = list(readable.filter(pk__in=Activity.objects.order_by().values("organisation")))
    slug = request.GET.get("collectivite", "")
    body = next((one for one in planned if one.slug == slug), planned[0] if planned else None)
    missing = access.bodies_where(request.user, access.MANAGE).exclude(pk__in=[one.pk for one in planned])
    context = {
        "body": body,
        "others": [one for one in planned if one != body],
        "activities": Activity.objects.filter(organisation=body).prefetch_related("series") if body else [],
        "managed": body is not None and (managed is None or body.pk in managed),
        "missing": missing if managed != set() else [],
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
        [
            str(one.activity),
            one.code,
            one.title,
            one.years,
            one.get_trigger_display(),
            one.get_fate_display(),
            one.get_communicability_display(),
            one.basis,
        ]
        for one in found
    ]
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
        to=lambda: f"{PLAN[1]}?collectivite={body.slug}",
        heading=heading,
        about=body.name,
        button=button,
        back=f"{PLAN[1]}?collectivite={body.slug}",
        breadcrumbs=crumbs(PLAN, (heading, "")),
    )


@desk
@permission_required(access.MANAGE)
def activity(request, slug, pk=None):
    """Add or change an activity."""
    body = _managed(request, slug)
    found = get_object_or_404(Activity, organisation=body, pk=pk) if pk else Activity()
    form = ActivityForm(*posted(request), instance=found, organisation=body)
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
    form = SeriesForm(*posted(request), instance=found, organisation=body)
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
    form = CopyPlanForm(*posted(request), sources=sources)
    return _write(
        request,
        form,
        lambda: actions.copy_plan(form.cleaned_data["source"], body, actor=request.user),
        done="Le plan est copié : ce que vous aviez déjà n’a pas changé.",
        heading="Copier un plan",
        body=body,
        button="Copier",
    )
