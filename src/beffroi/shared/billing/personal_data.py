"""The billing's part of « mes données »."""

from django.utils import timezone

from beffroi.kernel.modules import PersonalData
from beffroi.shared.billing.models import DebitMandate, Invoice, Payment, RefundRequest
from beffroi.shared.billing.money import euros


def export(user) -> dict:
    """The invoices and the payments of a person, amounts in euros."""
    invoices = Invoice.objects.of_payer(user).prefetch_related("lines")
    return {
        "factures": [
            {
                "numéro": invoice.number,
                "objet": invoice.label,
                "date": str(invoice.issued_on),
                "échéance": str(invoice.due_on),
                "total": str(euros(invoice.total)),
                "réglé": str(euros(invoice.paid)),
                "lignes": [
                    {"pour": line.subject, "libellé": line.label, "montant": str(euros(line.amount))}
                    for line in invoice.lines.all()
                ],
            }
            for invoice in invoices
        ],
        "paiements": [
            {"date": str(payment.day), "moyen": payment.get_method_display(), "montant": str(euros(payment.amount))}
            for payment in Payment.objects.filter(payer__user=user)
        ],
        "mandats de prélèvement": [
            {
                "référence": one.rum,
                "titulaire": one.holder,
                "compte finissant par": one.iban_end,
                "signé le": str(one.signed_on or ""),
                "révoqué le": str(one.revoked_on or ""),
            }
            for one in DebitMandate.objects.of_payer(user).defer("iban")
        ],
        "remboursements demandés": [
            {
                "demandé le": str(timezone.localdate(one.asked_at)),
                "montant": str(euros(one.amount)),
                "titulaire": one.holder,
                "compte finissant par": one.iban_end,
                "réponse": one.get_status_display(),
                "motif": one.reason,
            }
            for one in RefundRequest.objects.filter(payer__user=user).defer("iban")
        ],
    }


def erase(user) -> list[str]:
    """Accounts are kept by law: nothing is erased before ten years."""
    if not Invoice.objects.of_payer(user).exists():
        return []
    return ["Vos factures et vos paiements sont gardés dix ans : la loi l’impose à la comptabilité publique."]


PERSONAL_DATA = PersonalData(code="billing", label="Mes factures et mes paiements", export=export, erase=erase)
