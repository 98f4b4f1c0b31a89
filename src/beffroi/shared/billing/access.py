"""Who may do what with money: the rule in plain words.

- A payer reads, downloads and pays the invoices addressed to them, and nobody else's (`Invoice.objects.of_payer`).
- `billing.view`: an agent of the body that holds the régie reads its invoices, payments and accounts.
- `billing.invoice`: prepares and issues invoices, credit notes, runs and reminders.
- `billing.collect`: the régisseur and their deputies receive money, count the cash, close the day.
- `billing.manage`: keeps the régies and their tariffs.
Nobody alters what is issued or received: the database refuses it.
"""

from beffroi.kernel import access

VIEW = "billing.view"
INVOICE = "billing.invoice"
COLLECT = "billing.collect"
MANAGE = "billing.manage"


def can_manage(user, regie) -> bool:
    """May change this régie and its tariffs."""
    return access.can(user, MANAGE, regie.organisation_id)
