"""Every write of the sign-book."""

from beffroi.shared.signing.actions.deciding import decide_step, regret_step, second_opinion, transfer_step
from beffroi.shared.signing.actions.folders import create_folder, submit_folder, withdraw_folder
from beffroi.shared.signing.actions.setting import save_circuit, save_delegation, save_desk, stop_delegation

__all__ = [
    "create_folder",
    "decide_step",
    "regret_step",
    "save_circuit",
    "save_delegation",
    "save_desk",
    "second_opinion",
    "stop_delegation",
    "submit_folder",
    "transfer_step",
    "withdraw_folder",
]
