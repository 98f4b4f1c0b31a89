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
from beffroi.modules.deliberations.actions.publication import anonymise_act, publish_act, set_regime, withdraw_act
from beffroi.modules.deliberations.actions.signature import publish_signed, send_to_signature, take_signed

__all__ = [
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
