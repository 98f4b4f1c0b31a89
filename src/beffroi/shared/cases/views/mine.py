"""« Mes demandes »: those of the account, and those made for somebody else."""

from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from beffroi.kernel import pdf
from beffroi.shared.cases import actions, receipt
from beffroi.shared.cases.forms import MessageForm
from beffroi.shared.cases.models import Case, Follower
from beffroi.shared.cases.views.public_page import page_context, say, whole

PAGE = 20
STATES = {"": "Toutes", "en-cours": "En cours", "terminees": "Terminées"}


def _case(request, reference) -> Case:
    found = get_object_or_404(Case.objects.mine(request.user), reference=reference.upper())
    return whole(found)


@never_cache
@require_safe
def mine(request):
    state = request.GET.get("etat", "")
    cases = Case.objects.mine(request.user).select_related("organisation", "person", "requester")
    if state in ("en-cours", "terminees"):
        cases = cases.filter(closed_at__isnull=state == "en-cours")
    page = Paginator(cases.order_by(F("closed_at").desc(nulls_first=True), "-created_at"), PAGE).get_page(
        request.GET.get("page")
    )
    followed = Follower.objects.filter(user=request.user).select_related("case__commune").order_by("-created_at")
    followed = followed.defer("case__commune__outline")
    context = {
        "page": page,
        "state": state,
        "tabs": [(label, f"{request.path}?etat={code}" if code else request.path) for code, label in STATES.items()],
        "followed": followed[:PAGE] if page.number == 1 and not state else [],
    }
    return render(request, "cases/mine.html", context)


def _page(request, case, form=None):
    if case.requester_id == request.user.pk or (case.person_id and case.person.user_id == request.user.pk):
        actions.mark_seen(case)
    return render(request, "cases/mine_case.html", page_context(request, case, form=form, signed=False))


@never_cache
@require_safe
def mine_case(request, reference):
    return _page(request, _case(request, reference))


@never_cache
@require_POST
def write(request, reference):
    """Answer the question that was asked, or add something; a helper's name stands beside what they write."""
    case = _case(request, reference)
    form = MessageForm(request.POST, request.FILES, actor=request.user)
    helper = case.requester_id != request.user.pk and not (case.person_id and case.person.user_id == request.user.pk)
    label = f"{request.user}, pour {case.for_whom or 'le demandeur'}"[:120] if helper else ""
    if form.is_valid() and say(request, case, form, author_label=label):
        return HttpResponseRedirect(case.account_url())
    return _page(request, case, form=form)


@never_cache
@require_safe
def receipt_file(request, reference):
    """The proof that the request was received."""
    case = _case(request, reference)
    mine = case.requester_id == request.user.pk
    link = request.build_absolute_uri(case.account_url() if mine else case.tracking_url())
    return pdf.response(f"recepisse-{case.reference}", receipt.render(case, link), inline=False)
