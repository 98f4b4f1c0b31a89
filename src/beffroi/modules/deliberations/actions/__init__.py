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
    "receive_act",
    "set_regime",
    "stop_alert",
    "withdraw_act",
]
