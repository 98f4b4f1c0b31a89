"""What everyone reads: the budgets, one budget, the grants."""

from decimal import Decimal

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import F, Sum
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from beffroi.modules.transparency import listing
from beffroi.modules.transparency.models import Budget, BudgetLine, Grant
from beffroi.modules.transparency.models.budget import totals

A_PAGE = 25
BUDGETS = "Budgets"


@login_not_required
@require_safe
def budgets(request):
    """The published budgets, filtered."""
    online = Budget.objects.online()
    filters = listing.BudgetFilters(request.GET, periods=listing.years(online, "year"))
    page = Paginator(filters.apply(online).select_related("organisation"), A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "transparency/budgets.html",
        {"filters": filters, "page_obj": page, "breadcrumbs": [(BUDGETS, "")]},
    )


def sections(budget: Budget) -> list[dict]:
    """The two sections of a budget: what is spent and received, chapter by chapter, in euros."""
    found = totals(budget.lines, budget.measure)
    chapters = budget.chapters()
    shown = []
    for section, label in BudgetLine.Section.choices:
        spent, received = (found.get((section, way), Decimal(0)) for way in BudgetLine.Way.values)
        rows = [row for row in chapters if row["section"] == section and (row["spent"] or row["received"])]
        bars = [(row["chapter_label"], float(row["spent"])) for row in rows if row["spent"]]
        bars = sorted(bars, key=lambda bar: -bar[1])[:12]
        shown.append({"label": label, "spent": spent, "received": received, "rows": rows, "bars": bars})
    return shown


@login_not_required
@require_safe
def budget(request, pk):
    """One budget in plain figures, with the way to all its lines."""
    found = get_object_or_404(Budget.objects.online().select_related("organisation"), pk=pk)
    context = {
        "budget": found,
        "sections": sections(found),
        "breadcrumbs": [(BUDGETS, reverse("transparency:public_budgets")), (capfirst(str(found)), "")],
    }
    return render(request, "transparency/budget.html", context)


@login_not_required
@require_safe
def grants(request):
    """The published grants, filtered, and what they make in all."""
    online = Grant.objects.online()
    filters = listing.GrantFilters(request.GET, periods=listing.grant_years(online))
    found = filters.apply(online)
    page = Paginator(
        listing.ordered(found, request.GET.get("tri", "")).select_related("organisation"), A_PAGE
    ).get_page(request.GET.get("page"))
    whole = found.order_by().aggregate(total=Sum(F("amount") * F("share")))["total"] or Decimal(0)
    context = {
        "filters": filters,
        "page_obj": page,
        "total": whole.quantize(Decimal("0.01")),
        "sort": "-convention",
        "breadcrumbs": [("Subventions", "")],
    }
    return render(request, "transparency/grants.html", context)
