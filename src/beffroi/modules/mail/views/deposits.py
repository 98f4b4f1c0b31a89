"""Lists of deposit of registered letters."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import pdf
from beffroi.kernel.access import permission_required
from beffroi.modules.mail import actions, paper, rights
from beffroi.modules.mail.models import Deposit, Dispatch
from beffroi.modules.mail.views.common import crumbs

TRAIL = ("Bordereaux de dépôt", "/bureau/courrier/bordereaux/")
A_PAGE = 30


@never_cache
@require_safe
@permission_required(rights.SEND)
def index(request):
    """The registered letters that wait for a list, body by body, then the lists."""
    waiting = Q(letters__dispatches__mode=Dispatch.Mode.REGISTERED, letters__dispatches__deposit=None)
    bodies = rights.bodies_where(request.user, rights.SEND).annotate(waiting=Count("letters", filter=waiting))
    found = Deposit.objects.visible_to(request.user).select_related("organisation")
    page = Paginator(found.annotate(total=Count("dispatches")).order_by("-day", "-rank", "pk"), A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {"bodies": bodies.filter(waiting__gt=0), "page": page, "breadcrumbs": crumbs((TRAIL[0], ""))}
    return render(request, "mail/deposits.html", context)


@never_cache
@require_POST
@permission_required(rights.SEND)
def new(request, slug):
    """Put on a list all that waits."""
    body = get_object_or_404(rights.bodies_where(request.user, rights.SEND), slug=slug)
    try:
        deposit = actions.deposit_registered(body, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return HttpResponseRedirect(reverse("mail:deposits"))
    messages.success(request, "Le bordereau est fait : imprimez-le et déposez-le avec les plis.")
    return HttpResponseRedirect(deposit.get_absolute_url())


@never_cache
@require_safe
@permission_required(rights.SEND)
def show(request, pk):
    """A list, with what became of each letter."""
    deposit = get_object_or_404(Deposit.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    sent = deposit.dispatches.select_related("letter__register", "letter__correspondent__merged_into")
    context = {"deposit": deposit, "sent": sent.order_by("number"), "breadcrumbs": crumbs(TRAIL, (str(deposit), ""))}
    return render(request, "mail/deposit.html", context)


@never_cache
@require_safe
@permission_required(rights.SEND)
def printed(request, pk):
    """The list as the post office stamps it."""
    deposit = get_object_or_404(Deposit.objects.visible_to(request.user).select_related("organisation"), pk=pk)
    return pdf.response(f"bordereau-{deposit.day:%Y-%m-%d}-{deposit.rank}", paper.deposit_list(deposit))
