"""By when a letter is to be answered, and when silence becomes a decision.

Sources: code des relations entre le public et l’administration (CRPA) L114-3, L114-5, L231-1, L231-4, D231-2.
"""

import datetime
from collections.abc import Sequence

from beffroi.modules.mail.models import Letter, LetterType, Regime, Suspension
from beffroi.shared.organisations import public_holidays
from beffroi.shared.organisations.days import add_months, add_working_days, working_days

DAY = datetime.timedelta(days=1)


def implicit_decision(
    regime: str,
    *,
    received_on: datetime.date,
    first_received_on: datetime.date | None = None,
    months: int = 2,
    suspensions: Sequence[Suspension] = (),
) -> datetime.date | None:
    """The day on which silence becomes a decision; None when it cannot yet be told, or when silence means nothing.

    - Acceptance (L231-1): `months` after the competent administration received the request (L114-3), and only after
      the missing pieces came (L114-5); None as long as they are awaited.
    - Refusal (L231-4): `months` after any administration received it (L114-3); suspended while the person may send
      the pieces, until they come or the delay given is over (L114-5).
    """
    if regime == Regime.SVA:
        if any(one.received_on is None for one in suspensions):
            return None
        came = [one.received_on for one in suspensions if one.received_on]
        return add_months(max([received_on, *came]), months)
    if regime == Regime.SVR:
        day = add_months(first_received_on or received_on, months)
        for one in suspensions:
            if one.asked_on < day:
                day += one.ends_on - one.asked_on
        return day
    return None


def due_on(
    received_on: datetime.date,
    days: int,
    *,
    departement: str = "",
    suspensions: Sequence[Suspension] = (),
    implicit_on: datetime.date | None = None,
) -> datetime.date:
    """The last day to answer: `days` working days after the receipt, longer by those during which pieces were
    awaited, and in any case before silence becomes a decision."""
    waited = sum(working_days(one.asked_on, one.ends_on, departement) for one in suspensions)
    day = add_working_days(received_on, days + waited, departement)
    if implicit_on is not None and day >= implicit_on:
        day = add_working_days(implicit_on - DAY, 0, departement)
        while day >= implicit_on:
            day = add_working_days(day, -1, departement)
    return day


def reckon(letter: Letter, suspensions: Sequence[Suspension] = ()) -> dict[str, datetime.date | None]:
    """The four dates of a letter, by the name of their field: all None while it has no type."""
    names = ("implicit_on", "due_on", "alarm1_on", "alarm2_on")
    start = letter.arrived_on or letter.registered_on
    kind: LetterType | None = letter.type
    if kind is None or not letter.is_incoming:
        return dict.fromkeys(names)
    departement = public_holidays.departement_of(letter.organisation.postal_code)
    implicit = implicit_decision(
        letter.regime,
        received_on=start,
        first_received_on=letter.first_received_on,
        months=letter.months,
        suspensions=suspensions,
    )
    due = due_on(
        start, kind.days(letter.priority), departement=departement, suspensions=suspensions, implicit_on=implicit
    )
    before = add_working_days(due, -kind.alarm_before, departement) if kind.alarm_before else due
    after = add_working_days(due, kind.alarm_after, departement)
    return dict(zip(names, (implicit, due, before, after), strict=True))
