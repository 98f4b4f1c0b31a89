"""Every write of the billing."""

from beffroi.shared.billing.actions.answers import read_answer
from beffroi.shared.billing.actions.certificates import tell_certificates
from beffroi.shared.billing.actions.checkouts import (
    Underway,
    check_checkout,
    check_pending,
    is_alive,
    start_checkout,
)
from beffroi.shared.billing.actions.counter import (
    balance,
    balances,
    close_day,
    deposit_cash,
    deposit_payments,
    legs,
    receipts_of,
    to_deposit,
    trial_balance,
)
from beffroi.shared.billing.actions.debits import (
    cancel_debits,
    file_content,
    first_day,
    revoke_mandate,
    settle_debits,
    sign_mandate,
    to_debit,
    write_debits,
)
from beffroi.shared.billing.actions.down_payments import ask_down_payment
from beffroi.shared.billing.actions.invoices import Bill, address_of, issue_credit_note, issue_invoice, issue_many
from beffroi.shared.billing.actions.payments import bounce, first_open_day, receive_payment, refund, use_advance
from beffroi.shared.billing.actions.regies import close_tariff, is_used, replace_tariff, save_regie, save_tariff
from beffroi.shared.billing.actions.reminders import remind, remind_late
from beffroi.shared.billing.actions.runs import (
    cancel_run,
    issue_run,
    launch_run,
    prepare_run,
    preview,
    preview_again,
    stalled,
)
from beffroi.shared.billing.actions.signature import is_signed, sign_slip, take_signed_slip
from beffroi.shared.billing.actions.slips import (
    OUTCOMES,
    attach,
    move_slip,
    read_return,
    to_hand_over,
    unfinished,
    write_slip,
)

__all__ = [
    "OUTCOMES",
    "Bill",
    "Underway",
    "address_of",
    "ask_down_payment",
    "attach",
    "balance",
    "balances",
    "bounce",
    "cancel_debits",
    "cancel_run",
    "check_checkout",
    "check_pending",
    "close_day",
    "close_tariff",
    "deposit_cash",
    "deposit_payments",
    "file_content",
    "first_day",
    "first_open_day",
    "is_alive",
    "is_used",
    "issue_credit_note",
    "issue_invoice",
    "issue_many",
    "issue_run",
    "launch_run",
    "legs",
    "move_slip",
    "prepare_run",
    "preview",
    "preview_again",
    "read_answer",
    "read_return",
    "receipts_of",
    "receive_payment",
    "refund",
    "remind",
    "remind_late",
    "replace_tariff",
    "revoke_mandate",
    "save_regie",
    "save_tariff",
    "settle_debits",
    "sign_mandate",
    "stalled",
    "start_checkout",
    "tell_certificates",
    "to_debit",
    "to_deposit",
    "to_hand_over",
    "trial_balance",
    "unfinished",
    "use_advance",
    "write_debits",
    "is_signed",
    "sign_slip",
    "take_signed_slip",
    "write_slip",
]
