"""What a third party pays of priced lines: never more than its part nor than its ceilings, and to the cent."""

import datetime
from collections import Counter
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from beffroi.shared.billing import rates
from beffroi.shared.billing.rates import Ceilings, third_party

DAY = datetime.date(2026, 11, 2)  # a Monday
DAYS = st.integers(0, 80).map(lambda rank: DAY + datetime.timedelta(days=rank))
CEILINGS = st.builds(
    Ceilings,
    day=st.none() | st.integers(0, 3000),
    month=st.none() | st.integers(0, 20_000),
    whole=st.none() | st.integers(0, 40_000),
)
PERCENT = st.integers(1, 100)


def line(day, amount, kind="unit", tariff=1):
    return rates.Line(
        label="Journée",
        quantity=Decimal(1),
        unit_price=amount,
        amount=amount,
        explanation="",
        unit="day",
        subject="Léa",
        day=day,
        kind=kind,
        tariff=tariff,
    )


LINES = st.lists(st.tuples(DAYS, st.integers(0, 5000)).map(lambda pair: line(*pair)), max_size=40)


@st.composite
def capped(draw):
    """The lines of some days under a weekly cap, as the engine gives them."""
    family = rates.Family(qf=500)
    rule = {"bands": [{"upto": None, "prices": {"resident": draw(st.integers(1, 3000))}}]}
    rule["weekly_cap"] = draw(st.integers(1, 9000))
    book = rates.Book([rates.read(rule, unit="day", label="Journée", start=datetime.date(2026, 1, 1), tariff=1)])
    days = draw(st.lists(DAYS, max_size=25, unique=True))
    return book.price(rates.Use(unit="day", day=day, family=family, subject="Léa") for day in days).lines


@given(LINES, PERCENT, CEILINGS)
def test_never_more_than_its_part_nor_than_a_ceiling(lines, percent, ceilings):
    paid = third_party(lines, percent, ceilings)
    days, months = Counter(), Counter()
    for one, part in zip(lines, paid, strict=True):
        assert 0 <= part <= one.amount
        assert part <= one.amount * percent / 100 + 0.5
        days[one.day] += part
        months[one.day.year, one.day.month] += part
    for most, sums in ((ceilings.day, days), (ceilings.month, months), (ceilings.whole, {0: sum(paid)})):
        assert most is None or all(total <= most for total in sums.values())


@given(LINES, PERCENT)
def test_without_a_ceiling_it_is_the_part_of_each_line(lines, percent):
    for one, part in zip(lines, third_party(lines, percent, Ceilings()), strict=True):
        assert abs(part - one.amount * percent / 100) <= 0.5


@given(LINES, PERCENT, CEILINGS)
def test_a_ceiling_is_reached_before_anything_is_left_to_the_family(lines, percent, ceilings):
    """What is not paid in full meets a ceiling that is used up."""
    paid = third_party(lines, percent, ceilings)
    full = third_party(lines, percent, Ceilings())
    days, months = Counter(), Counter()
    for one, part in zip(lines, paid, strict=True):
        days[one.day] += part
        months[one.day.year, one.day.month] += part
    for one, part, wanted in zip(lines, paid, full, strict=True):
        if part < wanted:
            reached = (
                days[one.day] == ceilings.day
                or months[one.day.year, one.day.month] == ceilings.month
                or sum(paid) == ceilings.whole
            )
            assert reached


@given(LINES, PERCENT, CEILINGS, st.randoms())
def test_order_of_the_lines_of_different_days_is_nothing(lines, percent, ceilings, draw):
    lines = list({one.day: one for one in lines}.values())
    paid = dict(zip((one.day for one in lines), third_party(lines, percent, ceilings), strict=True))
    draw.shuffle(lines)
    assert dict(zip((one.day for one in lines), third_party(lines, percent, ceilings), strict=True)) == paid


@given(LINES, PERCENT, CEILINGS, DAYS)
def test_two_invoices_pay_what_one_would(lines, percent, ceilings, cut):
    """Cut at a day: what the first pays counts for the second."""
    first = [one for one in lines if one.day < cut]
    second = [one for one in lines if one.day >= cut]
    apart = third_party(first, percent, ceilings) + third_party(second, percent, ceilings, first)
    assert sorted(apart) == sorted(third_party([*first, *second], percent, ceilings))


@given(LINES, PERCENT, CEILINGS, CEILINGS)
def test_a_wider_ceiling_never_pays_less(lines, percent, narrow, more):
    def wider(one, added):
        return None if one is None or added is None else one + added

    wide = Ceilings(
        day=wider(narrow.day, more.day), month=wider(narrow.month, more.month), whole=wider(narrow.whole, more.whole)
    )
    assert sum(third_party(lines, percent, wide)) >= sum(third_party(lines, percent, narrow))


@given(capped(), PERCENT, CEILINGS)
def test_under_a_weekly_cap_nobody_pays_below_zero_and_both_make_the_price(lines, percent, ceilings):
    paid = third_party(lines, percent, ceilings)
    weeks, months = Counter(), Counter()
    left = Counter()
    for one, part in zip(lines, paid, strict=True):
        week = one.day.isocalendar()[:2]
        weeks[week] += part
        left[week] += one.amount - part
        months[one.day.year, one.day.month] += part
    assert all(total >= 0 for total in (*weeks.values(), *left.values()))
    assert ceilings.whole is None or sum(paid) <= ceilings.whole


def test_words_and_truth_of_ceilings():
    assert not Ceilings()
    assert Ceilings(day=0)
    assert Ceilings(day=500, month=6000).words == "au plus 5,00\u00a0€ par jour, 60,00\u00a0€ par mois"
    assert Ceilings(whole=100).words == "au plus 1,00\u00a0€ en tout"


def test_weekly_cap_is_shared_as_the_week_was():
    """Five days at 10 € capped at 35 €, 6 € a day at most: the body pays 30 € of 50, so 21 € of the 35 that are due."""
    lines = [line(DAY + datetime.timedelta(days=rank), 1000) for rank in range(5)]
    lines.append(line(DAY + datetime.timedelta(days=4), -1500, kind="cap"))
    assert third_party(lines, 100, Ceilings(day=600)) == [600] * 5 + [-900]
