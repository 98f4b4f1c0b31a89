"""Orders and what is done in them, plans, meters, rounds, stock."""

from beffroi.modules.maintenance.models.checklists import Answer, Check, Checklist
from beffroi.modules.maintenance.models.contractors import ContractorAccess
from beffroi.modules.maintenance.models.feeds import TeamFeed
from beffroi.modules.maintenance.models.notes import Note
from beffroi.modules.maintenance.models.orders import Closing, Order, OrderReport
from beffroi.modules.maintenance.models.plans import Meter, Occurrence, Plan, Reading, Trigger
from beffroi.modules.maintenance.models.stock import (
    Level,
    Movement,
    Part,
    Purchase,
    PurchaseLine,
    Reservation,
    Store,
)
from beffroi.modules.maintenance.models.work import Absence, Expense, Labour, Rate

__all__ = [
    "Level",
    "Movement",
    "Part",
    "Purchase",
    "PurchaseLine",
    "Reservation",
    "Store",
    "Absence",
    "Answer",
    "Check",
    "Checklist",
    "Closing",
    "ContractorAccess",
    "Expense",
    "Labour",
    "Meter",
    "Note",
    "Occurrence",
    "Order",
    "OrderReport",
    "Plan",
    "Rate",
    "Reading",
    "TeamFeed",
    "Trigger",
]
