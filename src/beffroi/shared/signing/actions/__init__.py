"""Every write of the sign-book."""

from beffroi.shared.signing.actions.annotating import add_annotation, change_annotation, remove_annotation
from beffroi.shared.signing.actions.batches import ask_batch
from beffroi.shared.signing.actions.deciding import decide_step, regret_step, second_opinion, transfer_step
from beffroi.shared.signing.actions.folders import (
    chain_folder,
    create_folder,
    expire_folder,
    send_again,
    submit_folder,
    withdraw_folder,
)
from beffroi.shared.signing.actions.inviting import (
    cancel_invitation,
    check_code,
    find_invitation,
    invite_signer,
    refuse_outside,
    send_code,
    sign_outside,
)
from beffroi.shared.signing.actions.keeping import renew_folder
from beffroi.shared.signing.actions.mailing import cancel_sending, mail_again, mail_folder, note_reading
from beffroi.shared.signing.actions.setting import (
    save_circuit,
    save_delegation,
    save_desk,
    save_key,
    save_nature,
    stop_delegation,
)
from beffroi.shared.signing.actions.signature import content_of
from beffroi.shared.signing.actions.trusted import refresh_lists

__all__ = [
    "add_annotation",
    "ask_batch",
    "cancel_invitation",
    "cancel_sending",
    "chain_folder",
    "change_annotation",
    "check_code",
    "content_of",
    "create_folder",
    "decide_step",
    "expire_folder",
    "find_invitation",
    "invite_signer",
    "mail_again",
    "mail_folder",
    "note_reading",
    "refresh_lists",
    "refuse_outside",
    "regret_step",
    "remove_annotation",
    "renew_folder",
    "save_circuit",
    "save_delegation",
    "save_desk",
    "save_key",
    "save_nature",
    "second_opinion",
    "send_again",
    "send_code",
    "sign_outside",
    "stop_delegation",
    "submit_folder",
    "transfer_step",
    "withdraw_folder",
]
