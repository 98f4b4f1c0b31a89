"""`/bureau/signalements/`: the figures of a body, what waits to be read again, filing for somebody."""

from dataclasses import replace
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import access, sheets
from beffroi.kernel.access import permission_required
from beffroi.modules.reports import figures_file, statistics
from beffroi.modules.reports.actions import create_report
from beffroi.modules.reports.forms.desk import DeskFilingForm
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.statistics import Scope
from beffroi.modules.reports.views.figures import period, period_tabs
from beffroi.modules.reports.views.filing import SERVICE
from beffroi.shared.cases.filing import fields_for_person, person_asked
from beffroi.shared.files.refusals import Refused
from beffroi.shared.organisations.models import Organisation

HOME = ("Signalements", "/bureau/signalements/")
UNREAD_PAGE = 30
MOST_BODIES = 30  # lines of the table by body; the file has them all
CONFIGURE, TERRITORY = "reports.configure", "territoire"


def scope_of(user) -> Scope:
    """The reports of the bodies where this person sees reports, private ones included."""
    bodies = access.organisations_where(user, "reports.view")
    return Scope(bodies=None if bodies is None else frozenset(bodies), public=False)


def to_read(user):
    """The reports of one's bodies whose text or photos nobody has read yet."""
    bodies = access.organisations_where(user, "reports.handle")
    waiting = Report.objects.filter(checked_at__isnull=True, is_private=False, anonymised_at__isnull=True)
    return waiting if bodies is None else waiting.filter(organisation__in=bodies)


def to_read_count(user) -> int:
    """How many there are; counted once for a request, whose `user` object is its own."""
    if getattr(user, "reports_to_read", None) is None:
        user.reports_to_read = to_read(user).count()
    return user.reports_to_read


@never_cache
@require_safe
@permission_required("reports.view")
def dashboard(request):
    """Volumes, delays, refusals, ages, map: of all one's bodies, or of one of them with `?organisme=`; of every body of
    the territory with `?perimetre=territoire`, for whoever sets the competences: figures only, no report is opened."""
    code, since, until = period(request)
    scope, bodies, chosen = _chosen(request)
    if request.GET.get("export") in sheets.TYPES:
        return figures_file.response(request.GET["export"], scope, since, until)
    regulates, territory = access.can(request.user, CONFIGURE), scope.bodies is None or _of_territory(request)
    kept = {"perimetre": TERRITORY} if _of_territory(request) else {}
    kept |= {"organisme": chosen.slug} if chosen else {}
    cuts = ("all", "category") if chosen else ("all", "category", "body")
    found = statistics.cuts(cuts, scope, since, until)
    context = {
        "bodies": bodies,
        "chosen": chosen,
        "regulates": regulates,
        "territory": territory,
        "periods": period_tabs(request, code, kept),
        "periode": code,
        "total": found["all"][0],
        "lines": found["category"],
        "by_body": _busiest(found.get("body", [])),
        "most_bodies": MOST_BODIES if len(found.get("body", ())) > MOST_BODIES else 0,
        "months": statistics.months(scope, since, until),
        "ages": statistics.ages(scope),
        "refusals": statistics.refusals(scope, since, until),
        "to_read": to_read_count(request.user),
        "formats": sheets.LABELS.items(),
        "download": f"?{urlencode({'periode': code, **kept})}",
        "breadcrumbs": [("Bureau", "/bureau/"), ("Signalements", "")],
    }
    return render(request, "reports/desk/dashboard.html", context)


def _busiest(lines: list[statistics.Line]) -> list[statistics.Line]:
    """The bodies that received the most, in the order of their names."""
    kept = sorted(lines, key=lambda line: -line.filed)[:MOST_BODIES]
    return [line for line in lines if line in kept]


def _of_territory(request) -> bool:
    """Is the whole territory asked for, by somebody who regulates it?"""
    return request.GET.get("perimetre") == TERRITORY and access.can(request.user, CONFIGURE)


def _chosen(request) -> tuple[Scope, list[Organisation], Organisation | None]:
    """What is counted, the bodies that may be chosen, the one that is."""
    scope = Scope(bodies=None, public=False) if _of_territory(request) else scope_of(request.user)
    rows = Organisation.objects.filter(pk__in=Report.objects.order_by().values("organisation")).order_by("name")
    rows = rows if scope.bodies is None else rows.filter(pk__in=scope.bodies)
    bodies = list(rows.only("name", "slug"))
    slug = request.GET.get("organisme", "")
    chosen = next((body for body in bodies if body.slug == slug), None)
    return (replace(scope, bodies=frozenset([chosen.pk])) if chosen else scope), bodies, chosen


@never_cache
@require_safe
@permission_required("reports.handle")
def unread(request):
    """Reports to read again before the public sees their text and photos."""
    reports = to_read(request.user).select_related("category", "commune").order_by("created_at")
    page_obj = Paginator(reports, UNREAD_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page_obj, "breadcrumbs": [("Bureau", "/bureau/"), HOME, ("À relire", "")]}
    return render(request, "reports/desk/unread.html", context)


@never_cache
@permission_required("reports.file")
def new(request):
    """File a report for somebody who came or called; `?personne=` names a resident who has a file."""
    posted = request.method == "POST"
    person = person_asked(request.user, request.GET)
    data = (request.POST, request.FILES) if posted else (None, None)
    form = DeskFilingForm(*data, actor=request.user, person=person)
    if form.is_valid() and (report := _file(request, form, person)):
        messages.success(request, f"{report.reference} est enregistré, chez : {report.competent}.")
        seen = Report.objects.on_desk_of(request.user).filter(pk=report.pk).exists()
        return redirect(report.get_absolute_url() if seen else report.account_url())
    crumbs = [("Bureau", "/bureau/"), HOME, ("Saisir un signalement", "")]
    return render(request, "reports/desk/new.html", {"form": form, "person": person, "breadcrumbs": crumbs})


def _file(request, form, person) -> Report | None:
    data = form.cleaned_data
    whose = fields_for_person(request.user, person, service=SERVICE) if person else {"filed_by": request.user}
    try:
        return create_report(
            actor=request.user,
            category=data["category"],
            location=data["location"],
            commune=form.place.commune,
            precision=data["precision"],
            address=data["address"],
            address_is_known=data["is_known"],
            description=data["description"],
            photos=data["photos"],
            channel=data["channel"],
            client_uuid=data["client_uuid"],
            asks=False,
            **whose,
            **{name: data[name] for name in ("contact_name", "contact_email", "contact_phone") if name in data},
        ).report
    except (ValidationError, Refused) as refusal:
        form.add_error(None, ValidationError(getattr(refusal, "messages", [str(refusal)])))
    return None
