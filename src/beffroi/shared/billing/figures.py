"""What the billing counts: the menu of the payer, the tiles of the desk, the indicators, the published table."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone

from beffroi.kernel.modules import Dataset, DatasetField, Indicator
from beffroi.shared.billing import collecting, rates, sources
from beffroi.shared.billing.access import COLLECT, INVOICE
from beffroi.shared.billing.models import Invoice, InvoiceLine, Payment, RefundRequest, Regie
from beffroi.shared.billing.money import euros, rounded

LEAST_PEOPLE = 5


def to_pay(user) -> int:
    """How many invoices the person still has to pay."""
    return Invoice.objects.of_payer(user).unpaid().count()


def late(user):
    """Invoices past their date, in the régies that the person consults."""
    return Invoice.objects.visible_to(user).late()


def refunds(user):
    """What payers ask back of their advances, in the régies where the person collects."""
    return RefundRequest.objects.visible_to(user, COLLECT).waiting()


def overcharges(user) -> list[sources.Overcharge]:
    """The credit notes to make, in the régies where the person invoices, the oldest invoice first."""
    return sources.overcharges(list(Regie.objects.visible_to(user, INVOICE).active()))


def to_give_back(user) -> int:
    """How many invoices have something to be given back."""
    return len(overcharges(user))


def letters(user):
    """Letters of reminder that wait to be printed, in the régies that the person consults."""
    return collecting.waiting_letters().filter(invoice__in=Invoice.objects.visible_to(user))


def _sum(rows, what) -> int:
    return rows.aggregate(total=Sum(what))["total"] or 0


def invoiced(since, until) -> Decimal:
    """What was invoiced in the period, credit notes taken away, in euros."""
    return euros(_sum(Invoice.objects.filter(issued_on__gte=since, issued_on__lte=until), "total"))


def unpaid_share(since, until) -> Decimal | None:
    """Of what was to be paid in the period, the part that is still due, in percent; None when nothing was."""
    rows = Invoice.objects.filter(kind="invoice", due_on__gte=since, due_on__lte=until)
    sums = rows.aggregate(total=Sum("total"), paid=Sum("paid"))
    if not sums["total"]:
        return None
    return (Decimal(sums["total"] - sums["paid"]) * 100 / sums["total"]).quantize(Decimal("0.1"))


def online_share(since, until) -> Decimal | None:
    """Of what was paid in the period, the part paid online, in percent."""
    rows = Payment.objects.filter(kind="payment", day__gte=since, day__lte=until)
    sums = rows.aggregate(total=Sum("amount"), online=Sum("amount", filter=Q(method="payfip")))
    if not sums["total"]:
        return None
    return (Decimal(sums["online"] or 0) * 100 / sums["total"]).quantize(Decimal("0.1"))


AGES = ((0, 0, "non échu"), (1, 30, "1 à 30 jours"), (31, 90, "31 à 90 jours"), (91, None, "plus de 90 jours"))


def by_age(invoices, day=None) -> list[tuple[str, int, int]]:
    """(age, how many, what is due in cents) of unpaid invoices: one query."""
    day = day or timezone.localdate()
    found = {label: [0, 0] for _low, _high, label in AGES}
    for due_on, due in invoices.unpaid().values_list("due_on", F("total") - F("paid")):
        late_days = (day - due_on).days
        label = next(said for low, high, said in AGES if high is None or late_days <= high)
        found[label][0] += 1
        found[label][1] += due
    return [(label, *found[label]) for _low, _high, label in AGES]


@dataclass
class Cost:
    """What one service brought in and cost, in cents; `quantity` = units invoiced, `cost` 0 = not known."""

    label: str
    quantity: Decimal
    amount: int
    cost: int

    @property
    def price(self) -> int:
        """The mean price that families paid for one unit."""
        return rounded(self.amount / self.quantity) if self.quantity else 0

    @property
    def share(self) -> Decimal | None:
        """The part of the cost that families bear, in percent; None when the cost is not known."""
        return Decimal(self.price * 100) / self.cost if self.cost else None


def costs(regies, since, until) -> list[Cost]:
    """Price and cost of each service invoiced in the period: one query. Penalties are left out."""
    lines = InvoiceLine.objects.filter(
        invoice__regie__in=regies, invoice__issued_on__range=(since, until), tariff__isnull=False
    ).exclude(label=rates.LATE)
    sums = lines.values("tariff__label", "tariff__cost").annotate(
        number=Sum("quantity", filter=~Q(label__startswith=rates.CAP), default=Decimal(0)), money=Sum("amount")
    )
    return [
        Cost(row["tariff__label"], row["number"], row["money"], row["tariff__cost"])
        for row in sums.order_by("tariff__label", "tariff__cost")
    ]


def rows() -> Iterator[dict]:
    """Month by month and régie by régie; a month with fewer than five payers is left out (nobody is recognised)."""
    months = (
        Invoice.objects.filter(kind="invoice")
        .annotate(month=TruncMonth("issued_on"))
        .values("month", "regie__name")
        .annotate(total=Sum("total"), paid=Sum("paid"))
        .order_by("month", "regie__name")
    )
    counts: dict = {}
    for month, name, payer in (
        Invoice.objects.filter(kind="invoice")
        .annotate(month=TruncMonth("issued_on"))
        .values_list("month", "regie__name", "payer_name")
        .distinct()
    ):
        counts.setdefault((month, name), set()).add(payer)
    for one in months:
        payers = len(counts.get((one["month"], one["regie__name"]), ()))
        if payers >= LEAST_PEOPLE:
            yield {
                "mois": f"{one['month']:%Y-%m}",
                "regie": one["regie__name"],
                "payeurs": payers,
                "facture": euros(one["total"]),
                "regle": euros(one["paid"]),
            }


DATASET = Dataset(
    code="facturation",
    title="Recettes des régies, par mois",
    description="Ce que les régies ont facturé et encaissé, par mois d’émission. Les mois de moins de cinq payeurs "
    "n’y sont pas.",
    fields=(
        DatasetField(name="mois", type="string", description="Mois d’émission", required=True, example="2026-10"),
        DatasetField(name="regie", type="string", description="Nom de la régie", required=True),
        DatasetField(name="payeurs", type="integer", description="Nombre de payeurs", required=True),
        DatasetField(name="facture", type="number", description="Total facturé, en euros", required=True),
        DatasetField(name="regle", type="number", description="Total réglé à ce jour, en euros", required=True),
    ),
    rows=rows,
    frequency="monthly",
    keywords=("régie", "recettes", "facturation"),
)

INDICATORS = [
    Indicator(
        code="billing.invoiced",
        label="Montant facturé",
        unit="€",
        value=invoiced,
        description="Total des factures émises dans la période, avoirs déduits.",
    ),
    Indicator(
        code="billing.unpaid",
        label="Part des impayés",
        unit="%",
        value=unpaid_share,
        description="Part encore due des factures à payer dans la période.",
        better="down",
    ),
    Indicator(
        code="billing.online",
        label="Part du paiement en ligne",
        unit="%",
        value=online_share,
        description="Part des sommes reçues dans la période qui l’ont été en ligne.",
    ),
]
