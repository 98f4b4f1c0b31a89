"""`/bureau/travaux/`: the list of the orders, filtered, sorted, exported."""

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from beffroi.kernel import access, sheets
from beffroi.kernel.access import permission_required
from beffroi.modules.maintenance.access import MANAGE, VIEW
from beffroi.modules.maintenance.forms import FilterForm
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.views.common import desk
from beffroi.modules.maintenance.workflow import FINISHED, OrderState

PAGE = 30
EXPORT_LIMIT = 20_000
SORTS = {
    "reference": "reference",
    "title": "title",
    "due": "due_on",
    "planned": "planned_start",
    "commune": "commune__name",
}
PILES = (
    ("", "En cours", ~Q(state__in=FINISHED)),
    ("planifier", "À planifier", Q(state=OrderState.OPEN)),
    ("retard", "En retard", None),
    ("verifier", "À vérifier", Q(disputed_at__isnull=False)),
    ("finis", "Finis", Q(state__in=FINISHED)),
)


def _late() -> Q:
    return ~Q(state__in=FINISHED) & Q(due_on__lt=timezone.localdate())


def _rule(code: str) -> Q:
    rules = {name: rule if rule is not None else _late() for name, _label, rule in PILES}
    return rules.get(code, rules[""])


def selection(request):
    """(form, orders) of an address."""
    form = FilterForm(request.GET, user=request.user)
    orders = Order.objects.visible_to(request.user).filter(_rule(request.GET.get("vue", "")))
    form.is_valid()
    wanted = {name: value for name, value in form.cleaned_data.items() if value}
    if typed := wanted.get("q", "").strip():
        orders = orders.filter(
            Q(reference__icontains=typed)
            | Q(title__unaccent__icontains=typed)
            | Q(address__unaccent__icontains=typed)
            | Q(asset__code__iexact=typed)
        )
    for name, field in (
        ("etat", "state"),
        ("nature", "nature"),
        ("commune", "commune__slug"),
        ("priorite", "priority"),
    ):
        if name in wanted:
            orders = orders.filter(**{field: wanted[name]})
    if team := wanted.get("equipe"):
        orders = orders.filter(team__isnull=True) if team == "aucune" else orders.filter(team=team)
    sort = request.GET.get("tri", "")
    key = SORTS.get(sort.removeprefix("-"))
    if key:
        order = F(key).desc(nulls_last=True) if sort.startswith("-") else F(key).asc(nulls_last=True)
        return form, orders.order_by(order, "-pk")
    return form, orders.order_by("-priority", F("due_on").asc(nulls_last=True), "-created_at")


def _tabs(request) -> list[tuple]:
    counted = Order.objects.visible_to(request.user).aggregate(
        **{f"n{rank}": Count("pk", filter=_rule(code)) for rank, (code, _label, _r) in enumerate(PILES[:4])}
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
    page = Paginator(orders.select_related("commune", "team", "asset"), PAGE).get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    exports = [
        (label, f"{reverse('maintenance:export', args=[kind])}?{kept.urlencode()}")
        for kind, label in sheets.LABELS.items()
    ]
    context = {
        "form": form,
        "page": page,
        "tabs": _tabs(request),
        "exports": exports,
        "may_open": access.can(request.user, MANAGE),
        "filtered": any(form.cleaned_data.values()),
        "breadcrumbs": [("Bureau", "/bureau/"), ("Travaux", "")],
    }
    return render(request, "maintenance/orders.html", context)


@desk
@require_safe
@permission_required(VIEW)
def export(request, kind):
    """The filtered list as a table."""
    if kind not in sheets.TYPES:
        raise Http404(kind)
    _form, orders = selection(request)
    rows = (
        [
            order.reference,
            order.title,
            order.get_nature_display(),
            order.get_priority_display(),
            order.get_state_display(),
            str(order.team or ""),
            str(order.commune or ""),
            order.address,
            order.asset.code if order.asset else "",
            order.due_on,
            order.planned_start,
            order.started_at,
            order.finished_at,
        ]
        for order in orders.select_related("commune", "team", "asset")[:EXPORT_LIMIT]
    )
    headers = [
        "Référence", "Travail", "Nature", "Priorité", "État", "Équipe", "Commune", "Adresse", "Équipement",
        "À faire avant le", "Prévu le", "Commencé le", "Terminé le",
    ]  # fmt: skip
    sheet = sheets.Sheet(title="Travaux", headers=headers, rows=rows, widths=[16, 40, 18, 10, 12, 16, 18, 30, 14])
    return sheets.response(kind, f"travaux-{timezone.localdate():%Y-%m-%d}", [sheet])
