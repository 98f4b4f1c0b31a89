"""What everyone reads: the acts, one act, the certificate of its publication."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from beffroi.kernel import pdf
from beffroi.modules.deliberations import certificate as certificates
from beffroi.modules.deliberations import listing
from beffroi.modules.deliberations.models import Act, Regime
from beffroi.modules.deliberations.workflow import State
from beffroi.shared.files.models import StoredFile

A_PAGE = 25


def get_online(slug: str, number: str) -> Act:
    acts = Act.objects.online().select_related("organisation")
    return get_object_or_404(acts, organisation__slug=slug, number=number.upper())


@login_not_required
@require_safe
def index(request):
    """The published acts, filtered."""
    form = listing.PublicFilters(request.GET)
    acts = listing.filtered(request.GET).select_related("organisation")
    order = listing.ORDERS.get(request.GET.get("tri", ""), listing.ORDERS["-publie"])
    page = Paginator(acts.order_by(*order), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": form,
        "page_obj": page,
        "query": f"?{query.urlencode()}" if query else "",
        "breadcrumbs": [("Actes", "")],
        "elsewhere": Regime.objects.exclude(mode="web").select_related("organisation").order_by("organisation__name"),
    }
    return render(request, "deliberations/list.html", context)


@login_not_required
@require_safe
def act(request, slug, number):
    """One act, with all that the law wants published beside it."""
    found = get_online(slug, number)
    if found.number != number:
        return HttpResponseRedirect(found.get_absolute_url())
    shown = [file for file in found.documents() if file.public]
    context = {
        "act": found,
        "document": next((file for file in shown if file.kind == "act"), None),
        "annexes": [file for file in shown if file.kind == "annex"],
        "withdrawn": found.state == State.WITHDRAWN,
        "breadcrumbs": [
            ("Actes", reverse("deliberations:list")),
            (found.organisation.name, f"{reverse('deliberations:list')}?collectivite={found.organisation.slug}"),
            (str(found), ""),
        ],
    }
    return render(request, "deliberations/act.html", context)


@login_not_required
@require_safe
def document(request, slug, number):
    """The address of the document of an act, that open data and other sites keep."""
    found = get_online(slug, number)
    file = StoredFile.objects.about(found).filter(kind="act", public=True).first()
    if file is None:
        raise Http404
    return HttpResponseRedirect(file.url)


@login_not_required
@require_safe
def certificate(request, slug, number):
    """The certificate of publication of a public act."""
    found = get_online(slug, number)
    return pdf.response(f"certificat-{found.number}", certificates.render(found))
