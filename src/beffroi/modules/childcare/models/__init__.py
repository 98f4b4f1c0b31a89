"""Children and homes, the offer, bookings and presence, health, income, the day."""

from beffroi.modules.childcare.models.booking import Attendance, Booking, Enrolment, Tick
from beffroi.modules.childcare.models.children import (
    Child,
    ChildHome,
    Contact,
    Custody,
    CustodyException,
    Guardian,
)
from beffroi.modules.childcare.models.day import Dish, MealOrder, Shift
from beffroi.modules.childcare.models.health import Document, HealthSheet, Proposal
from beffroi.modules.childcare.models.income import Quotient, QuotientConsent
from beffroi.modules.childcare.models.offer import (
    Activity,
    DocumentKind,
    Group,
    GroupDay,
    Period,
    Place,
    Site,
    Unit,
)

__all__ = [
    "Activity",
    "Attendance",
    "Booking",
    "Child",
    "ChildHome",
    "Contact",
    "Custody",
    "CustodyException",
    "Dish",
    "Document",
    "DocumentKind",
    "Enrolment",
    "Group",
    "GroupDay",
    "Guardian",
    "HealthSheet",
    "MealOrder",
    "Period",
    "Place",
    "Proposal",
    "Quotient",
    "QuotientConsent",
    "Shift",
    "Site",
    "Tick",
    "Unit",
]
