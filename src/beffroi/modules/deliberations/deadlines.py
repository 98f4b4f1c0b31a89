"""The dates that the law draws from the publication of an act."""

import datetime

from beffroi.shared.organisations.days import add_months, add_working_days
from beffroi.shared.organisations.models import Commune, Organisation


def appeal_until(published_on: datetime.date, departement: str = "") -> datetime.date:
    """The last day to bring an act before the administrative court: two whole months (CJA R421-1).

    The period is « franc » (CJA R421-5 and settled case law; CPC 641, 642): neither the day of publication nor the
    last one counts, so it ends the day after the same day two months later; on a Saturday, a Sunday or a public holiday
    it runs to the next working day. Overseas periods of distance (R421-7) are not added.
    """
    last = add_months(published_on, 2) + datetime.timedelta(days=1)
    return add_working_days(last, 0, departement)


def online_until(published_on: datetime.date) -> datetime.date:
    """The day until which an act must at least stay online: two months (CGCT R2131-1)."""
    return add_months(published_on, 2)


def list_due(meeting_on: datetime.date) -> datetime.date:
    """The last day to show the list of the deliberations examined: a week after the meeting (CGCT L2121-25)."""
    return meeting_on + datetime.timedelta(days=7)


LARGE = 3500


def clear_days(organisation, *, urgent: bool = False, second_call: bool = False) -> int:
    """How many clear days must pass between the convocation and the meeting.

    Five in a commune of 3,500 people or more (CGCT L2121-12) and in an EPCI that has one (L5211-1), three in the
    others (L2121-11); one in an emergency, of which the mayor gives account at the opening; three on a second call for
    want of quorum (L2121-17).
    """
    if urgent:
        return 1
    if second_call:
        return 3
    return 5 if _is_large(organisation) else 3


def _is_large(organisation) -> bool:
    communes = Commune.objects.filter(population__gte=LARGE)
    if organisation.kind == Organisation.Kind.EPCI:
        return communes.filter(member=True, parent=organisation).exists()
    return communes.filter(pk=organisation.pk).exists()


def convene_by(meeting_on: datetime.date, days: int) -> datetime.date:
    """The last day to send convocations: `days` clear days, so neither that day nor the day of the meeting counts;
    Saturdays, Sundays and holidays do."""
    return meeting_on - datetime.timedelta(days=days + 1)
