"""The tables of the roadmap, from the plan down to each figure."""

from beffroi.modules.roadmap.models.action import Action, Pilot
from beffroi.modules.roadmap.models.details import BudgetLine, Funding, Link, Note, Step
from beffroi.modules.roadmap.models.indicator import ActionIndicator, IndicatorValue
from beffroi.modules.roadmap.models.plan import Axis, Plan, Referent
from beffroi.modules.roadmap.models.revision import ChangeReason, ImportDraft, Revision

__all__ = [
    "Action",
    "ActionIndicator",
    "Axis",
    "BudgetLine",
    "ChangeReason",
    "Funding",
    "ImportDraft",
    "IndicatorValue",
    "Link",
    "Note",
    "Pilot",
    "Plan",
    "Referent",
    "Revision",
    "Step",
]
