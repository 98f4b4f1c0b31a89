"""What must be ordered again: the parts whose stock, with what is already on its way, is at its threshold or under."""

from decimal import Decimal

from django.db.models import DecimalField, F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from beffroi.modules.maintenance.models import Level, Part, Purchase, PurchaseLine
from beffroi.shared.organisations.models import Organisation

QUANTITY = DecimalField(max_digits=12, decimal_places=2)
COMING = (Purchase.State.DRAFT, Purchase.State.ORDERED)


def _sum(rows: QuerySet, expression) -> Coalesce:
    summed = rows.order_by().values("part").annotate(total=Sum(expression, output_field=QUANTITY)).values("total")
    return Coalesce(Subquery(summed), Value(0, output_field=QUANTITY))


def coming(lines: QuerySet[PurchaseLine]) -> QuerySet[PurchaseLine]:
    """Those of `lines` of which something is still to come, or to be sent for."""
    return lines.filter(purchase__status__in=COMING, quantity__gt=F("received"))


def missing(parts: QuerySet[Part]) -> QuerySet[Part]:
    """Those of `parts` that must be ordered, each with `.held` (in every place) and `.coming` (on a purchase)."""
    levels = Level.objects.filter(part=OuterRef("pk"))
    lines = coming(PurchaseLine.objects.filter(part=OuterRef("pk")))
    held, ordered = _sum(levels, F("quantity")), _sum(lines, F("quantity") - F("received"))
    return parts.filter(is_active=True).annotate(held=held, coming=ordered).filter(minimum__gte=F("held") + F("coming"))


def wanted(part: Part) -> Decimal:
    """How much to order: enough to hold twice the threshold, one at least."""
    return max(2 * part.minimum - part.held - part.coming, Decimal(1))


def supplier_of(purchase: Purchase) -> Organisation | None:
    """The body that a purchase is for: that of the directory which was chosen, else the company of that name."""
    if purchase.company_id:
        return purchase.company
    return Organisation.objects.filter(kind="company", is_active=True, name__iexact=purchase.supplier).first()
