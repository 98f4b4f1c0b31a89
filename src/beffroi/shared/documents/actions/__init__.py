"""Every write about documents."""

from beffroi.shared.documents.actions.bonds import (
    forget_search,
    link_documents,
    record_export,
    save_search,
    save_type,
    toggle_favourite,
    unlink_documents,
)
from beffroi.shared.documents.actions.fate import eliminate_folder, lift_hold, not_due, set_hold, transfer_folder
from beffroi.shared.documents.actions.filing import (
    add_document,
    add_version,
    bring_back_version,
    check_in,
    check_out,
    finalise_document,
    move_document,
    revise_document,
    update_document,
)
from beffroi.shared.documents.actions.folders import (
    close_folder,
    create_folder,
    move_folder,
    reopen_folder,
    update_folder,
)
from beffroi.shared.documents.actions.plan import copy_plan, save_activity, save_series
from beffroi.shared.documents.actions.proposing import accept_suggestion, refuse_suggestion
from beffroi.shared.documents.actions.redacting import redact_document
from beffroi.shared.documents.actions.sharing import (
    Exhausted,
    deposit,
    find_link,
    give_link,
    revoke_link,
    right_password,
    use_link,
)
from beffroi.shared.documents.actions.spaces import (
    create_space,
    fence_off,
    give_right,
    take_right,
    unfence,
    update_space,
)
from beffroi.shared.documents.actions.templating import fill_template
from beffroi.shared.documents.actions.trash import empty, restore, throw_document, throw_folder
from beffroi.shared.documents.actions.uploads import append_part, begin_upload, finish_upload, forget_uploads

__all__ = [
    "Exhausted",
    "deposit",
    "find_link",
    "forget_search",
    "give_link",
    "link_documents",
    "record_export",
    "revoke_link",
    "right_password",
    "save_search",
    "save_type",
    "toggle_favourite",
    "unlink_documents",
    "use_link",
    "accept_suggestion",
    "add_document",
    "add_version",
    "append_part",
    "begin_upload",
    "bring_back_version",
    "check_in",
    "check_out",
    "close_folder",
    "copy_plan",
    "create_folder",
    "create_space",
    "eliminate_folder",
    "empty",
    "fence_off",
    "fill_template",
    "finalise_document",
    "finish_upload",
    "forget_uploads",
    "give_right",
    "lift_hold",
    "move_document",
    "move_folder",
    "not_due",
    "redact_document",
    "refuse_suggestion",
    "reopen_folder",
    "restore",
    "revise_document",
    "save_activity",
    "save_series",
    "set_hold",
    "take_right",
    "throw_document",
    "throw_folder",
    "transfer_folder",
    "unfence",
    "update_document",
    "update_folder",
    "update_space",
]
