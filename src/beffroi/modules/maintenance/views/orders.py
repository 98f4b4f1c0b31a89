"""`/bureau/travaux/`: the list of the orders, filtered, sorted, exported."""

from django.db.models import Count
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import access, sheets
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance.access import MANAGE, VIEW
from beffroi.modules.maintenance.forms import FilterForm
from beffroi.modules.maintenance.listing import COLUMNS, ORDERS, PILES, filtered, rule_of, shown
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.views.common import desk
from beffroi.shared.cases.kept_lists import KeyPaginator, in_order, offered

PAGE = 30
EXPORT_LIMIT = 20_000


def selection(request):
    """(form, orders) of an address."""
    form = FilterForm(request.GET, user=request.user)
    form.is_valid()
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    return form, filtered(request.GET, wanted, Order.objects.visible_to(request.user))


def _tabs(request) -> list[tuple]:
    counted = Order.objects.visible_to(request.user).aggregate(
        **{f"n{rank}": Count("pk", filter=rule_of(code)) for rank, (code, _label, _r) in enumerate(PILES[:4])}
    )
    tabs = []
    for rank, (code, label, _q) in enumerate(PILES):
        kept = request.GET.copy()
        for name in ("vue", "page"):
            kept.pop(name, None)
        if code:
            kept["vue"] = code
        tabs.append((label, f"{request.path}?{kept.urlencode()}" if kept else request.path, counted.get(f"n{rank}")))
    return tabs


@desk
@require_safe
@permission_required(VIEW)
def order_list(request):
    form, orders = selection(request)
    page = KeyPaginator(orders, PAGE).get_page(request.GET.get("page"))
    page.object_list = in_order(shown(Order.objects.all()), page.object_list)
    kept = request.GET.copy()
    kept.pop("page", None)
    query = kept.urlencode()
    context = {
        "form": form,
        "kept": ORDERS,
        "saved": offered(request.user, ORDERS),
        "query": query,
        "columns": ORDERS.chosen(form.cleaned_data.get("colonnes")),
        "page": page,
        "tabs": _tabs(request),
        "exports": [
            (label, f"{reverse('maintenance:export', args=[kind])}?{query}") for kind, label in sheets.LABELS.items()
        ],
        "may_open": access.can(request.user, MANAGE),
        "filtered": any(value for name, value in form.cleaned_data.items() if name != "colonnes"),
        "breadcrumbs": [("Bureau", "/bureau/"), ("Travaux", "")],
    }
    return render(request, "maintenance/orders.html", context)


@desk
@require_safe
@permission_required(VIEW)
def export(request, kind):
    """The filtered list as a table, with every column."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, orders = selection(request)
    rows = ([order.reference, *(column.value(order) for column in COLUMNS)] for order in shown(orders)[:EXPORT_LIMIT])
    headers = ["Référence", *(column.label for column in COLUMNS)]
    sheet = sheets.Sheet(title="Travaux", headers=headers, rows=rows, widths=[16, *(one.width for one in COLUMNS)])
    return sheets.response(kind, f"travaux-{timezone.localdate():%Y-%m-%d}", [sheet])
