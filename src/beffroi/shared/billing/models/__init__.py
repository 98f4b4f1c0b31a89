"""Régies and tariffs, invoices, accounts, payments, runs."""

from beffroi.shared.billing.models.certificates import CareCertificate
from beffroi.shared.billing.models.counter import PIECES, Closing, Deposit, DepositItem
from beffroi.shared.billing.models.debits import Debit, DebitFile, DebitMandate, MandateDocument
from beffroi.shared.billing.models.down_payments import DownPayment, DownPaymentUse
from beffroi.shared.billing.models.invoices import Counter, Invoice, InvoiceLine
from beffroi.shared.billing.models.layouts import AccountingLayout
from beffroi.shared.billing.models.ledger import Account, Leg, Posting
from beffroi.shared.billing.models.payments import (
    COUNTER,
    Allocation,
    Checkout,
    CheckoutInvoice,
    Method,
    Payment,
)
from beffroi.shared.billing.models.refunds import RefundRequest
from beffroi.shared.billing.models.regies import Regie, Tariff, TariffDraft
from beffroi.shared.billing.models.reminders import LetterBatch, Reminder
from beffroi.shared.billing.models.runs import Run
from beffroi.shared.billing.models.slips import Slip, SlipAnswer, SlipFault, SlipTitle

__all__ = [
    "COUNTER",
    "PIECES",
    "Account",
    "AccountingLayout",
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
    "LetterBatch",
    "MandateDocument",
    "Method",
    "Payment",
    "Posting",
    "RefundRequest",
    "Regie",
    "Reminder",
    "Run",
    "Slip",
    "SlipAnswer",
    "SlipFault",
    "SlipTitle",
    "Tariff",
    "TariffDraft",
]
