"""`/signalements/`: the list and its map, the page of a report, following it."""

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from beffroi.kernel import journal, limits
from beffroi.kernel.workflow import TransitionRefused
from beffroi.kernel.writing import posted
from beffroi.modules.reports.actions import flag_report, reopen_by_author, tell_sighting
from beffroi.modules.reports.forms.filing import FollowForm
from beffroi.modules.reports.forms.public import FlagForm, ReopenForm, SightingForm
from beffroi.modules.reports.listing import ORDERS, PublicFilters, filtered, near
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.wording_public import bodies_of, hands_of, sentence_of, steps_of
from beffroi.shared.cases.actions import follow_case
from beffroi.shared.cases.models import Follower
from beffroi.shared.files.models import StoredFile

PAGE = 20
SHOWN_ORDERS = (("Plus récents", "-recu"), ("Plus anciens", "recu"), ("Par commune", "commune"))
RELATED = ("category__parent", "commune", "organisation", "external")


def followed():
    """How many people follow a report, for an annotation."""
    followers = Follower.objects.confirmed().filter(case=OuterRef("pk")).order_by().values("case")
    return Coalesce(Subquery(followers.annotate(total=Count("pk")).values("total")), 0)


def public_photos(*reports) -> dict[int, list[StoredFile]]:
    """The photos that everyone may see, by report."""
    found: dict[int, list[StoredFile]] = {}
    if reports:
        kind = ContentType.objects.get_for_model(Report)
        files = StoredFile.objects.filter(target_type=kind, target_id__in=[one.pk for one in reports], public=True)
        for file in files.select_related("blob"):
            found.setdefault(file.target_id, []).append(file)
    return found


@login_not_required
@require_safe
def report_list(request):
    """The public reports, on a map and in a list."""
    order = ORDERS.get(request.GET.get("tri", ""), "-created_at")
    reports = filtered(request.GET).select_related(*RELATED).order_by(order, "-pk")
    page_obj = Paginator(reports, PAGE).get_page(request.GET.get("page"))
    photos = public_photos(*page_obj)
    for report in page_obj:
        shown = photos.get(report.pk)
        report.thumbnail = shown[0].thumbnail_url("petite") if shown else ""
    query = request.GET.copy()
    query.pop("page", None)
    chosen = (query.pop("tri", None) or ["-recu"])[0]
    filters = query.urlencode()
    focus = quote(request.GET.get("commune", "")[:80])
    context = {
        "page_obj": page_obj,
        "filters": PublicFilters(request.GET),
        "layer": f"/carte/couches/signalements.geojson{'?' + filters if filters else ''}",
        "focus": focus,
        "orders": [
            (label, f"?{filters}{'&' if filters else ''}tri={code}", code == chosen) for label, code in SHOWN_ORDERS
        ],
        "feed_url": f"{reverse('reports:feed')}{'?' + filters if filters else ''}",
        "watch_url": f"{reverse('reports:watch_new')}{'?commune=' + focus if focus else ''}",
        "circle": near(request.GET),
        "breadcrumbs": [("Signalements", "")],
    }
    return render(request, "reports/list.html", context)


@login_not_required
@require_safe
def report_page(request, reference):
    """What anyone may know of a report; one that was merged leads to the one that is kept."""
    rows = Report.objects.select_related(*RELATED, "merged_into").annotate(followed=followed())
    report = get_object_or_404(rows, reference=reference.upper())
    if report.merged_into_id and (kept := Report.objects.public().filter(pk=report.merged_into_id).first()):
        return redirect("reports:report", kept.reference)
    if not report.is_public:
        raise Http404(reference)
    photos = public_photos(report).get(report.pk, [])
    entries = list(journal.lines_about(report))
    bodies = bodies_of(entries)
    context = {
        "report": report,
        "sentence": sentence_of(report),
        "before": [file for file in photos if file.kind != "after"],
        "after": [file for file in photos if file.kind == "after"],
        "hands": hands_of(report, entries, bodies),
        "sendings": [one for one in report.sent_to() if one.stage == "sent"],
        "items": steps_of(report, entries, bodies),
        "answers": [
            (spec.label, report.answers[spec.name], spec.unit)
            for spec in report.category.specs
            if spec.name in report.answers and spec.type != "text"
        ],
        "breadcrumbs": [("Signalements", reverse("reports:list")), (report.reference, "")],
    }
    return render(request, "reports/report.html", context)


