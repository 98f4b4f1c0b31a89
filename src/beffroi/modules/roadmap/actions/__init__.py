"""Every write of the module, by noun. Rights are checked by the views and, for the states, by the workflow."""

from beffroi.modules.roadmap.actions.content import (
    copy_action,
    create_action,
    delete_action,
    edit_action,
    mark_same,
    publish_action,
    restrict_action,
    set_pilots,
)
from beffroi.modules.roadmap.actions.details import (
    add_link,
    add_note,
    complete_step,
    publish_note,
    remove_link,
    remove_note,
    replace_budget,
    replace_fundings,
    replace_steps,
    spread_budget,
)
from beffroi.modules.roadmap.actions.documents import add_documents, remove_document, show_document
from beffroi.modules.roadmap.actions.imports import apply_draft, drop_old_drafts, keep_draft
from beffroi.modules.roadmap.actions.indicators import (
    delete_indicator,
    delete_value,
    read_automatic,
    record_value,
    save_indicator,
)
from beffroi.modules.roadmap.actions.plans import (
    create_axis,
    create_plan,
    create_referent,
    delete_axis,
    edit_axis,
    edit_plan,
    edit_referent,
)
from beffroi.modules.roadmap.actions.progress import move_action, reach_state
from beffroi.modules.roadmap.actions.revisions import adopt_revision, freeze_revision, remind_revision

__all__ = [
    "add_documents",
    "add_link",
    "add_note",
    "adopt_revision",
    "apply_draft",
    "complete_step",
    "copy_action",
    "create_action",
    "create_axis",
    "create_plan",
    "create_referent",
    "delete_action",
    "delete_axis",
    "delete_indicator",
    "delete_value",
    "drop_old_drafts",
    "edit_action",
    "edit_axis",
    "edit_plan",
    "edit_referent",
    "freeze_revision",
    "keep_draft",
    "mark_same",
    "move_action",
    "publish_action",
    "publish_note",
    "reach_state",
    "read_automatic",
    "record_value",
    "remind_revision",
    "remove_document",
    "remove_link",
    "remove_note",
    "replace_budget",
    "replace_fundings",
    "replace_steps",
    "restrict_action",
    "save_indicator",
    "set_pilots",
    "show_document",
    "spread_budget",
]
