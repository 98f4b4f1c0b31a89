"""What payers have really paid, in a calendar year, to have a child of less than six looked after.

Source: CGI, art. 200 quater B; BOI-IR-RICI-300. Only what was paid in the year counts, whenever the days were; neither
meals, nor charged absences, nor surcharges. Children are under six on 1 January: those born in the sixth year before,
or later. What was paid by prefunded vouchers is said apart, because the employer's share of them is an aid that the
family takes away. Amounts in cents.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum

from beffroi.shared.billing import sources
from beffroi.shared.billing.models import Allocation, InvoiceLine, Method, Payment, Regie
from beffroi.shared.billing.money import rounded
from beffroi.shared.people.models import Person

SIX = 6
VOUCHERS = (Method.CESU, Method.ANCV)


@dataclass
class ChildCare:
    """What was paid in the year for one child; `vouchers` = the part of `paid` that came as CESU or ANCV."""

    name: str
    born: date
    paid: int = 0
    vouchers: int = 0


@dataclass
class Certificate:
    """What a payer has paid to one régie in a year, child by child."""

    regie: Regie
    payer: Person
    year: int
    children: list[ChildCare] = field(default_factory=list)

    @property
    def paid(self) -> int:
        return sum(child.paid for child in self.children)

    @property
    def vouchers(self) -> int:
        return sum(child.vouchers for child in self.children)


def is_young(born: date, year: int) -> bool:
    """Under six on 1 January of that year; who turns six that very day is counted, as the tax form does."""
    return born.year >= year - SIX


def _paid(year: int, **filters):
    """[(payer, régie, invoice, its total, cents, cents by vouchers)] of the money of a year that settled invoices."""
    rows = Allocation.objects.filter(payment__day__year=year, payment__payer__isnull=False, **filters)
    rows = rows.filter(invoice__in=InvoiceLine.objects.filter(care__gt=0).values("invoice"))
    return (
        rows.order_by()
        .values_list("payment__payer", "invoice__regie", "invoice", "invoice__total")
        .annotate(paid=Sum("amount"), vouchers=Sum("amount", filter=Q(payment__method__in=VOUCHERS), default=0))
    )


def certificates(year: int, *, regie: Regie | None = None, payers: Iterable[Person] | None = None) -> list[Certificate]:
    """The certificates of a year, in a fixed number of queries, by name of the payer; who paid nothing has none."""
    filters: dict = {"invoice__regie": regie} if regie is not None else {}
    if payers is not None:
        filters["payment__payer__in"] = payers
    rows = list(_paid(year, **filters))
    lines: dict[int, list[tuple[str, int]]] = defaultdict(list)
    held = InvoiceLine.objects.filter(invoice__in={row[2] for row in rows}).exclude(care=0).exclude(beneficiary="")
    for invoice, key, care in held.values_list("invoice", "beneficiary", "care"):
        lines[invoice].append((key, care))
    people = sources.people({key for found in lines.values() for key, _care in found})
    sums: dict[tuple[int, int], dict[str, ChildCare]] = defaultdict(dict)
    for payer, held_by, invoice, total, paid, vouchers in rows:
        for key, care in lines[invoice]:
            child = people.get(key)
            if child is None or total <= 0 or not is_young(child.born, year):
                continue
            kept = sums[payer, held_by].setdefault(key, ChildCare(child.name, child.born))
            kept.paid += rounded(Decimal(paid * care) / total) if paid != total else care
            kept.vouchers += rounded(Decimal(vouchers * care) / total) if vouchers != total else care
    regies = Regie.objects.select_related("organisation").in_bulk({held_by for _payer, held_by in sums})
    persons = Person.objects.in_bulk({payer for payer, _held_by in sums})
    found = [
        Certificate(
            regies[held_by],
            persons[payer],
            year,
            sorted((one for one in children.values() if one.paid > 0), key=lambda one: (one.born, one.name)),
        )
        for (payer, held_by), children in sums.items()
    ]
    found = [one for one in found if one.paid > 0]
    return sorted(found, key=lambda one: (one.payer.last_name, one.payer.first_name, one.payer.pk, one.regie.name))


def years_by_regie(regies: Iterable[Regie]) -> dict[int, list[int]]:
    """{régie: the years in which it was paid for looking after children, the last one first}, in one query."""
    rows = Allocation.objects.filter(invoice__regie__in=regies, payment__isnull=False, invoice__lines__care__gt=0)
    found: dict[int, list[int]] = {}
    for regie, year in sorted(rows.order_by().values_list("invoice__regie", "payment__day__year").distinct()):
        found.setdefault(regie, []).insert(0, year)
    return found


def years_of(user) -> dict[int, bool]:
    """{year: was childcare paid?} of the years in which this account's owner paid something, the last one first."""
    paid = Payment.objects.filter(payer__user=user, kind=Payment.Kind.PAYMENT)
    care = Allocation.objects.filter(payment=OuterRef("pk"), invoice__lines__care__gt=0)
    found: dict[int, bool] = {}
    for year, has_care in paid.order_by("-day__year").values_list("day__year", Exists(care)).distinct():
        found[year] = found.get(year, False) or has_care
    return found
