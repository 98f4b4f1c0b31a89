"""« Mes avis », « Mes préférences », and the letter box of a demonstration."""

import json

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import actions
from beffroi.kernel.forms import LetterFilter, PreferencesForm
from beffroi.kernel.models import Delivery
from beffroi.kernel.notices import mailbox, push, sms, verified_phone

PER_PAGE = 20


def _mine(user):
    return Delivery.objects.filter(user=user, channel=Delivery.Channel.INAPP)


@never_cache
@require_safe
def inbox(request):
    """What I was told, the last first."""
    unread = "non-lus" in request.GET
    notices = _mine(request.user).order_by("-created_at", "pk")
    page = Paginator(notices.filter(read_at=None) if unread else notices, PER_PAGE).get_page(request.GET.get("page"))
    waiting = _mine(request.user).filter(read_at=None).count()
    tabs = [("Tous", "?"), ("Non lus", "?non-lus", waiting)]
    return render(request, "kernel/inbox.html", {"page_obj": page, "unread": unread, "waiting": waiting, "tabs": tabs})


@never_cache
@require_safe
def open_notice(request, pk):
    """Mark a notice read, then on to what it is about; stays here when it leads nowhere on this site."""
    notice = get_object_or_404(_mine(request.user), pk=pk)
    actions.mark_read(request.user, notice.pk)
    host = {request.get_host(), settings.SITE_URL.partition("//")[2]}
    if notice.url and url_has_allowed_host_and_scheme(notice.url, host):
        return HttpResponseRedirect(notice.url.removeprefix(settings.SITE_URL) or "/")
    return HttpResponseRedirect(reverse("kernel:inbox"))


@require_POST
def read_all(request):
    actions.mark_read(request.user)
    messages.success(request, "Tous vos avis sont marqués comme lus.")
    return HttpResponseRedirect(reverse("kernel:inbox"))


@require_POST
def read_one(request, pk):
    actions.mark_read(request.user, pk)
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("kernel:inbox"))


@never_cache
def preferences(request):
    """By which channel I am told of what, and when I am left in peace."""
    devices = list(request.user.push_subscriptions.order_by("-created_at"))
    phone = verified_phone(request.user) if sms.is_available() else ""
    channels = ["email", *(["push"] if devices else []), *(["sms"] if phone else [])]
    form = PreferencesForm(request.POST or None, user=request.user, channels=channels)
    if request.method == "POST" and form.is_valid():
        quiet = (form.cleaned_data["quiet_start"], form.cleaned_data["quiet_end"])
        actions.save_preferences(request.user, channels=form.chosen(), quiet=quiet)
        messages.success(request, "Vos préférences sont enregistrées.")
        return HttpResponseRedirect(reverse("kernel:preferences"))
    context = {
        "form": form,
        "devices": devices,
        "phone": phone,
        "sms_available": sms.is_available(),
        "push_key": push.public_key(),
    }
    return render(request, "kernel/preferences.html", context)


@require_POST
def add_device(request):
    """The browser accepted: `subscription` is what its push manager gave, as JSON."""
    try:
        given = json.loads(request.POST.get("subscription", ""))
        endpoint, keys = str(given["endpoint"]), given["keys"]
        p256dh, auth = str(keys["p256dh"]), str(keys["auth"])
    except (ValueError, KeyError, TypeError):
        return HttpResponseBadRequest("subscription")
    label = request.POST.get("label", "").strip() or "Appareil"
    try:
        actions.add_device(request.user, endpoint=endpoint, p256dh=p256dh, auth=auth, label=label)
    except actions.DeviceRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Cet appareil recevra vos notifications.")
    return HttpResponseRedirect(reverse("kernel:preferences"))


@require_POST
def remove_device(request, pk):
    if actions.remove_device(request.user, pk):
        messages.success(request, "Cet appareil ne recevra plus de notification.")
    return HttpResponseRedirect(reverse("kernel:preferences"))


@login_not_required
@never_cache
@require_safe
def demo_letters(request, name=""):
    """The e-mails and SMS of a demonstration, that never left. Exists in a demonstration only."""
    if not settings.DEMO:
        raise Http404("demonstration")
    if name:
        letter = mailbox.letter(name)
        if letter is None:
            raise Http404("letter")
        return render(request, "kernel/demo_letter.html", {"letter": letter})
    wanted = request.GET.get("a", "").strip().lower()
    found = mailbox.letters()
    addresses = sorted({address for letter in found for address in letter.to})
    if wanted:
        found = [letter for letter in found if wanted in {address.lower() for address in letter.to}]
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "filters": LetterFilter(request.GET, addresses=addresses)}
    return render(request, "kernel/demo_letters.html", context)