@login_not_required
@never_cache
def follow(request, reference):
    """« Moi aussi » : be told of a report, by account at once, by e-mail once confirmed."""
    reports = Report.objects.public().select_related("category", "commune")
    report = get_object_or_404(reports, reference=reference.upper())
    form = FollowForm(*posted(request))
    if request.method == "POST" and request.user.is_authenticated:
        follow_case(report, user=request.user)
        messages.success(request, "Vous suivez ce signalement : vous serez prévenu à chaque étape.")
        return redirect(report.public_url())
    if form.is_valid():
        try:
            limits.limit(request, "reports.follow", most=20, seconds=3600)
            limits.limit_key("reports.follow.email", form.cleaned_data["email"].lower(), most=10, seconds=86400)
        except limits.TooMany:
            form.add_error(None, "Trop de demandes depuis une heure. Réessayez un peu plus tard.")
        else:
            follow_case(report, email=form.cleaned_data["email"])
            messages.success(request, "Un message de confirmation vient de partir : ouvrez-le pour suivre.")
            return redirect(report.public_url())
    crumbs = [("Signalements", reverse("reports:list")), (report.reference, report.public_url()), ("Suivre", "")]
    return render(request, "reports/follow.html", {"report": report, "form": form, "breadcrumbs": crumbs})


@login_not_required
@never_cache
def reopen(request, token):
    """The author says that it is not solved, from their tracking page."""
    report = get_object_or_404(Report.objects.select_related("category", "commune"), token=token)
    form = ReopenForm(*posted(request))
    if form.is_valid():
        try:
            reopen_by_author(report, actor=request.user, reason=form.cleaned_data["reason"])
        except TransitionRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Votre signalement est rouvert. Le service est prévenu.")
            return redirect(report.tracking_url())
    response = render(request, "reports/reopen.html", {"report": report, "form": form})
    response["Referrer-Policy"] = "same-origin"
    return response


@login_not_required
@never_cache
def flag(request, reference):
    """Something on this page should not be there: an internal note for the agents, and the report to check again."""
    report = get_object_or_404(
        Report.objects.public().select_related("category", "commune"), reference=reference.upper()
    )
    form = FlagForm(*posted(request))
    if form.is_valid():
        try:
            limits.limit(request, "reports.flag", most=10, seconds=3600)
        except limits.TooMany:
            form.add_error(None, "Trop de messages depuis une heure. Réessayez un peu plus tard.")
        else:
            flag_report(report, actor=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, "Merci. Un agent va vérifier.")
            return redirect(report.public_url())
    crumbs = [("Signalements", reverse("reports:list")), (report.reference, report.public_url()), ("Prévenir", "")]
    return render(request, "reports/flag.html", {"report": report, "form": form, "breadcrumbs": crumbs})


@login_not_required
@never_cache
def sighting(request, reference):
    """« Dire ce que j’ai vu » : anyone says that it is still there, or looks solved, without an account."""
    reports = Report.objects.public().select_related("category", "commune")
    report = get_object_or_404(reports, reference=reference.upper())
    data = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = SightingForm(*data, actor=request.user)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("said", "text", "photos", "client_uuid")}
        try:
            limits.limit(request, "reports.sighting", most=10, seconds=3600)
            tell_sighting(report, actor=request.user, **told)
        except limits.TooMany:
            form.add_error(None, "Trop de messages depuis une heure. Réessayez un peu plus tard.")
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, "Merci. Le service est prévenu.")
            return redirect(report.public_url())
    crumbs = [
        ("Signalements", reverse("reports:list")),
        (report.reference, report.public_url()),
        ("Ce que j’ai vu", ""),
    ]
    return render(request, "reports/sighting.html", {"report": report, "form": form, "breadcrumbs": crumbs})
