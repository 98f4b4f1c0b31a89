"""The messages that leave, for those who look after the platform: what waits, what was refused, what to send again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import access, actions
from beffroi.kernel.forms import DeliveryFilter
from beffroi.kernel.models import Delivery

PER_PAGE = 50
OPERATE = "kernel.operate"
State = Delivery.State
TONES = {"waiting": "waiting", "sending": "progress", "sent": "done", "refused": "late", "uncertain": "late"}


def masked(delivery: Delivery) -> str:
    """Enough to recognise an address that one knows, not to learn one."""
    name, at, domain = delivery.address.partition("@")
    if at:
        return f"{name[:1]}…@{domain}"
    return f"…{delivery.address[-2:]}" if delivery.address else ""


@never_cache
@require_safe
@access.permission_required(OPERATE)
def outbox(request):
    """Every message except those that are only read in « Mes avis »."""
    form = DeliveryFilter(request.GET)
    form.is_valid()
    deliveries = Delivery.objects.exclude(channel=Delivery.Channel.INAPP)
    counts = dict(
        deliveries.exclude(state=State.SENT).values_list("state").annotate(count=Count("pk")).order_by("state")
    )
    if state := form.cleaned_data.get("etat"):
        deliveries = deliveries.filter(state=state)
    if channel := form.cleaned_data.get("canal"):
        deliveries = deliveries.filter(channel=channel)
    deliveries = deliveries.defer("body").order_by("-created_at", "pk")
    page = Paginator(deliveries, PER_PAGE).get_page(request.GET.get("page"))
    lines = [{"delivery": one, "address": masked(one), "tone": TONES[one.state]} for one in page]
    context = {"filters": form, "page_obj": page, "lines": lines, "counts": counts}
    return render(request, "kernel/outbox.html", context)


@require_POST
@access.permission_required(OPERATE)
def resend(request):
    """Put the chosen messages back in the queue."""
    count = actions.resend([pk for pk in request.POST.getlist("choix") if _is_uuid(pk)], actor=request.user)
    if count:
        word = "message repart" if count == 1 else "messages repartent"
        messages.success(request, f"{count} {word}.")
    else:
        messages.info(request, "Aucun message à renvoyer : ceux qui sont partis ne repartent pas.")
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(back, {request.get_host()})
    return HttpResponseRedirect(back if safe else reverse("kernel:outbox"))


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and all(character in "0123456789abcdef-" for character in text)
