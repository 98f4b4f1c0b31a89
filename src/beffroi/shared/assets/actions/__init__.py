"""Every write of the assets, by noun."""

from beffroi.shared.assets.actions.assets import (
    add_files,
    clean_values,
    move_asset,
    remove_asset,
    save_asset,
    set_status,
)
from beffroi.shared.assets.actions.imports import (
    cancel_import,
    check_columns,
    receive_import,
    resume_import,
    start_import,
)
from beffroi.shared.assets.actions.kinds import install_usual_kinds, save_kind

__all__ = [
    "add_files",
    "cancel_import",
    "check_columns",
    "clean_values",
    "install_usual_kinds",
    "move_asset",
    "receive_import",
    "remove_asset",
    "resume_import",
    "save_asset",
    "save_kind",
    "set_status",
    "start_import",
]
