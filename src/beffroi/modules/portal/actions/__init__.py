"""Every write of the site: news, events and alerts, their steps, the details that the law asks for."""

from beffroi.modules.portal.actions.appearance import change_appearance
from beffroi.modules.portal.actions.details import change_details
from beffroi.modules.portal.actions.pages import add_page, record_page, sync_editor
from beffroi.modules.portal.actions.publications import (
    OutOfReach,
    announce_due,
    change_publication,
    create_publication,
    move_publication,
)

__all__ = [
    "OutOfReach",
    "add_page",
    "announce_due",
    "change_appearance",
    "change_details",
    "change_publication",
    "create_publication",
    "move_publication",
    "record_page",
    "sync_editor",
]
