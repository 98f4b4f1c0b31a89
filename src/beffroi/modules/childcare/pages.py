"""The pages of the module, for the checks that visit them all."""

from django.utils import timezone

from beffroi.kernel.modules import Page
from beffroi.modules.childcare.access import ATTEND, ESCORT, HEALTH, MANAGE, REGISTER, VIEW
from beffroi.modules.childcare.models import (
    Activity,
    Booking,
    Child,
    ChildHome,
    Custody,
    Enrolment,
    Excuse,
    Likeness,
    Move,
    Period,
    Ride,
    Site,
    Stop,
    Survey,
    SurveyInvite,
    SurveyQuestion,
    TransportLine,
)


def _first(rows, field: str = "pk"):
    value = rows.order_by("pk").values_list(field, flat=True).first()
    return (value,) if value is not None else None


def _shared():
    """A child who lives in two homes."""
    return _first(Child.objects.kept().filter(homes__rank=2, homes__end=None))


def _home():
    found = ChildHome.objects.current().filter(rank=2).order_by("pk").first()
    return (found.child_id, found.pk) if found else None


def _supported():
    """A home for which a body pays."""
    found = ChildHome.objects.current().filter(supports__isnull=False).order_by("pk").first()
    return (found.child_id, found.pk) if found else _home()


def _desk_booking():
    found = Enrolment.objects.filter(end=None, activity__is_published=True).select_related("activity").first()
    return (found.child_id, found.activity.slug) if found else None


def _counted():
    """A day booked by quantity, that may still be changed."""
    ahead = Booking.objects.filter(state="booked", unit__kind="quantity", day__gt=timezone.localdate())
    found = ahead.order_by("day", "pk").first()
    return (found.child_id, found.pk) if found else None


def _slug(model):
    return lambda: _first(model.objects.all(), "slug")


def _period():
    found = Period.objects.select_related("activity").order_by("pk").first()
    return (found.activity.slug, "periode", found.pk) if found else None


def _queue():
    found = Booking.objects.filter(state="waiting").order_by("day", "pk").first()
    return (found.group_id, found.day.isoformat()) if found else None


def _stop():
    return next(iter(Stop.objects.order_by("pk").values_list("line__slug", "pk")), None)


def _way():
    found = _first(TransportLine.objects.filter(is_active=True), "slug")
    return (*found, "matin") if found else None


def _riding():
    """A home whose child has a stop."""
    return next(iter(Ride.objects.order_by("pk").values_list("child", "home")), None)


def _question():
    """A question that may still be changed."""
    held = SurveyQuestion.objects.filter(survey__sent_at=None).order_by("pk")
    return next(iter(held.values_list("survey", "pk")), None)


def _entry():
    """A home that has not answered an open questionnaire."""
    held = SurveyInvite.objects.filter(answered=False, survey__in=Survey.objects.open()).order_by("pk")
    return next(iter(held.values_list("survey", "pk")), None)


def _custody():
    return _first(Custody.objects.all(), "child")


def _page(name: str, permission: str = "", args=lambda: (), query: str = "") -> Page:
    return Page(url_name=f"childcare:{name}", permission=permission, args=args, query=query)


PAGES = [
    _page("activities"),
    _page("activity", args=_slug(Activity)),
    _page("my_children", "login"),
    _page("child_new", "login"),
    _page("join", "login"),
    _page("my_bookings", "login"),
    _page("my_quotient", "login"),
    _page("my_feed", "login"),
    _page("quotients", REGISTER),
    _page("today", VIEW),
    _page("children", VIEW),
    _page("child", VIEW, _shared),
    _page("child_documents", VIEW, _shared),
    _page("child_history", VIEW, _shared),
    _page("desk_child_new", REGISTER),
    _page("child_edit", REGISTER, _shared),
    _page("home_add", REGISTER, _shared),
    _page("guardian_add", REGISTER, _home),
    _page("quotient", REGISTER, _home),
    _page("residence", REGISTER, _home),
    _page("payer", REGISTER, _home),
    _page("support", REGISTER, _supported),
    _page("confirmation", REGISTER, _home),
    _page("desk_contact_new", REGISTER, _home),
    _page("desk_invite", REGISTER, _home),
    _page("likeness", REGISTER, lambda: _first(Likeness.objects.waiting())),
    _page("certifications", REGISTER),
    _page("excuse", REGISTER, lambda: _first(Excuse.objects.waiting())),
    _page("move", REGISTER, lambda: _first(Move.objects.waiting())),
    _page("custody", REGISTER, _custody),
    _page("desk_exception", REGISTER, _custody),
    _page("health", HEALTH, _shared),
    _page("desk_calendar", REGISTER, _desk_booking),
    _page("desk_quantity", REGISTER, _counted),
    _page("todo", REGISTER),
    _page("queue", REGISTER, _queue),
    _page("meals", VIEW),
    _page("figures", REGISTER),
    _page("statement", REGISTER),
    _page("menus", MANAGE),
    _page("my_surveys", "login"),
    _page("surveys", REGISTER),
    _page("survey_new", MANAGE),
    _page("survey", REGISTER, lambda: _first(Survey.objects.sent())),
    _page("survey_edit", MANAGE, lambda: _first(Survey.objects.filter(sent_at=None))),
    _page("question_new", MANAGE, lambda: _first(Survey.objects.filter(sent_at=None))),
    _page("question", MANAGE, _question),
    _page("survey_homes", REGISTER, lambda: _first(Survey.objects.open())),
    _page("survey_entry", REGISTER, _entry),
    _page("lines", VIEW),
    _page("line_new", MANAGE),
    _page("line", VIEW, _slug(TransportLine)),
    _page("line_edit", MANAGE, _slug(TransportLine)),
    _page("stop_new", MANAGE, _slug(TransportLine)),
    _page("stop", MANAGE, _stop),
    _page("line_day", VIEW, _slug(TransportLine)),
    _page("desk_transport", REGISTER, _riding),
    _page("field_line", ESCORT, _way),
    _page("offer", MANAGE),
    _page("activity_new", MANAGE),
    _page("site_new", MANAGE),
    _page("document_kind_new", MANAGE),
    _page("offer_activity", MANAGE, _slug(Activity)),
    _page("activity_edit", MANAGE, _slug(Activity)),
    _page("staff", MANAGE, _slug(Activity)),
    _page("part", MANAGE, _period),
    _page("site", MANAGE, _slug(Site)),
    _page("field_sheet", ATTEND, _slug(Site)),
    _page("unexpected", ATTEND, _slug(Site)),
    _page("emergency", HEALTH, _slug(Site)),
]
