"""What the billing counts: the menu of the payer, the tiles of the desk, the indicators."""

from beffroi.shared.billing.models import Invoice


def to_pay(user) -> int:
    """How many invoices the person still has to pay."""
    return Invoice.objects.of_payer(user).unpaid().count()
