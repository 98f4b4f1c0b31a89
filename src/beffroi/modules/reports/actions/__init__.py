"""Every write of the reports: filing, handling, what the public sees, settings."""

from beffroi.modules.reports.actions.api import create_key, note_media, revoke_key, update_from_tool
from beffroi.modules.reports.actions.external import answer_as_external
from beffroi.modules.reports.actions.filing import create_report
from beffroi.modules.reports.actions.handling import (
    change_category,
    correct_place,
    hand_over,
    refuse_report,
    reopen_by_author,
    resolve_report,
)
from beffroi.modules.reports.actions.outlets import (
    queue_sending,
    read_back,
    read_services,
    retry_sending,
    save_outlet,
    send_due,
)
from beffroi.modules.reports.actions.publication import (
    blur_photo,
    flag_report,
    hide_report,
    hide_text,
    mark_read,
    set_moderation,
    show_photo,
    show_report,
    show_text,
)
from beffroi.modules.reports.actions.reminders import remind_bodies
from beffroi.modules.reports.actions.repair import add_repair_photos
from beffroi.modules.reports.actions.settings import (
    import_roads,
    remove_category,
    remove_competence,
    save_category,
    save_competence,
)
from beffroi.modules.reports.actions.sightings import tell_sighting
from beffroi.modules.reports.actions.watch import ask_watch, confirm_watch, stop_watch

__all__ = [
    "import_roads",
    "add_repair_photos",
    "answer_as_external",
    "ask_watch",
    "blur_photo",
    "change_category",
    "confirm_watch",
    "correct_place",
    "create_key",
    "create_report",
    "flag_report",
    "hand_over",
    "hide_report",
    "hide_text",
    "mark_read",
    "note_media",
    "queue_sending",
    "read_back",
    "read_services",
    "refuse_report",
    "remind_bodies",
    "remove_category",
    "remove_competence",
    "reopen_by_author",
    "resolve_report",
    "retry_sending",
    "revoke_key",
    "save_category",
    "save_competence",
    "save_outlet",
    "send_due",
    "set_moderation",
    "show_photo",
    "show_report",
    "show_text",
    "stop_watch",
    "tell_sighting",
    "update_from_tool",
]
