"""The law as cases: working days, silence that means acceptance or refusal, incomplete requests."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beffroi.modules.mail import deadlines
from beffroi.modules.mail.models import Regime, Suspension
from beffroi.shared.organisations.days import add_working_days, is_working, working_days

D = datetime.date
DATES = st.dates(D(2015, 1, 1), D(2035, 12, 31))


def asked(on: D, until: D, received: D | None = None) -> Suspension:
    return Suspension(pieces="RIB", asked_on=on, until=until, received_on=received)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (D(2026, 11, 24), 3, D(2026, 11, 27)),
        (D(2026, 11, 27), 1, D(2026, 11, 30)),  # Friday, then Monday
        (D(2026, 5, 22), 1, D(2026, 5, 26)),  # the Monday of Pentecost, 25 May 2026, is a public holiday
        (D(2026, 4, 30), 2, D(2026, 5, 5)),  # 1 May, a Friday
        (D(2026, 12, 24), 2, D(2026, 12, 29)),  # Christmas, a Friday
        (D(2026, 11, 28), 1, D(2026, 11, 30)),  # arrived on a Saturday
        (D(2026, 11, 24), -2, D(2026, 11, 20)),
    ],
)
def test_working_days_leave_out_weekends_and_public_holidays(start, days, end):
    assert add_working_days(start, days, "80") == end


@given(DATES, st.integers(1, 60))
def test_counting_back_the_working_days_gives_their_number(start, days):
    end = add_working_days(start, days, "80")
    assert is_working(end, "80")
    assert working_days(start, end, "80") == days


@pytest.mark.parametrize(
    ("received", "months", "born"),
    [(D(2026, 3, 12), 2, D(2026, 5, 12)), (D(2026, 12, 31), 2, D(2027, 2, 28)), (D(2026, 1, 31), 1, D(2026, 2, 28))],
)
def test_silence_of_two_months_counts_from_day_to_day(received, months, born):
    for regime in (Regime.SVA, Regime.SVR):
        assert deadlines.implicit_decision(regime, received_on=received, months=months) == born


def test_silence_on_what_is_no_request_means_nothing():
    assert deadlines.implicit_decision(Regime.NONE, received_on=D(2026, 3, 12)) is None


def test_refusal_counts_from_the_first_administration_acceptance_from_the_competent_one():
    """CRPA L114-3: received on 2 March by another body, passed on and received here on 20 March."""
    dates = {"received_on": D(2026, 3, 20), "first_received_on": D(2026, 3, 2)}
    assert deadlines.implicit_decision(Regime.SVR, **dates) == D(2026, 5, 2)
    assert deadlines.implicit_decision(Regime.SVA, **dates) == D(2026, 5, 20)


def test_incomplete_request_acceptance_waits_for_the_pieces():
    """CRPA L114-5, last sentence: the delay runs only from the receipt of the pieces."""
    start = {"received_on": D(2026, 3, 2)}
    pending = [asked(D(2026, 3, 10), D(2026, 4, 10))]
    assert deadlines.implicit_decision(Regime.SVA, **start, suspensions=pending) is None
    came = [asked(D(2026, 3, 10), D(2026, 4, 10), D(2026, 3, 25))]
    assert deadlines.implicit_decision(Regime.SVA, **start, suspensions=came) == D(2026, 5, 25)
    too_late = [asked(D(2026, 3, 10), D(2026, 4, 10), D(2026, 4, 20))]
    assert deadlines.implicit_decision(Regime.SVA, **start, suspensions=too_late) == D(2026, 6, 20)


def test_incomplete_request_refusal_is_suspended_for_the_delay_given_at_most():
    """CRPA L114-5: suspended during the delay given, which the production of the pieces ends."""
    start = {"received_on": D(2026, 3, 2)}
    pending = [asked(D(2026, 3, 10), D(2026, 3, 30))]
    assert deadlines.implicit_decision(Regime.SVR, **start, suspensions=pending) == D(2026, 5, 22)
    came = [asked(D(2026, 3, 10), D(2026, 3, 30), D(2026, 3, 15))]
    assert deadlines.implicit_decision(Regime.SVR, **start, suspensions=came) == D(2026, 5, 7)
    too_late = [asked(D(2026, 3, 10), D(2026, 3, 30), D(2026, 4, 20))]
    assert deadlines.implicit_decision(Regime.SVR, **start, suspensions=too_late) == D(2026, 5, 22)


@given(DATES, st.integers(1, 4), st.integers(1, 120), st.integers(0, 60))
def test_answer_is_always_due_before_silence_decides(received, months, days, wait):
    suspensions = [asked(received, received + datetime.timedelta(days=wait))] if wait else []
    implicit = deadlines.implicit_decision(Regime.SVR, received_on=received, months=months, suspensions=suspensions)
    due = deadlines.due_on(received, days, departement="80", suspensions=suspensions, implicit_on=implicit)
    assert due < implicit
    assert is_working(due, "80")


@given(DATES, st.integers(1, 40), st.integers(1, 40))
def test_more_days_are_never_due_sooner(received, days, more):
    assert deadlines.due_on(received, days + more) > deadlines.due_on(received, days)


def test_awaited_pieces_lengthen_the_delay_by_the_working_days_awaited():
    received = D(2026, 11, 2)
    plain = deadlines.due_on(received, 5, departement="80")
    came = [asked(D(2026, 11, 4), D(2026, 11, 30), D(2026, 11, 12))]  # 11 November is a public holiday
    assert (plain, deadlines.due_on(received, 5, departement="80", suspensions=came)) == (
        D(2026, 11, 9),
        D(2026, 11, 17),
    )


@pytest.mark.django_db
def test_type_and_priority_give_the_deadline_and_its_two_alarms(make_letter, make_type, clerk, team, operator):
    from beffroi.modules.mail import actions

    kind = make_type(normal_days=20, urgent_days=8, very_urgent_days=4, alarm_before=3, alarm_after=2)
    found = {}
    for priority in ("normal", "urgent", "very_urgent"):
        letter = actions.route_letter(make_letter(), actor=clerk, type=kind, priority=priority, team=team)
        found[priority] = working_days(letter.arrived_on, letter.due_on, "80")
        assert working_days(letter.alarm1_on, letter.due_on, "80") == 3
        assert working_days(letter.due_on, letter.alarm2_on, "80") == 2
    assert found == {"normal": 20, "urgent": 8, "very_urgent": 4}
