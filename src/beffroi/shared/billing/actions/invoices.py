"""Issuing invoices and credit notes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.billing import deducting, rates
from beffroi.shared.billing.actions.advances import settle_from_advances
from beffroi.shared.billing.actions.ledger import Draft, post, post_many
from beffroi.shared.billing.models import (
    Account,
    Allocation,
    Counter,
    Invoice,
    InvoiceLine,
    Payment,
    Posting,
    Regie,
    Run,
)
from beffroi.shared.billing.money import words
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people.models import Person

INVOICE = Posting.Kind.INVOICE


@dataclass
class Bill:
    """What becomes one invoice: who pays, for what, and the key that its module knows it by.

    `source` never comes twice in a régie: "childcare:2026-10:home:45". `lines` come from the rate engine, one per use
    or already gathered. `anomalies` = what an agent should look at before it leaves, in words; `blocked` = it must not.
    `deducts` = the source of the down payments that lower it ("childcare"); empty = none does.
    """

    payer: Person | Organisation
    lines: Sequence[rates.Line | rates.Gathered]
    source: str = ""
    label: str = ""
    period: tuple[date, date] | None = None
    anomalies: list[str] = field(default_factory=list)
    blocked: bool = False
    deducts: str = ""

    @property
    def gathered(self) -> list[rates.Gathered]:
        """The lines of the invoice."""
        whole = [one for one in self.lines if isinstance(one, rates.Gathered)]
        return [*rates.gather(one for one in self.lines if isinstance(one, rates.Line)), *whole]

    @property
    def total(self) -> int:
        return sum(line.amount for line in self.lines)


def payer_fields(payer: Person | Organisation) -> dict:
    """How a payer is written on an invoice or a payment of today."""
    if isinstance(payer, Person):
        name = " ".join(filter(None, (payer.title, str(payer))))
        return {"payer": payer, "payer_body": None, "payer_name": name[:165]}
    return {"payer": None, "payer_body": payer, "payer_name": str(payer)[:165]}


def address_of(payer: Person | Organisation) -> str:
    """The postal address of a payer, on several lines."""
    town = f"{payer.postal_code} {payer.city}".strip()
    return "\n".join(filter(None, (payer.address.strip(), town)))


def _take_ranks(regie: Regie, year: int, count: int) -> int:
    """Reserve `count` numbers; returns the one before the first. The counter was locked by `lock_counter`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE billing_counter SET last = last + %s WHERE regie_id = %s AND year = %s RETURNING last",
            [count, regie.pk, year],
        )
        return cursor.fetchone()[0] - count


def lock_counter(regie: Regie, year: int) -> None:
    """One at a time issues in this régie, until the transaction ends: what was already issued is then known."""
    Counter.objects.bulk_create([Counter(regie=regie, year=year)], ignore_conflicts=True)
    list(Counter.objects.select_for_update().filter(regie=regie, year=year).values_list("pk", flat=True))


def _check(bills: Iterable[Bill]) -> None:
    for bill in bills:
        if not bill.lines:
            raise ValidationError("Une facture compte au moins une ligne.")
        if bill.total < 0:
            raise ValidationError("Une facture ne peut pas être négative : faites un avoir.")


def _make_invoices(regie: Regie, bills: Sequence[Bill], issued_on: date, due_on: date, **more) -> list[Invoice]:
    first = _take_ranks(regie, issued_on.year, len(bills)) + 1
    return Invoice.objects.bulk_create(
        Invoice(
            regie=regie,
            year=issued_on.year,
            rank=rank,
            number=f"{regie.code}-{issued_on.year}-{rank:06d}",
            label=(bill.label or regie.name)[:160],
            payer_address=address_of(bill.payer),
            issued_on=issued_on,
            due_on=due_on,
            period_start=bill.period[0] if bill.period else None,
            period_end=bill.period[1] if bill.period else None,
            total=bill.total,
            source=bill.source,
            **payer_fields(bill.payer),
            **more,
        )
        for rank, bill in enumerate(bills, first)
    )


def _make_lines(invoices: Sequence[Invoice], bills: Sequence[Bill]) -> None:
    InvoiceLine.objects.bulk_create(
        InvoiceLine(
            invoice=invoice,
            position=position,
            subject=line.subject[:120],
            label=line.label[:160],
            quantity=line.quantity,
            unit_price=line.unit_price,
            amount=line.amount,
            explanation=line.explanation[:400],
            days=line.said_days,
            unit=line.unit,
            tariff_id=line.tariff,
            beneficiary=line.beneficiary,
            care=line.care,
        )
        for invoice, bill in zip(invoices, bills, strict=True)
        for position, line in enumerate(bill.gathered, 1)
    )


@transaction.atomic
def issue_many(
    regie: Regie,
    bills: Iterable[Bill],
    *,
    actor,
    issued_on: date | None = None,
    due_on: date | None = None,
    run: Run | None = None,
) -> list[Invoice]:
    """Issue the invoices of `bills`, about ten queries however many; those already issued are passed over.

    What their payers have paid in advance settles them. Their issue is not journalled here: `issue_invoice` and `runs`
    do it, one line for what they issue. Raises ValidationError.
    """
    issued_on = issued_on or timezone.localdate()
    due_on = due_on or issued_on + timedelta(days=regie.payment_days)
    lock_counter(regie, issued_on.year)
    bills = list(bills)
    sources = [bill.source for bill in bills if bill.source]
    known = set(Invoice.objects.filter(regie=regie, source__in=sources).values_list("source", flat=True))
    fresh = [bill for bill in bills if bill.source not in known]
    _check(fresh)
    if not fresh:
        return []
    taken = deducting.deduct(regie, fresh, lock=True)
    author = actor if actor is not None and actor.is_authenticated else None
    invoices = _make_invoices(regie, fresh, issued_on, due_on, run=run, created_by=author)
    _make_lines(invoices, fresh)
    deducting.keep(invoices, taken)
    drafts = [
        Draft(
            INVOICE,
            f"Facture {invoice.number}",
            [(Account.RECEIVABLE, invoice.total, invoice, None), (Account.SALES, -invoice.total, invoice, None)],
        )
        for invoice in invoices
    ]
    post_many(regie, drafts, day=issued_on, actor=author)
    settle_from_advances(regie, invoices, actor=actor)
    return invoices


