"""The papers of the counter: the receipt given to the payer, the slip of a deposit."""

from pathlib import Path

from beffroi.kernel import pdf
from beffroi.kernel.ui import formats
from beffroi.shared.billing.models import Deposit, Payment
from beffroi.shared.billing.money import words

TEMPLATE = Path(__file__).parent / "till.typ"


def _head(regie) -> dict:
    organisation = regie.organisation
    return {"body": organisation.name, "regie": regie.name, "siret": organisation.siret}


def receipt(payment: Payment) -> bytes:
    """A receipt (quittance): who paid what, how, and for which invoices."""
    rows = [
        [one.invoice.number, one.invoice.label, words(one.amount)]
        for one in payment.allocations.select_related("invoice")
        if one.amount > 0
    ]
    facts = [
        ["Reçu de", payment.payer_name],
        ["Le", formats.day(payment.day)],
        ["Par", payment.get_method_display()],
        ["Référence", payment.reference],
        ["La somme de", words(payment.amount)],
    ]
    data = _head(payment.regie) | {
        "title": f"Quittance n° {payment.pk}",
        "facts": [fact for fact in facts if fact[1]],
        "heads": ["Facture", "Objet", "Réglé"],
        "rows": rows,
        "total": words(payment.amount),
        "note": "" if rows else "Avance sur les prochaines factures.",
        "signature": "Le régisseur",
    }
    return pdf.render(TEMPLATE, data, at=payment.created_at)


def deposit(slip: Deposit) -> bytes:
    """The slip that goes with cheques or vouchers: one line for each."""
    rows = [
        [one.payment.reference or "—", one.payment.bank or one.payment.get_method_display(), words(one.payment.amount)]
        for one in slip.items.select_related("payment").order_by("payment__day", "payment_id")
    ]
    facts = [
        ["Nature", slip.get_kind_display()],
        ["Le", formats.day(slip.day)],
        ["Bordereau", slip.reference],
        ["Nombre", str(len(rows)) if rows else ""],
    ]
    data = _head(slip.regie) | {
        "title": f"Bordereau de remise n° {slip.pk}",
        "facts": [fact for fact in facts if fact[1]],
        "heads": ["Numéro", "Banque ou émetteur", "Montant"],
        "rows": rows,
        "total": words(slip.amount),
        "note": "",
        "signature": "Le régisseur",
    }
    return pdf.render(TEMPLATE, data, at=slip.created_at)
