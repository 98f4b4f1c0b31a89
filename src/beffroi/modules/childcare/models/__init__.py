"""Children and homes, the offer, bookings and presence, transport, health, income, the day."""

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
from beffroi.modules.childcare.models.excuses import Excuse
from beffroi.modules.childcare.models.feed import BookingFeed
from beffroi.modules.childcare.models.health import Document, HealthSheet, Proposal
from beffroi.modules.childcare.models.income import Quotient, QuotientConsent, QuotientNotice
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
from beffroi.modules.childcare.models.parents import Likeness, ParentInvitation
from beffroi.modules.childcare.models.residence import Move, Residence
from beffroi.modules.childcare.models.support import Support, SupportDraw
from beffroi.modules.childcare.models.surveys import Survey, SurveyAnswer, SurveyInvite, SurveyQuestion
from beffroi.modules.childcare.models.transport import Boarding, Ride, RideSkip, SeatWish, Stop, TransportLine, Trip

__all__ = [
    "Activity",
    "Attendance",
    "Boarding",
    "Booking",
    "BookingFeed",
    "Child",
    "ChildHome",
    "Contact",
    "Custody",
    "CustodyException",
    "Dish",
    "Document",
    "DocumentKind",
    "Enrolment",
    "Excuse",
    "Group",
    "GroupDay",
    "Guardian",
    "HealthSheet",
    "Likeness",
    "MealOrder",
    "Move",
    "ParentInvitation",
    "Period",
    "Place",
    "Proposal",
    "Quotient",
    "QuotientConsent",
    "Residence",
    "QuotientNotice",
    "Ride",
    "RideSkip",
    "SeatWish",
    "Shift",
    "Site",
    "Stop",
    "Support",
    "SupportDraw",
    "Survey",
    "SurveyAnswer",
    "SurveyInvite",
    "SurveyQuestion",
    "Tick",
    "TransportLine",
    "Trip",
    "Unit",
]
