from beffroi.modules.transparency.actions.budgets import keep_budget, keep_chart, publish_budget, withdraw_budget
from beffroi.modules.transparency.actions.grants import (
    import_grants,
    publish_grant,
    publish_grants,
    remove_grant,
    save_grant,
    withdraw_grant,
)
from beffroi.modules.transparency.actions.listing import list_datasets, save_sheet

__all__ = [
    "import_grants",
    "keep_budget",
    "keep_chart",
    "list_datasets",
    "publish_budget",
    "publish_grant",
    "publish_grants",
    "remove_grant",
    "save_grant",
    "save_sheet",
    "withdraw_budget",
    "withdraw_grant",
]
