"""The European list of trust, as it is kept here."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from procrastinate.exceptions import AlreadyEnqueued

from beffroi.kernel import jobs
from beffroi.kernel.access import permission_required
from beffroi.shared.signing import access
from beffroi.shared.signing.models import TrustedList
from beffroi.shared.signing.views.common import crumbs
from beffroi.shared.signing.views.setting import SETTINGS


@never_cache
@require_safe
@permission_required(access.MANAGE)
def index(request):
    """Each list: when it was read, until when it is worth something, what was missing."""
    lists = TrustedList.objects.annotate(count=Count("services"))
    context = {
        "general": next((one for one in lists if one.territory == TrustedList.ALL), None),
        "lists": [one for one in lists if one.territory != TrustedList.ALL],
        "is_read": bool(settings.TRUST_LIST),
        "may_refresh": _may_refresh(request.user),
        "breadcrumbs": crumbs(SETTINGS, ("Liste de confiance", "")),
    }
    return render(request, "signing/trusted.html", context)


def _may_refresh(user) -> bool:
    """Whoever manages the sign-book of the body that runs this installation."""
    return access.bodies_where(user, access.MANAGE).filter(is_operator=True).exists()


@never_cache
@require_POST
@permission_required(access.MANAGE)
def refresh(request):
    """Have the lists read now, by a job."""
    if not (settings.TRUST_LIST and _may_refresh(request.user)):
        raise PermissionDenied(access.MANAGE)
    try:
        jobs.defer("signing.refresh_lists")
    except AlreadyEnqueued:
        messages.info(request, "La lecture est déjà demandée.")
    else:
        messages.success(request, "La lecture est demandée : elle prend quelques minutes.")
    return HttpResponseRedirect(reverse("signing:trusted"))
