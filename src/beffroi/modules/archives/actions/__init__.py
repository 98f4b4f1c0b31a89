"""Every write of the archives."""

from beffroi.modules.archives.actions.boxes import (
    hold_box,
    lend_box,
    remind_loans,
    return_box,
    save_box,
    save_shelf,
)
from beffroi.modules.archives.actions.destroying import (
    confirm_elimination,
    obstacles,
    resume,
    resume_all,
    set_aside,
    start_destruction,
    step_back,
)
from beffroi.modules.archives.actions.eliminating import (
    cancel_elimination,
    prepare_elimination,
    record_visa,
    remove_line,
    sign_elimination,
    sign_on_paper,
    take_back,
    take_signed,
    update_elimination,
)
from beffroi.modules.archives.actions.handing import access_to, ask_handover, decline, hand, make_copy
from beffroi.modules.archives.actions.keeping import check_pieces, faults
from beffroi.modules.archives.actions.settings import save_setup
from beffroi.modules.archives.actions.sorting import METHODS, sort_files, unsort
from beffroi.modules.archives.actions.transferring import (
    give_up_transfer,
    pack_transfer,
    prepare_transfer,
    purge_transfer,
    send_transfer,
    take_message,
    unpack_transfer,
    update_transfer,
)

__all__ = [
    "METHODS",
    "access_to",
    "ask_handover",
    "cancel_elimination",
    "check_pieces",
    "confirm_elimination",
    "decline",
    "faults",
    "give_up_transfer",
    "hand",
    "hold_box",
    "lend_box",
    "make_copy",
    "obstacles",
    "pack_transfer",
    "prepare_elimination",
    "prepare_transfer",
    "purge_transfer",
    "record_visa",
    "remind_loans",
    "remove_line",
    "resume",
    "resume_all",
    "return_box",
    "save_box",
    "save_setup",
    "save_shelf",
    "send_transfer",
    "set_aside",
    "sign_elimination",
    "sign_on_paper",
    "sort_files",
    "start_destruction",
    "step_back",
    "take_back",
    "take_message",
    "take_signed",
    "unpack_transfer",
    "unsort",
    "update_elimination",
    "update_transfer",
]
