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


def missing(parts: QuerySet[Part]) -> QuerySet[Part]:
    """Those of `parts` that must be ordered, each with `.held` (in every place) and `.coming` (on a purchase)."""
    levels = Level.objects.filter(part=OuterRef("pk"))
    lines = PurchaseLine.objects.filter(part=OuterRef("pk"), purchase__status__in=COMING, quantity__gt=F("received"))
    held, coming = _sum(levels, F("quantity")), _sum(lines, F("quantity") - F("received"))
    return parts.filter(is_active=True).annotate(held=held, coming=coming).filter(minimum__gte=F("held") + F("coming"))


def wanted(part: Part) -> Decimal:
    """How much to order: enough to hold twice the threshold, one at least."""
    return max(2 * part.minimum - part.held - part.coming, Decimal(1))


def supplier_of(purchase: Purchase, lines=None) -> Organisation | None:
    """The body that a purchase is for: that of its parts when they have one only, else the company of that name."""
    lines = purchase.lines.select_related("part__supplier") if lines is None else lines
    known = {line.part.supplier for line in lines if line.part.supplier_id}
    if len(known) == 1:
        return known.pop()
    return Organisation.objects.filter(kind="company", is_active=True, name__iexact=purchase.supplier).first()
