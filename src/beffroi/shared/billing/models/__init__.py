"""Régies and tariffs, invoices, accounts, payments, runs."""

from beffroi.shared.billing.models.certificates import CareCertificate
from beffroi.shared.billing.models.counter import PIECES, Closing, Deposit, DepositItem
from beffroi.shared.billing.models.debits import Debit, DebitFile, DebitMandate
from beffroi.shared.billing.models.down_payments import DownPayment, DownPaymentUse
from beffroi.shared.billing.models.invoices import (
    REMINDER_DAYS,
    Counter,
    Invoice,
    InvoiceLine,
    Reminder,
    step_due,
)
from beffroi.shared.billing.models.ledger import Account, Leg, Posting
from beffroi.shared.billing.models.payments import (
    COUNTER,
    Allocation,
    Checkout,
    CheckoutInvoice,
    Method,
    Payment,
)
from beffroi.shared.billing.models.regies import Regie, Tariff
from beffroi.shared.billing.models.runs import Run
from beffroi.shared.billing.models.slips import Slip, SlipAnswer, SlipFault, SlipTitle

__all__ = [
    "COUNTER",
    "PIECES",
    "REMINDER_DAYS",
    "Account",
    "Allocation",
    "CareCertificate",
    "Checkout",
    "CheckoutInvoice",
    "Closing",
    "Counter",
    "Debit",
    "DebitFile",
    "DebitMandate",
    "Deposit",
    "DepositItem",
    "DownPayment",
    "DownPaymentUse",
    "Invoice",
    "InvoiceLine",
    "Leg",
    "Method",
    "Payment",
    "Posting",
    "Regie",
    "Reminder",
    "Run",
    "Slip",
    "SlipAnswer",
    "SlipFault",
    "SlipTitle",
    "Tariff",
    "step_due",
]
