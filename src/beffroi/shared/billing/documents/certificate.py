"""What a payer has really paid in a year, child by child, meals and all; `care` makes that of the tax return."""

from collections.abc import Iterable

from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.shared.billing.documents.till import TEMPLATE
from beffroi.shared.billing.models import Allocation, Payment
from beffroi.shared.billing.money import words

NOTE = (
    "Sommes réellement payées dans l’année, repas et pénalités compris, remboursements et rejets déduits. Pour la "
    "déclaration de revenus, demandez l’attestation de frais de garde : elle ne compte que ce qui ouvre droit au "
    "crédit d’impôt."
)


def split(amount: int, parts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Share cents between subjects in proportion of what each cost; what rounding leaves goes to the greatest."""
    sums: dict[str, int] = {}
    for subject, cost in parts:
        sums[subject] = sums.get(subject, 0) + cost
    total = sum(sums.values())
    if total <= 0:
        return {"": amount}
    if amount < 0:
        return {subject: -part for subject, part in split(-amount, sums.items()).items()}
    found = {subject: amount * cost // total for subject, cost in sums.items()}
    found[max(sums, key=lambda subject: sums[subject])] += amount - sum(found.values())
    return found


def paid(payer, year: int) -> dict[tuple[str, str], int]:
    """{(régie, subject): cents} of the payments received in a year that settle invoices."""
    rows = Allocation.objects.filter(payment__payer=payer, payment__day__year=year)
    found: dict[tuple[str, str], int] = {}
    for one in rows.select_related("payment__regie", "invoice").prefetch_related("invoice__lines"):
        parts = [(line.subject, line.amount) for line in one.invoice.lines.all()]
        for subject, amount in split(one.amount, parts).items():
            key = (one.payment.regie.name, subject)
            found[key] = found.get(key, 0) + amount
    return {key: amount for key, amount in sorted(found.items()) if amount > 0}


def years(payer) -> list[int]:
    """The years, complete or under way, in which something was paid, the last one first."""
    days = Payment.objects.filter(payer=payer, kind=Payment.Kind.PAYMENT).order_by().values_list("day__year", flat=True)
    return sorted(set(days.distinct()), reverse=True)


def render(payer, year: int, organisation) -> bytes:
    """The certificate of a year. Its date is that of the request: a year under way grows."""
    sums = paid(payer, year)
    now = timezone.localtime()
    data = {
        "title": f"Attestation des sommes payées en {year}",
        "body": organisation.name,
        "regie": "Régies de recettes",
        "siret": organisation.siret,
        "facts": [["Payées par", str(payer)], ["Année", str(year)], ["Établie le", f"{now:%d/%m/%Y}"]],
        "heads": ["Service", "Pour", "Payé"],
        "rows": [[regie, subject or "—", words(amount)] for (regie, subject), amount in sums.items()],
        "total": words(sum(sums.values())),
        "note": NOTE,
        "signature": "Le régisseur",
    }
    return pdf.render(TEMPLATE, data, at=now)
