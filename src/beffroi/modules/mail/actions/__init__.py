"""Every write about the mail."""

from beffroi.modules.mail.actions.alarms import ring_alarms, ring_opinions
from beffroi.modules.mail.actions.answering import (
    cancel_letter,
    close_letter,
    remove_piece,
    reopen_letter,
    revise_letter,
    sign_letter,
    sign_on_paper,
    take_back,
    take_signed,
    write_letter,
)
from beffroi.modules.mail.actions.correspondents import (
    find_or_add,
    merge_correspondents,
    save_correspondent,
    undo_merge,
)
from beffroi.modules.mail.actions.dispatching import deposit_registered, note_outcome, save_range, send_letter
from beffroi.modules.mail.actions.filing import empty_letter, file_letter
from beffroi.modules.mail.actions.mailbox import register_mail, save_mailbox
from beffroi.modules.mail.actions.pieces import (
    acknowledge_letter,
    ask_pieces,
    certify_acceptance,
    forward_letter,
    receive_pieces,
)
from beffroi.modules.mail.actions.registering import correct_letter, register_letter
from beffroi.modules.mail.actions.routing import (
    ask_opinion,
    copy_letter,
    give_opinion,
    link_case,
    remove_rule,
    route_letter,
    save_rule,
    unlink_case,
)
from beffroi.modules.mail.actions.scanning import cut_batch, join_item, receive_batch, register_item, set_item_aside
from beffroi.modules.mail.actions.settings import save_register, save_template, save_type

__all__ = [
    "acknowledge_letter",
    "ask_opinion",
    "ask_pieces",
    "cancel_letter",
    "certify_acceptance",
    "close_letter",
    "copy_letter",
    "correct_letter",
    "cut_batch",
    "deposit_registered",
    "empty_letter",
    "file_letter",
    "find_or_add",
    "forward_letter",
    "give_opinion",
    "join_item",
    "link_case",
    "merge_correspondents",
    "note_outcome",
    "receive_batch",
    "receive_pieces",
    "register_item",
    "register_letter",
    "register_mail",
    "remove_piece",
    "remove_rule",
    "reopen_letter",
    "revise_letter",
    "ring_alarms",
    "ring_opinions",
    "route_letter",
    "save_correspondent",
    "save_mailbox",
    "save_range",
    "save_register",
    "save_rule",
    "save_template",
    "save_type",
    "send_letter",
    "set_item_aside",
    "sign_letter",
    "sign_on_paper",
    "take_back",
    "take_signed",
    "undo_merge",
    "unlink_case",
    "write_letter",
]
