"""Every write about acts."""

from beffroi.modules.deliberations.actions.acts import (
    adopt_act,
    cancel_act,
    create_act,
    edit_act,
    next_number,
    notify_act,
    receive_act,
)
from beffroi.modules.deliberations.actions.alerts import ask_alert, confirm_alert, stop_alert
from beffroi.modules.deliberations.actions.copies import hand_copy, open_copy, send_copies, set_copy_folder
from beffroi.modules.deliberations.actions.drafting import save_template, write_text
from beffroi.modules.deliberations.actions.publication import anonymise_act, publish_act, set_regime, withdraw_act
from beffroi.modules.deliberations.actions.signature import publish_signed, send_to_signature, take_signed

__all__ = [
    "write_text",
    "set_copy_folder",
    "send_copies",
    "save_template",
    "open_copy",
    "hand_copy",
    "adopt_act",
    "anonymise_act",
    "ask_alert",
    "cancel_act",
    "confirm_alert",
    "create_act",
    "edit_act",
    "next_number",
    "notify_act",
    "publish_act",
    "publish_signed",
    "receive_act",
    "send_to_signature",
    "set_regime",
    "stop_alert",
    "take_signed",
    "withdraw_act",
]
