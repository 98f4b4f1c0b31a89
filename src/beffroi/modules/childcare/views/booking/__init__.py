"""Choosing an activity, days, children; reading what it will be before saying yes; cancelling."""

from beffroi.modules.childcare.views.booking.calendar import calendar, enrol
from beffroi.modules.childcare.views.booking.mine import answer, bookings, cancel
from beffroi.modules.childcare.views.booking.quantity import desk_quantity, quantity
from beffroi.modules.childcare.views.booking.review import review

__all__ = ["answer", "bookings", "calendar", "cancel", "desk_quantity", "enrol", "quantity", "review"]
