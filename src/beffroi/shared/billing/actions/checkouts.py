"""Paying online: begin, ask the provider what became of it, write the payment once."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.billing import collecting, online
from beffroi.shared.billing.actions.payments import receive_payment
from beffroi.shared.billing.models import Checkout, CheckoutInvoice, Invoice, Method, Regie, SlipTitle
from beffroi.shared.billing.money import words
from beffroi.shared.billing.online import Demand, Outcome, ProviderDown, ProviderRefuses, Result
from beffroi.shared.people.models import Person

log = logging.getLogger("beffroi.billing")

Status = Checkout.Status
# An operation may be paid in its last minute, and its result be known late.
GRACE = timedelta(hours=2)
# A question to the provider at most every so many seconds for one operation, whoever reloads the page.
PAUSE = timedelta(seconds=3)
# What may be paid before any invoice, in cents: PayFiP takes no less than a euro.
LEAST_ADVANCE, MOST_ADVANCE = 500, 100_000
UNAVAILABLE = "Le service de paiement ne répond pas. Rien n’a été payé : essayez dans quelques minutes."


class Underway(Exception):
    """One of these invoices is being paid: `checkout` may be taken up again, or waited for."""

    def __init__(self, checkout: Checkout):
        super().__init__("Un paiement de cette facture est déjà en cours.")
        self.checkout = checkout


def is_alive(checkout: Checkout, now: datetime | None = None) -> bool:
    """Can the payer still pay it at the provider?"""
    lifetime = timedelta(minutes=online.provider(checkout.provider).lifetime_minutes)
    return checkout.status == Status.PENDING and (now or timezone.now()) < checkout.created_at + lifetime


def _pending(invoices: Iterable[Invoice]) -> list[Checkout]:
    pks = [invoice.pk for invoice in invoices]
    return list(Checkout.objects.filter(status=Status.PENDING, items__invoice__in=pks).distinct())


@transaction.atomic
def _write(invoices: list[Invoice], payer, provider: str) -> Checkout:
    """The payment under way, and what it pays. The rows of the invoices keep two tabs from beginning two."""
    held = list(
        Invoice.objects.select_for_update(of=("self",))
        .select_related("regie")
        .filter(pk__in=[one.pk for one in invoices])
        .order_by("pk")
    )
    due = [invoice for invoice in held if invoice.due > 0]
    if not due:
        raise ValidationError("Ces factures sont déjà réglées.")
    if len({invoice.regie_id for invoice in due}) > 1:
        raise ValidationError("Ces factures ne se paient pas ensemble : elles sont de régies différentes.")
    regie = due[0].regie
    if not regie.payfip_client:
        raise ValidationError("Cette régie ne reçoit pas de paiement en ligne.")
    if SlipTitle.objects.filter(active=True, invoice__in=due).exists():
        raise ValidationError("Cette facture est transmise à la trésorerie : payez-la selon l’avis que vous avez reçu.")
    coming = collecting.coming_debits().filter(invoice__in=due).select_related("file").first()
    if coming is not None:
        raise ValidationError(f"Cette facture sera prélevée le {coming.file.day:%d/%m/%Y} : vous n’avez rien à faire.")
    for checkout in _pending(due):
        raise Underway(checkout)
    amount = sum(invoice.due for invoice in due)
    if amount < 100:
        raise ValidationError(f"Le paiement en ligne commence à 1 € ; vous devez {words(amount)}.")
    checkout = Checkout.objects.create(regie=regie, payer=payer, provider=provider, amount=amount)
    CheckoutInvoice.objects.bulk_create(
        CheckoutInvoice(checkout=checkout, invoice=invoice, amount=invoice.due) for invoice in due
    )
    journal.record("billing.checkout", checkout, actor=payer.user, data={"amount": amount, "invoices": len(due)})
    return checkout


@transaction.atomic
def _write_advance(regie: Regie, amount: int, payer, provider: str) -> Checkout:
    """The payment under way of an advance. The row of the payer keeps two tabs from beginning two."""
    Person.objects.select_for_update(of=("self",)).get(pk=payer.pk)
    if not regie.is_active or not regie.payfip_client:
        raise ValidationError("Cette régie ne reçoit pas de paiement en ligne.")
    if not LEAST_ADVANCE <= amount <= MOST_ADVANCE:
        raise ValidationError({"amount": f"De {words(LEAST_ADVANCE)} à {words(MOST_ADVANCE)}."})
    for checkout in _pending_advances(regie, payer):
        raise Underway(checkout)
    checkout = Checkout.objects.create(regie=regie, payer=payer, provider=provider, amount=amount)
    journal.record("billing.checkout", checkout, actor=payer.user, data={"amount": amount, "invoices": 0})
    return checkout


def _pending_advances(regie: Regie, payer) -> list[Checkout]:
    return list(regie.checkouts.filter(payer=payer, status=Status.PENDING, items__isnull=True))


def start_advance(regie: Regie, amount: int, *, payer, provider: str = "payfip") -> tuple[Checkout, str]:
    """Begin to pay `amount` cents before any invoice; returns (checkout, address where to pay).

    Once paid it settles what is due already, then the next invoices. Raises Underway, ValidationError.
    """
    for pending in _pending_advances(regie, payer):
        check_checkout(pending)
    checkout = _write_advance(regie, amount, payer, provider)
    return _open(checkout, f"{regie.name} avance")


def start_checkout(invoices: Iterable[Invoice], *, payer, provider: str = "payfip") -> tuple[Checkout, str]:
    """Begin to pay several invoices of one régie at once; returns (checkout, address where to pay).

    Those already under way are asked first. Raises Underway, ValidationError (words for the payer).
    """
    invoices = list(invoices)
    for pending in _pending(invoices):
        check_checkout(pending)
    checkout = _write(invoices, payer, provider)
    numbers = ", ".join(CheckoutInvoice.objects.filter(checkout=checkout).values_list("invoice__number", flat=True))
    return _open(checkout, f"{checkout.regie.name} {numbers}")


def _open(checkout: Checkout, label: str) -> tuple[Checkout, str]:
    """Open the operation at the provider; returns (checkout, address where to pay). Raises ValidationError."""
    payer, provider = checkout.payer, checkout.provider
    demand = Demand(
        client=checkout.regie.payfip_client,
        mode=checkout.regie.payfip_mode,
        reference=checkout.reference,
        label=label,
        amount=checkout.amount,
        email=payer.reach or checkout.regie.email or settings.DEFAULT_FROM_EMAIL.rsplit("<")[-1].rstrip(">"),
        year=timezone.localdate().year,
        notify_url=settings.SITE_URL + reverse("billing:notify", args=[checkout.reference]),
        return_url=settings.SITE_URL + checkout.get_absolute_url(),
    )
    try:
        opened = online.provider(provider).open(demand)
    except (ProviderDown, ProviderRefuses) as fault:
        log.error("checkout=%s provider=%s fault=%s", checkout.reference, provider, fault)
        _end(checkout, Status.EXPIRED, f"non ouvert : {fault}")
        raise ValidationError(UNAVAILABLE) from fault
    Checkout.objects.filter(pk=checkout.pk).update(operation=opened.operation)
    checkout.operation = opened.operation
    return checkout, opened.url


@transaction.atomic
def _end(checkout: Checkout, status: str, answer: str) -> None:
    """Close an operation that brought nothing; one that is already closed stays as it is."""
    locked = Checkout.objects.select_for_update().get(pk=checkout.pk)
    if locked.status == Status.PENDING:
        locked.status, locked.answer, locked.ended_at = status, answer[:200], timezone.now()
        locked.save(update_fields=["status", "answer", "ended_at"])
        journal.record("billing.checkout_end", locked, actor=None, data={"status": str(status)})


@transaction.atomic
def _settle(checkout: Checkout, outcome: Outcome) -> None:
    """Write the payment of an operation that is paid; whoever comes second finds it written."""
    locked = Checkout.objects.select_for_update(of=("self",)).select_related("regie", "payer").get(pk=checkout.pk)
    if locked.payment_id is not None:
        return
    invoices = Invoice.objects.filter(checkout_items__checkout=locked)
    if not locked.items.exists():  # an advance: what is due already comes first
        invoices = collecting.free(locked.regie.invoices.unpaid().filter(payer=locked.payer))
    day = timezone.localtime(outcome.at).date() if outcome.at else timezone.localdate()
    payment, _created = receive_payment(
        regie=locked.regie,
        method=Method.PAYFIP,
        amount=outcome.amount,
        payer=locked.payer,
        invoices=invoices,
        actor=None,
        day=day,
        reference=f"{locked.reference} {outcome.authorisation}".strip(),
    )
    locked.payment, locked.status = payment, Status.PAID
    locked.answer, locked.ended_at = outcome.words[:200], timezone.now()
    locked.save(update_fields=["payment", "status", "answer", "ended_at"])
    journal.record("billing.checkout_end", locked, actor=None, data={"status": str(Status.PAID)})


def check_checkout(checkout: Checkout, *, now: datetime | None = None) -> Checkout:
    """Ask the provider what became of it, and write it: any number of times, from anywhere, in any order.

    Called when the payer comes back, when the provider notifies, when another payment begins, and by the clock. The
    amount believed is the provider's. Without an answer nothing changes.
    """
    now = now or timezone.now()
    checkout.refresh_from_db()
    if checkout.status == Status.PAID or not checkout.operation:
        if checkout.status == Status.PENDING and now > checkout.created_at + GRACE:
            _end(checkout, Status.EXPIRED, "jamais ouvert chez le fournisseur")
        return checkout
    asked = Checkout.objects.filter(pk=checkout.pk).exclude(checked_at__gt=now - PAUSE)
    if checkout.status == Status.PENDING and not asked.update(checked_at=now):
        return checkout
    try:
        outcome = online.provider(checkout.provider).ask(checkout.operation)
    except ProviderDown as fault:
        log.warning("checkout=%s fault=%s", checkout.reference, fault)
        return checkout
    if outcome.result is Result.PAID and outcome.reference in ("", checkout.reference):
        _settle(checkout, outcome)
    elif outcome.result is Result.REFUSED:
        _end(checkout, Status.REFUSED, outcome.words)
    elif outcome.result is Result.CANCELLED:
        _end(checkout, Status.CANCELLED, outcome.words)
    elif now > checkout.created_at + GRACE:
        _end(checkout, Status.EXPIRED, outcome.words)
    checkout.refresh_from_db()
    return checkout


def check_pending(now: datetime | None = None) -> int:
    """Ask for every payment under way: what a lost notification and a closed browser leave. Returns how many ended."""
    ended = 0
    for checkout in Checkout.objects.filter(status=Status.PENDING).order_by("created_at")[:500]:
        ended += check_checkout(checkout, now=now).status != Status.PENDING
    return ended
