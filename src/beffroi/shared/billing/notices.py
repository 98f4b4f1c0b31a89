"""Who is told of invoices and payments: their payer, and the régisseur when something went wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.urls import reverse

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.shared.billing.access import COLLECT
from beffroi.shared.billing.actions.runs import invoices_of_batch
from beffroi.shared.billing.models import CareCertificate, Debit, Invoice
from beffroi.shared.organisations.models import Membership


def _payer(invoice: Invoice) -> Recipient:
    """The payer of an invoice: their account, else the address that they left."""
    person = invoice.payer
    if person is None:
        return Recipient(email=invoice.payer_body.email, name=invoice.payer_name)
    if person.user_id and person.user.is_active:
        return Recipient(user=person.user, link=reverse("billing:my_invoice", args=[invoice.number]))
    return Recipient(email=person.email, phone=person.phone, name=invoice.payer_name)


def payer(entry) -> Iterator[Recipient]:
    """The payer of the invoice."""
    yield _payer(entry.target)


@dataclass(frozen=True, kw_only=True)
class Billed(Recipient):
    """A payer to whom an invoice is addressed; `settled` = what they had paid in advance has paid it."""

    settled: bool = False


def _billed(invoice: Invoice) -> Billed:
    return Billed(**vars(_payer(invoice)), settled=invoice.due == 0 and invoice.total > 0)


def billed(entry) -> Iterator[Recipient]:
    """The payer of a new invoice."""
    yield _billed(entry.target)


@dataclass(frozen=True, kw_only=True)
class Reminded(Recipient):
    """A payer who is late, with what the régie writes to them."""

    text: str = ""


def late_payer(entry) -> Iterator[Recipient]:
    """The payer of the invoice, with the words of the step that was taken."""
    reminder = entry.target.reminders.filter(pk=entry.data.get("reminder")).first()
    if reminder is not None:
        yield Reminded(**vars(_payer(entry.target)), text=reminder.text)


def payers_of_batch(entry) -> Iterator[Recipient]:
    """Each payer of the invoices issued together."""
    for invoice in invoices_of_batch(entry):
        yield _billed(invoice)


def told_of_certificates(entry) -> Iterator[Recipient]:
    """Those of a batch of certificates of childcare expenses."""
    rows = CareCertificate.objects.filter(regie=entry.target_id, pk__range=(entry.data["first"], entry.data["last"]))
    for one in rows.filter(year=entry.data["year"]).select_related("payer__user"):
        person = one.payer
        if person.user_id and person.user.is_active:
            yield Recipient(user=person.user, link=reverse("billing:my_invoices"))
        elif person.email or person.phone:
            yield Recipient(email=person.email, phone=person.phone, name=str(person))


def payer_of_payment(entry) -> Iterator[Recipient]:
    """The one who paid."""
    payment = entry.target
    if payment.payer is not None and payment.payer.user_id and payment.payer.user.is_active:
        yield Recipient(user=payment.payer.user, link=reverse("billing:my_invoices"))
    elif payment.payer is not None:
        yield Recipient(email=payment.payer.email, phone=payment.payer.phone, name=payment.payer_name)


def _account(person, page: str) -> Iterator[Recipient]:
    """Their account with a page of it, else the address or the telephone that they left."""
    if person.user_id and person.user.is_active:
        yield Recipient(user=person.user, link=reverse(page))
    elif person.email or person.phone:
        yield Recipient(email=person.email, phone=person.phone, name=str(person))


def payer_of_refund(entry) -> Iterator[Recipient]:
    """The one who asked for their advance back."""
    yield from _account(entry.target.payer, "billing:advance")


def payer_of_mandate(entry) -> Iterator[Recipient]:
    """The one whose account is debited."""
    yield from _account(entry.target.payer, "billing:my_mandates")


@dataclass(frozen=True, kw_only=True)
class Debited(Recipient):
    """A payer, with the debits of a file that concern them."""

    debits: tuple[Debit, ...] = ()


def payers_of_debits(entry) -> Iterator[Recipient]:
    """Each payer of a file of debits, told once of all that it takes."""
    rows = entry.target.debits.select_related("invoice__payer__user", "invoice__regie", "mandate").defer(
        "mandate__iban"
    )
    for _payer_id, group in groupby(rows.order_by("invoice__payer", "pk"), lambda one: one.invoice.payer_id):
        debits = tuple(group)
        person = debits[0].invoice.payer
        if person.user_id and person.user.is_active:
            yield Debited(user=person.user, link=reverse("billing:my_invoices"), debits=debits)
        elif person.email or person.phone:
            yield Debited(email=person.email, phone=person.phone, name=str(person), debits=debits)


def collectors(entry) -> Iterator[Recipient]:
    """Those who collect for the régie."""
    regie = entry.target.regie
    roles = access.roles_with(COLLECT)
    held = Membership.objects.active().filter(organisation=regie.organisation_id, role__in=roles)
    for person in User.objects.filter(pk__in=held.values("user"), is_active=True).exclude(pk=entry.actor_id):
        yield Recipient(user=person, link=entry.target.get_absolute_url())


def _notice(verb: str, recipients, template: str, label: str, **more) -> Notice:
    return Notice(
        verb=verb,
        recipients=recipients,
        template=f"billing/notices/{template}",
        category="billing",
        label=label,
        **more,
    )


NOTICES = [
    _notice("billing.issue", billed, "issued", "Une facture m’est adressée"),
    _notice("billing.run_batch", payers_of_batch, "issued", "Une facture m’est adressée"),
    _notice("billing.remind", late_payer, "reminded", "Une facture est en retard"),
    _notice("billing.credit", payer, "credited", "Un avoir m’est accordé"),
    _notice("billing.certificates", told_of_certificates, "certificate", "Mon attestation de frais de garde est prête"),
    _notice("billing.pay", payer_of_payment, "paid", "Mon paiement est reçu"),
    _notice("billing.debits", payers_of_debits, "debits", "Un prélèvement aura lieu sur mon compte"),
    _notice("billing.debits_cancel", payers_of_debits, "debits_cancelled", "Un prélèvement annoncé n’aura pas lieu"),
    _notice("billing.mandate", payer_of_mandate, "mandate", "Un mandat de prélèvement est enregistré à mon nom"),
    _notice("billing.mandate_end", payer_of_mandate, "mandate_end", "Un de mes mandats de prélèvement est terminé"),
    _notice("billing.refund_paid", payer_of_refund, "refund_paid", "Une avance m’est rendue"),
    _notice("billing.refund_refuse", payer_of_refund, "refund_refused", "Le remboursement d’une avance m’est refusé"),
    _notice(
        "billing.refund_ask",
        collectors,
        "refund_asked",
        "Un payeur demande le remboursement de son avance",
        agents=True,
    ),
    _notice("billing.bounce", collectors, "bounced", "Un paiement est rejeté", agents=True),
    _notice("billing.run_done", collectors, "run_done", "Une facturation est terminée", agents=True),
]
