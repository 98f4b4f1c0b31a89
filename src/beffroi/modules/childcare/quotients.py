"""The homes whose quotient familial is not known, or is last year's: whom to ask, who was told."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.income import is_old
from beffroi.modules.childcare.models import (
    Child,
    ChildHome,
    Enrolment,
    Guardian,
    Quotient,
    QuotientConsent,
    QuotientNotice,
)
from beffroi.shared.people.models import Household

STATES = {"manquant": "Jamais donné", "ancien": "De l’an passé", "renouveler": "À renouveler"}
TONES = {"manquant": "late", "ancien": "late", "renouveler": "waiting"}


def to_give(today: datetime.date | None = None) -> QuerySet[Household]:
    """The homes of children who are registered somewhere, without a quotient of this year: one query.

    Each bears `last_month` and `last_value` (what is known), `consented` (we ask for it ourselves) and `told_at`.
    """
    today = today or timezone.localdate()
    living = ChildHome.objects.current().filter(
        child__erased_at=None, child__in=Enrolment.objects.filter(end=None).values("child")
    )
    known = Quotient.objects.filter(household=OuterRef("pk"), month__lte=today).order_by("-month")
    this_year = known.filter(month__gte=today.replace(month=1, day=1))
    told = QuotientNotice.objects.filter(household=OuterRef("pk"), year=today.year)
    rows = Household.objects.filter(~Exists(this_year), pk__in=living.values("household"))
    return rows.annotate(
        last_month=Subquery(known.values("month")[:1]),
        last_value=Subquery(known.values("value")[:1]),
        told_at=Subquery(told.values("told_at")[:1]),
        consented=Exists(QuotientConsent.objects.filter(household=OuterRef("pk"), revoked_at=None)),
    )


def listed(user, today: datetime.date, state: str = "", typed: str = "") -> QuerySet[Household]:
    """Those that an agent may see, with `reached` (somebody can be written to): those without any quotient first."""
    mine = ChildHome.objects.current().filter(child__in=Child.objects.visible_to(user, REGISTER))
    by_message = Q(person__user__is_active=True) | ~Q(person__email="")
    guardians = Guardian.objects.active().filter(by_message, home__household=OuterRef("pk"))
    rows = to_give(today).filter(pk__in=mine.values("household")).annotate(reached=Exists(guardians))
    if state == "manquant":
        rows = rows.filter(last_month=None)
    elif state:
        rows = rows.exclude(last_month=None)
    if typed:
        rows = rows.filter(name__unaccent__icontains=typed)
    return rows.order_by(F("last_month").asc(nulls_first=True), "name", "pk")


@dataclass(frozen=True)
class _Known:
    month: datetime.date


def state_of(last_month: datetime.date | None, today: datetime.date) -> str:
    """ "manquant", "ancien" (no value of the year, after February), "renouveler" (January and February)."""
    if last_month is None:
        return "manquant"
    return "ancien" if is_old([_Known(last_month)], today) else "renouveler"
