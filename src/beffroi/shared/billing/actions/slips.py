"""Titles for the trésorerie: write the slip, say what became of it, read what it collected."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from beffroi.kernel import jobs, journal
from beffroi.shared.billing import collecting
from beffroi.shared.billing.actions.payments import receive_payment
from beffroi.shared.billing.documents import invoice as document
from beffroi.shared.billing.models import Invoice, Method, Regie, Slip, SlipTitle
from beffroi.shared.billing.pes import reading, writing

NAMESPACE = uuid.UUID("5b9d0f7e-6d0a-4c55-9a0e-5f2f0c9c1d31")
SILENCE = timedelta(minutes=10)
MOVES = {
    Slip.Status.READY: (Slip.Status.SENT, Slip.Status.REJECTED),
    Slip.Status.SENT: (Slip.Status.ACCEPTED, Slip.Status.REJECTED),
}
BODIES = {"commune": ("23", "09"), "epci": ("24", "09"), "departement": ("22", "09"), "syndicat": ("24", "09")}


def debt_number(invoice: Invoice) -> int:
    """The number of the debt: year, régie and rank of the invoice, eleven digits, the same for ever."""
    return (invoice.year % 100) * 10**9 + (invoice.regie_id % 1000) * 10**6 + invoice.rank % 10**6


def _debtor(invoice: Invoice) -> writing.Debtor:
    *streets, town = (invoice.payer_address or "\n").splitlines() or [""]
    postal_code, _space, city = town.partition(" ")
    street = streets[0] if streets else ""
    person, body = invoice.payer, invoice.payer_body
    if person is None:
        category, nature = BODIES.get(body.kind, ("60", "06" if body.kind == "association" else "03"))
        return writing.Debtor(
            last_name=invoice.payer_name,
            street=street,
            postal_code=postal_code,
            city=city,
            category=category,
            nature=nature,
            reference=f"O{body.pk}",
        )
    return writing.Debtor(
        last_name=person.last_name,
        first_name=person.first_name,
        title=person.title,
        street=street,
        postal_code=postal_code,
        city=city,
        reference=f"P{person.pk}",
    )


def _unique(slip: Slip, title: SlipTitle) -> str:
    """The name of an attachment: never twice for the body, even when a rejected slip is written again."""
    return f"BF{slip.regie.budget_siret}B{slip.year}{slip.number:05d}D{title.debt}"


def _attachment(slip: Slip, title: SlipTitle) -> writing.Attachment:
    printed = slip.regie.pes_printed
    return writing.Attachment(
        unique=_unique(slip, title),
        name=f"{title.invoice.number}.pdf",
        content=document.notice(title) if printed else document.render(title.invoice),
        description=f"{'Avis des sommes à payer' if printed else 'Facture'} {title.invoice.number}",
        kind="010" if printed else "002",
    )


def _file(slip: Slip, titles: Iterable[SlipTitle], *, documents: bool = False) -> bytes:
    regie = slip.regie
    return writing.write(
        writing.Slip(
            name=slip.file_name,
            number=slip.number,
            year=slip.year,
            period=slip.period,
            issued_on=timezone.localdate(slip.created_at),
            label=slip.label,
            post=regie.pes_post,
            siret=regie.budget_siret,
            body=regie.pes_body,
            budget=regie.pes_budget,
            product=regie.pes_product,
            nature=regie.pes_nature,
            key_nature=regie.pes_key_nature,
            printed=regie.pes_printed,
            titles=[
                writing.Title(
                    rank=title.rank,
                    debt=title.debt,
                    number=title.invoice.number,
                    label=title.invoice.label,
                    amount=title.amount,
                    debtor=_debtor(title.invoice),
                    attachment=_attachment(slip, title) if documents else None,
                )
                for title in titles
            ],
        )
    )


def to_hand_over(regie: Regie):
    """The invoices still due that nothing else collects: no live slip, no coming debit, no payment under way."""
    return collecting.free(regie.invoices.unpaid()).order_by("pk")


@transaction.atomic
def write_slip(
    regie: Regie, invoices: Iterable[Invoice], *, period: int, label: str, actor, documents: bool = False
) -> Slip:
    """Make titles of what is due on these invoices, and write the file. Records "billing.slip".

    With `documents` (always, when the DGFiP prints the notices) a job adds the PDF of each title. Raises
    ValidationError with everything that the trésorerie would reject.
    """
    # The invoices before the régie, as every payment does: two gestures never wait for one another in a circle.
    held = collecting.hold(to_hand_over(regie).select_related("payer", "payer_body"), invoices)
    regie = Regie.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=regie.pk)
    year = timezone.localdate().year
    last = regie.slips.filter(year=year).aggregate(last=Max("number"))["last"] or 0
    slip = Slip(
        regie=regie,
        year=year,
        number=last + 1,
        period=period,
        label=label.strip() or regie.name,
        amount=sum(invoice.due for invoice in held),
        count=len(held),
        created_by=actor,
        documents=documents or regie.pes_printed,
        pending=documents or regie.pes_printed,
    )
    titles = [
        SlipTitle(slip=slip, invoice=invoice, rank=rank, debt=debt_number(invoice), amount=invoice.due)
        for rank, invoice in enumerate(held, 1)
    ]
    try:
        slip.content = _file(slip, titles).decode("latin-1")
    except writing.Unfit as fault:
        raise ValidationError(fault.faults[:20]) from None
    slip.full_clean()
    slip.save(force_insert=True)
    SlipTitle.objects.bulk_create(titles)
    journal.record("billing.slip", slip, actor=actor, data={"count": slip.count, "amount": slip.amount})
    if slip.pending:
        jobs.defer("billing.attach_documents", slip_id=slip.pk)
    return slip


@transaction.atomic
def attach(slip: Slip) -> Slip:
    """Draw the PDF of each title and write them in the file; harmless when it is done already."""
    held = Slip.objects.select_for_update(of=("self",)).select_related("regie__organisation").get(pk=slip.pk)
    if not held.pending:
        return held
    titles = held.titles.select_related(
        "invoice__regie__organisation", "invoice__payer", "invoice__payer_body", "invoice__credits", "slip__regie"
    ).prefetch_related("invoice__lines")
    held.content = _file(held, titles, documents=True).decode("latin-1")
    held.pending = False
    held.save(update_fields=["content", "pending"])
    return held


def unfinished(now=None) -> list[Slip]:
    """Slips whose attachments should be there for long: the machine was stopped."""
    limit = (now or timezone.now()) - SILENCE
    return list(Slip.objects.filter(pending=True, created_at__lt=limit).defer("content"))


@transaction.atomic
def move_slip(slip: Slip, status: str, *, actor, reason: str = "") -> Slip:
    """Say what became of a slip; rejected, it frees its invoices. Records "billing.slip_move"."""
    slip = Slip.objects.select_for_update(of=("self",)).select_related("regie").get(pk=slip.pk)
    if status not in MOVES.get(Slip.Status(slip.status), ()):
        raise ValidationError(f"Ce bordereau est « {slip.get_status_display()} ».")
    if slip.pending and status == Slip.Status.SENT:
        raise ValidationError("Ses pièces jointes se préparent : attendez le fichier.")
    if status == Slip.Status.REJECTED and not reason.strip():
        raise ValidationError({"reason": "Recopiez le motif de la trésorerie."})
    slip.status, slip.reason, slip.moved_at = status, reason.strip()[:300], timezone.now()
    slip.save(update_fields=["status", "reason", "moved_at"])
    if status == Slip.Status.REJECTED:
        slip.titles.update(active=False)
    journal.record("billing.slip_move", slip, actor=actor, data={"status": str(status)})
    return slip


def _paid_title(regie: Regie, one: reading.Collection) -> Invoice | None:
    titles = SlipTitle.objects.filter(slip__regie=regie, active=True).select_related(
        "invoice__payer", "invoice__payer_body"
    )
    found = titles.filter(debt=one.debt).first() if one.debt else None
    found = found or titles.filter(invoice__number=one.number).first()
    return found.invoice if found else None


@dataclass
class Read:
    """What became of one line of a return: `outcome` is "received", "known" or "unknown"; `amount` in cents."""

    debt: str
    number: str
    day: date
    amount: int
    outcome: str


OUTCOMES = {"received": "Reçu", "known": "Déjà connu", "unknown": "Titre inconnu ici"}


@transaction.atomic
def read_return(regie: Regie, content: bytes, *, actor) -> list[Read]:
    """Receive what the trésorerie has collected; what became of each line of the file.

    The same collection twice, in one file or in two, is received once. Records "billing.slip_return". Raises
    ValidationError.
    """
    try:
        collections = reading.read(content)
    except reading.Unreadable as fault:
        raise ValidationError(str(fault)) from None
    told: list[Read] = []
    for one in collections:
        invoice = _paid_title(regie, one)
        outcome = "unknown"
        if invoice is not None and one.amount > 0:
            key = uuid.uuid5(NAMESPACE, f"{regie.pk}:{one.identifier}:{one.debt}:{one.amount}:{one.day}")
            _payment, created = receive_payment(
                regie=regie,
                method=Method.TITRE,
                amount=one.amount,
                payer=invoice.payer or invoice.payer_body,
                invoices=[invoice],
                actor=actor,
                day=one.day,
                reference=one.identifier,
                client_uuid=key,
            )
            outcome = "received" if created else "known"
        number = invoice.number if invoice is not None else one.number
        told.append(Read(str(one.debt or ""), number, one.day, one.amount, outcome))
    data = {name: sum(line.outcome == name for line in told) for name in OUTCOMES}
    data["amount"] = sum(line.amount for line in told if line.outcome == "received")
    journal.record("billing.slip_return", regie, actor=actor, data=data)
    return told
