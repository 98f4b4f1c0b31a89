"""`/signalements/hors-ligne/`: everything on one page, kept by the service worker, sent by the house's outbox when the
network is back (see kernel/ui/assets/js/offline.js). Without script it is a plain form."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control

from beffroi.kernel import limits
from beffroi.modules.reports.abuse import WAIT, count_filing
from beffroi.modules.reports.actions import create_report
from beffroi.modules.reports.forms.offline import OfflineForm
from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.views.filing import thank
from beffroi.shared.files.refusals import Refused

OLDEST = timedelta(days=60)


@login_not_required
@cache_control(private=True)
def offline(request):
    """Fill in, or send: a draft that was already received leads to the same thanks."""
    filled = (
        OfflineForm(request.POST, request.FILES) if request.method == "POST" else OfflineForm(initial=_given(request))
    )
    status = 200
    if filled.is_valid():
        data = filled.cleaned_data
        known = Report.objects.filter(client_uuid=data["client_uuid"]).first() if data["client_uuid"] else None
        try:
            if known is None:
                count_filing(request)
            return thank(request, known or _file(request, filled))
        except limits.TooMany:
            filled.add_error(None, f"{WAIT} Réessayez plus tard.")
            status = 429
        except (ValidationError, Refused) as refusal:
            filled.add_error(None, ValidationError(getattr(refusal, "messages", [str(refusal)])))
    crumbs = [("Signalements", reverse("reports:list")), ("Sans réseau", "")]
    return render(request, "reports/new/offline.html", {"form": filled, "breadcrumbs": crumbs}, status=status)


def _given(request) -> dict:
    """What the address says of a problem, while there is a network; the script of the page reads it otherwise."""
    code = request.GET.get("categorie", "")
    category = Category.objects.offered().filter(code=code).first() if code else None
    return {"equipement": request.GET.get("equipement", "")[:12], "category": category and category.pk}


def _file(request, filled: OfflineForm) -> Report:
    signed, data = request.user.is_authenticated, filled.cleaned_data
    made_at, now = data["made_at"], timezone.now()
    return create_report(
        actor=request.user,
        category=data["category"],
        location=data["location"],
        commune=filled.place.commune,
        precision=data["precision"],
        address=data["address"],
        address_is_known=data["is_known"],
        description=data["description"],
        answers=filled.answers,
        photos=data["photos"],
        asset=filled.asset,
        is_private=data["is_private"],
        client_uuid=data["client_uuid"],
        made_at=made_at if made_at and now - OLDEST < made_at <= now else None,
        requester=request.user if signed else None,
        contact_name="" if signed else data["contact_name"],
        contact_email="" if signed else data["contact_email"],
        contact_phone="" if signed else data["contact_phone"],
        keeps_warnings=True,
        asks=False,
    ).report
