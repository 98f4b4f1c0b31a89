"""What agents do on the page of a report, beyond what is common to every case."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel.access import agent_required
from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import posted, tell
from beffroi.modules.reports import actions
from beffroi.modules.reports.forms.desk import (
    BlurForm,
    CategoryForm,
    CorrectPlaceForm,
    NotOursForm,
    RefuseForm,
    ResolveForm,
)
from beffroi.modules.reports.layers import point
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.views.filing import told_where
from beffroi.shared.cases.actions import Changed, at_version
from beffroi.shared.cases.models import Case
from beffroi.shared.cases.timeline import desk_timeline
from beffroi.shared.cases.views.case import crumbs, find_case
from beffroi.shared.files.models import StoredFile
from beffroi.shared.files.refusals import Refused


def desk(view):
    return never_cache(agent_required(view))


def handled(request, reference) -> Report:
    """The report that this agent may handle: 404 where it cannot be seen, 403 where it can only be read."""
    report = find_case(request, reference)
    if not isinstance(report, Report):
        raise Http404(reference)
    if not report.can_be_handled_by(request.user):
        raise PermissionDenied("reports.handle")
    return report


def gesture(request, report, form, title, do, *, done, template="cases/desk/gesture.html", **more):
    """Show the form; once valid, `do(data)`, unless somebody changed the report meanwhile."""
    if form.is_valid():
        try:
            with at_version(report, form.cleaned_data.get("version")):
                do(form.cleaned_data)
        except (Changed, TransitionRefused) as refusal:
            form.add_error(None, str(refusal))
            form.renew()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, done)
            seen = Case.objects.on_desk_of(request.user).filter(pk=report.pk).exists()
            return HttpResponseRedirect(report.get_absolute_url()) if seen else redirect("cases:list")
    elif form.is_bound and form.cleaned_data.get("version") != report.version:
        # What was chosen may have been right until then: the reason is told with the fault.
        form.add_error(None, str(Changed(report)))
        form.renew()
    context = {
        "case": report,
        "form": form,
        "title": title,
        "items": list(reversed(desk_timeline(report)))[:3],
        "breadcrumbs": crumbs(report, (title, "")),
        **more,
    }
    return render(request, template, context)


@desk
def resolve(request, reference):
    report = handled(request, reference)
    form = ResolveForm(*posted(request, files=True), case=report)
    form.fields["photos"].actor = request.user

    def do(data):
        actions.resolve_report(report, actor=request.user, reason=data["body"], photos=data["photos"])

    done = f"{report.reference} est résolu : l’auteur est prévenu."
    return gesture(request, report, form, "Déclarer résolu", do, done=done, submit="Déclarer résolu")


@desk
def refuse(request, reference):
    report = handled(request, reference)
    form = RefuseForm(*posted(request), case=report)

    def do(data):
        actions.refuse_report(report, actor=request.user, refusal=data["refusal"], explanation=data["explanation"])

    done = f"{report.reference} n’est pas retenu : l’auteur est prévenu, avec le motif."
    more = {"submit": "Ne pas donner suite", "tone": "danger"}
    return gesture(request, report, form, "Ne pas donner suite", do, done=done, **more)


@desk
def not_ours(request, reference):
    """Somebody else is competent: the history goes with it, its author and followers are told why."""
    report = handled(request, reference)
    form = NotOursForm(*posted(request), case=report)

    def do(data):
        body = form.bodies[data["organisation"]]
        actions.hand_over(report, actor=request.user, organisation=body, reason=data["reason"])

    done = f"{report.reference} est transmis : l’auteur est prévenu."
    return gesture(request, report, form, "Pas de notre ressort", do, done=done, submit="Transmettre")


@desk
def category(request, reference):
    report = handled(request, reference)
    form = CategoryForm(*posted(request), case=report)

    def do(data):
        actions.change_category(report, actor=request.user, category=data["category"], reroute=data["reroute"])

    done = f"{report.reference} : catégorie corrigée."
    return gesture(request, report, form, "Corriger la catégorie", do, done=done, submit="Corriger")


@desk
def place(request, reference):
    report = handled(request, reference)
    form = CorrectPlaceForm(*posted(request), case=report)

    def do(data):
        actions.correct_place(
            report,
            actor=request.user,
            location=data["location"],
            address=data["address"],
            reroute=data["reroute"],
        )

    done = f"{report.reference} : emplacement corrigé."
    return gesture(
        request, report, form, "Corriger le lieu", do, done=done, submit="Corriger", template="reports/desk/place.html"
    )


@desk
@require_safe
def where(request, reference):
    """Read under the map while the place of a report is corrected: who is competent there, for its own category."""
    report = handled(request, reference)
    return told_where(request, report.category, report.address, report.asset)


@desk
@require_POST
def publication(request, reference):
    """What the public sees: text, whole report, one photo."""
    report = handled(request, reference)
    what = request.POST.get("geste", "")
    simple = {
        "publish": actions.show_text,
        "unpublish": actions.hide_text,
        "checked": actions.mark_read if report.text_shown_at else actions.hide_text,
        "hide": actions.hide_report,
        "show": actions.show_report,
    }
    try:
        if what in simple:
            simple[what](report, actor=request.user)
        elif what in ("photo_show", "photo_hide"):
            file = _photo(report, request.POST.get("photo", ""))
            actions.show_photo(report, file, actor=request.user, public=what == "photo_show")
        else:
            raise Http404(what)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, "C’est enregistré.")
    return HttpResponseRedirect(report.get_absolute_url())


def _photo(report: Report, number) -> StoredFile:
    try:
        return get_object_or_404(StoredFile.objects.about(report), pk=number)
    except ValidationError as error:
        raise Http404("photo") from error


@desk
def blur(request, reference, pk):
    """Make a zone of a photo unreadable."""
    report = handled(request, reference)
    file = _photo(report, pk)
    form = BlurForm(*posted(request))

    def do(data):
        actions.blur_photo(report, file, actor=request.user, zone=form.zone)

    done = "La zone est floutée. L’original reste aux agents seuls."
    more = {"template": "reports/desk/blur.html", "file": file, "photo": file.thumbnail_url("grande")}
    return gesture(request, report, form, "Flouter une zone", do, done=done, **more)


@desk
@require_safe
def desk_point(request, reference):
    """The point of a report, public or not, for the map of its page at the desk."""
    report = find_case(request, reference)
    if not isinstance(report, Report):
        raise Http404(reference)
    commune = report.commune.name if report.commune_id else ""
    line = (
        report.pk,
        report.reference,
        report.location,
        report.category_id,
        report.state,
        report.created_at,
        commune,
    )
    feature = point(line, {report.category_id: report.category.label})
    feature["properties"]["url"] = report.get_absolute_url()
    return JsonResponse({"type": "FeatureCollection", "features": [feature]}, content_type="application/geo+json")
