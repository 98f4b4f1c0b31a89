"""`/bureau/travaux/stock/fournisseurs/`: the companies of the directory, as those who keep the stock know them."""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import sheets
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance.access import VIEW
from beffroi.modules.maintenance.models import Part, Purchase
from beffroi.modules.maintenance.views.common import desk
from beffroi.modules.maintenance.views.upkeep import page_crumbs
from beffroi.shared.organisations.access import keeps_directory
from beffroi.shared.organisations.models import Organisation

PAGE = 30


def _count(rows, name: str) -> Coalesce:
    counted = rows.filter(**{name: OuterRef("pk")}).order_by().values(name).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _suppliers(request):
    """The companies in use, each with `.parts_kept` and `.under_way` (purchases to send or to receive) of my bodies."""
    under_way = Purchase.objects.visible_to(request.user).filter(
        status__in=(Purchase.State.DRAFT, Purchase.State.ORDERED)
    )
    found = Organisation.objects.filter(kind=Organisation.Kind.COMPANY, is_active=True).annotate(
        parts_kept=_count(Part.objects.visible_to(request.user).filter(is_active=True), "supplier"),
        under_way=_count(under_way, "company"),
    )
    typed = request.GET.get("q", "").strip()[:80]
    if typed:
        siret = "".join(typed.split())
        named = Q(name__unaccent__icontains=typed) | Q(city__unaccent__icontains=typed)
        found = found.filter(named | Q(siret__startswith=siret) if siret.isdecimal() else named)
    return typed, found.order_by("-parts_kept", "name", "pk")


@desk
@require_safe
@permission_required(VIEW)
def suppliers(request):
    typed, found = _suppliers(request)
    query = f"?{urlencode({'q': typed})}" if typed else ""
    context = {
        "page_obj": Paginator(found, PAGE).get_page(request.GET.get("page")),
        "typed": typed,
        "may_add": keeps_directory(request.user),
        "exports": [
            (label, f"{reverse('maintenance:suppliers_export', args=[kind])}{query}")
            for kind, label in sheets.LABELS.items()
        ],
        "breadcrumbs": page_crumbs(("Stock", reverse("maintenance:stock")), ("Fournisseurs", "")),
    }
    return render(request, "maintenance/suppliers.html", context)


@desk
@require_safe
@permission_required(VIEW)
def suppliers_export(request, kind):
    """The same list as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    rows = (
        [
            one.name,
            one.siret,
            one.address,
            one.postal_code,
            one.city,
            one.phone,
            one.email,
            one.parts_kept,
            one.under_way,
        ]
        for one in _suppliers(request)[1]
    )
    headers = [
        "Fournisseur",
        "SIRET",
        "Adresse",
        "Code postal",
        "Ville",
        "Téléphone",
        "Courriel",
        "Pièces suivies",
        "Bons en cours",
    ]
    sheet = sheets.Sheet(title="Fournisseurs", headers=headers, rows=rows, widths=[36, 16, 32, 12, 20, 16, 30, 14, 14])
    return sheets.response(kind, f"fournisseurs-{timezone.localdate():%Y-%m-%d}", [sheet])
