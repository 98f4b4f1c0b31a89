from beffroi.modules.mail.models.correspondent import Correspondent, Merge
from beffroi.modules.mail.models.dispatch import Deposit, Dispatch, NumberRange
from beffroi.modules.mail.models.letter import Copy, Letter, Opinion, Receipt, Suspension, Version
from beffroi.modules.mail.models.mailbox import Mailbox, ReceivedMail
from beffroi.modules.mail.models.register import (
    Counter,
    Kind,
    LetterType,
    Priority,
    Regime,
    Register,
    Rule,
    Template,
)
from beffroi.modules.mail.models.scanning import Batch, BatchItem

__all__ = [
    "Batch",
    "BatchItem",
    "Copy",
    "Correspondent",
    "Counter",
    "Deposit",
    "Dispatch",
    "Kind",
    "Letter",
    "LetterType",
    "Mailbox",
    "Merge",
    "NumberRange",
    "Opinion",
    "Priority",
    "Receipt",
    "ReceivedMail",
    "Regime",
    "Register",
    "Rule",
    "Suspension",
    "Template",
    "Version",
]
