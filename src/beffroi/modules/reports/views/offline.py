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
from beffroi.modules.reports.models import Report
from beffroi.modules.reports.views.filing import thank
from beffroi.shared.files.refusals import Refused

OLDEST = timedelta(days=60)


@login_not_required
@cache_control(private=True)
def offline(request):
    """Fill in, or send: a draft that was already received leads to the same thanks."""
    filled = OfflineForm(request.POST, request.FILES) if request.method == "POST" else OfflineForm()
    status = 200
    if filled.is_valid():
        data = filled.cleaned_data
        known = Report.objects.filter(client_uuid=data["client_uuid"]).first() if data["client_uuid"] else None
        try:
            if known is None:
                count_filing(request)
            return thank(request, known or _file(request, data, filled.place))
        except limits.TooMany:
            filled.add_error(None, f"{WAIT} Réessayez plus tard.")
            status = 429
        except (ValidationError, Refused) as refusal:
            filled.add_error(None, ValidationError(getattr(refusal, "messages", [str(refusal)])))
    crumbs = [("Signalements", reverse("reports:list")), ("Sans réseau", "")]
    return render(request, "reports/new/offline.html", {"form": filled, "breadcrumbs": crumbs}, status=status)


def _file(request, data, place) -> Report:
    signed = request.user.is_authenticated
    made_at, now = data["made_at"], timezone.now()
    return create_report(
        actor=request.user,
        category=data["category"],
        location=data["location"],
        commune=place.commune,
        precision=data["precision"],
        address=data["address"],
        address_is_known=data["is_known"],
        description=data["description"],
        photos=data["photos"],
        client_uuid=data["client_uuid"],
        made_at=made_at if made_at and now - OLDEST < made_at <= now else None,
        requester=request.user if signed else None,
        contact_email="" if signed else data["contact_email"],
        keeps_warnings=True,
        asks=False,
    ).report