@transaction.atomic
def issue_invoice(
    *,
    regie: Regie,
    payer: Person | Organisation,
    lines: Sequence[rates.Line | rates.Gathered],
    source: str = "",
    actor=None,
    label: str = "",
    period: tuple[date, date] | None = None,
    issued_on: date | None = None,
    due_on: date | None = None,
) -> Invoice:
    """Issue one invoice, numbered and immutable; its payer is told. The same `source` again gives the same invoice.

    `lines` come from `rates`; the total is their sum. Records "billing.issue". Raises ValidationError.
    """
    bill = Bill(payer=payer, lines=lines, source=source, label=label, period=period)
    made = issue_many(regie, [bill], actor=actor, issued_on=issued_on, due_on=due_on)
    if not made:
        return Invoice.objects.get(regie=regie, source=source)
    journal.record("billing.issue", made[0], actor=actor, data={"total": made[0].total})
    return made[0]


def _free(invoice: Invoice, amount: int) -> list[tuple[Payment, int]]:
    """Take back `amount` cents from the payments that settled an invoice, the last ones first."""
    taken = []
    held = (
        Allocation.objects.filter(invoice=invoice, payment__isnull=False)
        .values("payment")
        .annotate(held=Sum("amount"))
        .filter(held__gt=0)
        .order_by("-payment")
    )
    for one in held:
        part = min(amount, one["held"])
        if part <= 0:
            break
        payment = Payment.objects.select_for_update().get(pk=one["payment"])
        Allocation.objects.create(invoice=invoice, payment=payment, amount=-part)
        taken.append((payment, part))
        amount -= part
    return taken


def credited(invoice: Invoice) -> int:
    """What the credit notes of an invoice have already cancelled, in cents."""
    return -(invoice.credit_notes.aggregate(total=Sum("total"))["total"] or 0)


def _creditable(invoice: Invoice, amount: int | None, reason: str) -> tuple[int, int | None]:
    """(what to credit, what of a down payment may be), once the invoice is locked. Raises ValidationError."""
    if invoice.kind != Invoice.Kind.INVOICE:
        raise ValidationError("Un avoir ne se corrige pas par un avoir.")
    left = invoice.total - credited(invoice)
    amount = left if amount is None else amount
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : le payeur et le comptable le liront."})
    free = deducting.left_of(invoice)
    if free is not None and amount > free:
        raise ValidationError({"amount": f"Cet acompte est déjà déduit de factures : au plus {words(free)}."})
    if not 0 < amount <= left:
        raise ValidationError({"amount": f"De 0,01 € à {words(left)} : le reste est déjà annulé."})
    return amount, free


@transaction.atomic
def issue_credit_note(
    invoice: Invoice,
    *,
    actor,
    reason: str,
    amount: int | None = None,
    label: str = "",
    lines: Sequence[rates.Gathered] = (),
) -> Invoice:
    """Cancel an invoice, or `amount` cents of it. What was already paid becomes an advance of the payer.

    `lines` say what is given back, each negative: they make the amount. Records "billing.credit". Raises
    ValidationError.
    """
    regie, today = invoice.regie, timezone.localdate()
    lock_counter(regie, today.year)
    invoice = Invoice.objects.select_for_update().get(pk=invoice.pk)
    wanted = -sum(line.amount for line in lines) if lines else amount
    amount, free = _creditable(invoice, wanted, reason)
    line = rates.Line(
        label=label or f"Avoir sur la facture {invoice.number}",
        quantity=1,
        unit_price=-amount,
        amount=-amount,
        explanation=reason.strip(),
    )
    rank = _take_ranks(regie, today.year, 1) + 1
    note = Invoice.objects.create(
        regie=regie,
        year=today.year,
        rank=rank,
        number=f"{regie.code}-{today.year}-{rank:06d}",
        kind=Invoice.Kind.CREDIT,
        credits=invoice,
        label=line.label,
        payer=invoice.payer,
        payer_body=invoice.payer_body,
        payer_name=invoice.payer_name,
        payer_address=invoice.payer_address,
        issued_on=today,
        due_on=today,
        total=-amount,
        reason=reason.strip()[:300],
        created_by=actor if actor is not None and actor.is_authenticated else None,
    )
    _make_lines([note], [Bill(payer=invoice.payer or invoice.payer_body, lines=lines or [line])])
    if free is not None:
        deducting.shrink(invoice, amount)
    elif credited(invoice) == invoice.total:
        deducting.give_back(invoice)
    freed = _free(invoice, amount - invoice.due)
    Allocation.objects.create(invoice=invoice, credit=note, amount=amount)
    sides = [(Account.SALES, amount, note, None), (Account.RECEIVABLE, -amount, invoice, None)]
    for payment, part in freed:
        sides += [(Account.RECEIVABLE, part, invoice, payment), (Account.ADVANCE, -part, None, payment)]
    post(regie, Posting.Kind.CREDIT, f"Avoir {note.number}", sides, day=today, actor=note.created_by)
    journal.record("billing.credit", note, actor=actor, data={"invoice": invoice.number, "amount": amount})
    return note
