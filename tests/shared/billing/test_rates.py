"""What things cost: examples first, then what must hold for any tariff."""

import dataclasses
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beffroi.shared.billing import rates
from beffroi.shared.billing.money import rounded, words

DAY = date(2026, 11, 25)
BANDS = [
    {"upto": 400, "prices": {"resident": 450, "agreement": 600, "outside": 900}},
    {"upto": 800, "prices": {"resident": 800, "agreement": 950, "outside": 1300}},
    {"upto": None, "prices": {"resident": 1200, "agreement": 1400, "outside": 1800}},
]
ZONES = {"residents": ["80253"], "agreements": ["62298"]}


def rate(**rule):
    values = {"unit": "childcare.day", "label": "Journée", "start": date(2026, 1, 1)}
    return rates.read({"bands": BANDS, **ZONES, **rule}, **values)


def use(qf=612, commune="80253", children=1, **fields):
    family = rates.Family(qf=qf, commune=commune, children=children)
    return rates.Use(**({"unit": "childcare.day", "day": DAY, "subject": "Léa"} | fields), family=family)


def price(one, **rule):
    return rates.Book([rate(**rule)]).quote(one)


@pytest.mark.parametrize(
    ("qf", "commune", "amount"),
    [(400, "80253", 450), (401, "80253", 800), (2000, "80253", 1200), (400, "62298", 600), (400, "75056", 900)],
)
def test_band_of_the_quotient_and_of_the_home_gives_the_price(qf, commune, amount):
    assert price(use(qf, commune)).amount == amount


def test_unknown_quotient_pays_the_top_rate_and_says_so():
    found = price(use(None))
    assert found.amount == 1200
    assert "quotient familial inconnu" in found.explanation


def test_effort_rate_is_held_between_floor_and_ceiling():
    effort = {"rates": ["1.2", "1"], "floor": {"resident": 300}, "ceiling": {"resident": 1500}}
    assert price(use(600), bands=None, effort=effort).amount == 720
    assert price(use(600, children=3), bands=None, effort=effort).amount == 600
    assert price(use(100), bands=None, effort=effort).amount == 300
    assert price(use(9000), bands=None, effort=effort).amount == 1500
    assert price(use(None), bands=None, effort=effort).amount == 1500


def test_half_a_cent_goes_up():
    effort = {"rates": ["1.25"], "floor": {"resident": 0}, "ceiling": {"resident": 99999}}
    assert price(use(602), bands=None, effort=effort).amount == 753
    assert rounded(Decimal("752.5")) == 753
    assert rounded(Decimal("-752.5")) == -753


def test_second_child_pays_less_and_unbooked_pays_double():
    found = price(use(rank=2, booked=False), siblings=["1", "0.9"], penalties={"unbooked": "2"})
    assert found.amount == 1440
    assert found.explanation.endswith("2ᵉ enfant : × 0,9 ; sans réservation : × 2")


def test_excused_absence_costs_nothing_and_the_other_its_share():
    assert price(use(presence=rates.Presence.EXCUSED)).amount == 0
    assert price(use(presence=rates.Presence.ABSENT), penalties={"absent": "0.5"}).amount == 400


def test_time_is_counted_by_quarters_begun():
    clock = {"step": 15, "minimum": 60}
    found = price(use(start=time(7, 40), end=time(8, 56)), clock=clock)
    assert (found.quantity, found.amount) == (Decimal("1.5"), 1200)
    assert "76 min comptées 1 h 30" in found.explanation
    assert price(use(start=time(8), end=time(8, 5)), clock=clock).quantity == 1


def test_late_collection_is_charged_by_quarters_after_its_grace():
    rule = rate(penalties={"late_amount": 500, "late_step": 15, "late_grace": 5})
    book = rates.Book([rule])
    late = book.price([use(pickup=time(18, 46), closing=time(18, 30))]).lines[1]
    assert (late.kind, late.quantity, late.amount) == ("penalty", 2, 1000)
    assert len(book.price([use(pickup=time(18, 35), closing=time(18, 30))]).lines) == 1


TIMES = {"late_amount": 1500, "late_grace": 5, "late_from": 3, "late_period": "month"}


def collected(day, minutes=20, **fields):
    return use(day=day, pickup=time(18, minutes), closing=time(18), beneficiary="childcare:1", **fields)


def penalties_of(pricing):
    return [line for line in pricing.lines if line.kind == "penalty"]


def test_late_collections_are_counted_by_times_child_by_child_and_explained():
    book = rates.Book([rate(penalties=TIMES)])
    days = [date(2026, 11, day) for day in (4, 12, 18, 25)]
    assert penalties_of(book.price([collected(days[0]), collected(days[1]), collected(days[2], 5)])) == []
    other = dataclasses.replace(collected(days[2]), beneficiary="childcare:2")
    assert penalties_of(book.price([collected(days[0]), collected(days[1]), other])) == [], "each child apart"
    third, fourth = penalties_of(book.price([collected(day) for day in reversed(days)]))
    assert (third.amount, third.day, fourth.amount) == (1500, days[2], 1500)
    said = third.explanation.replace("\u00a0", " ")
    assert (
        said == "3ᵉ retard de novembre 2026 (04/11, 12/11, 18/11), 20 min après 18 h 00 ; 15,00 € par retard dès le 3ᵉ"
    )
    told = dict(rates.describe(rate(penalties=TIMES)))["Retard à la fermeture"].replace("\u00a0", " ")
    assert told == "15,00 € par retard, après 5 min, dès le 3ᵉ dans le mois"


@pytest.mark.parametrize(
    ("period", "day", "start"),
    [
        ("month", date(2026, 11, 25), date(2026, 11, 1)),
        ("quarter", date(2026, 11, 25), date(2026, 10, 1)),
        ("quarter", date(2026, 3, 31), date(2026, 1, 1)),
        ("school_year", date(2026, 8, 31), date(2025, 9, 1)),
        ("school_year", date(2026, 9, 1), date(2026, 9, 1)),
    ],
)
def test_late_collections_are_counted_since_the_beginning_of_their_period(period, day, start):
    book = rates.Book([dataclasses.replace(rate(penalties=TIMES | {"late_period": period}), start=date(2025, 1, 1))])
    assert book.lates_since(day) == start
    before = [collected(start), collected(start - timedelta(days=1))]
    assert penalties_of(book.price([collected(day)], before=before)) == [], "one in the period, and this one"
    if (day - start).days > 1:
        (line,) = penalties_of(book.price([collected(day)], before=[collected(start), collected(start + timedelta(1))]))
        assert line.day == day


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 59)), max_size=30, unique_by=lambda one: one[0]),
    st.integers(1, 6),
    st.sampled_from(list(rates.Period)),
    st.integers(0, 400),
)
def test_times_late_cost_the_same_in_one_bill_or_in_two(found, first, period, cut):
    """So many less the free ones in each period; what another bill charged before counts and is not charged again."""
    book = rates.Book([rate(penalties=TIMES | {"late_from": first, "late_period": period})])
    begins = date(2026, 1, 5)
    all_uses = [collected(begins + timedelta(days=rank), minutes) for rank, minutes in found]
    whole = penalties_of(book.price(all_uses))
    counts = {}
    for one in all_uses:
        if one.pickup.minute > TIMES["late_grace"]:
            start = rates.start_of(period, one.day)
            counts[start] = counts.get(start, 0) + 1
    assert len(whole) == sum(max(count - first + 1, 0) for count in counts.values())
    assert all(line.amount == 1500 for line in whole)
    early = [one for one in all_uses if one.day < begins + timedelta(days=cut)]
    late = [one for one in all_uses if one.day >= begins + timedelta(days=cut)]
    parts = penalties_of(book.price(early)) + penalties_of(book.price(late, before=early))
    assert sorted(line.explanation for line in parts) == sorted(line.explanation for line in whole)


def test_special_day_has_its_own_price():
    special = [{"start": "2026-11-25", "end": "2026-11-25", "factor": "0", "label": "Journée offerte"}]
    found = price(use(), exceptions=special)
    assert found.amount == 0
    assert "Journée offerte" in found.explanation


def test_week_never_costs_more_than_its_cap():
    book = rates.Book([rate(weekly_cap=2000)])
    monday = DAY - timedelta(days=2)
    days = [use(day=monday + timedelta(days=rank)) for rank in range(5)]
    pricing = book.price([*days, use(day=monday + timedelta(days=7))])
    assert pricing.total == 2800
    assert [line.amount for line in pricing.lines if line.kind == "cap"] == [-2000]


def test_tariff_in_force_is_that_of_the_day_and_of_the_age():
    old = rates.read(
        {"bands": [{"upto": None, "prices": {"resident": 100}}]},
        unit="childcare.day",
        label="Journée",
        start=date(2025, 1, 1),
        end=date(2025, 12, 31),
    )
    young = rates.read(
        {"bands": [{"upto": None, "prices": {"resident": 700}}]},
        unit="childcare.day",
        label="Journée",
        start=date(2026, 1, 1),
        ages=(3, 5),
    )
    book = rates.Book([old, young])
    assert book.quote(use(day=date(2025, 12, 31))).amount == 100
    assert book.quote(use(age=4)).amount == 700
    with pytest.raises(rates.NoRate, match="Aucun tarif"):
        book.quote(use(age=8))
    pricing = book.price([use(age=8), use(age=4)])
    assert (pricing.total, len(pricing.anomalies)) == (700, 1)


@pytest.mark.parametrize(
    ("rule", "words_"),
    [
        ({"bands": []}, "Donnez un prix"),
        ({"bands": [{"upto": 400, "prices": {"resident": 1}}]}, "sans limite"),
        ({"bands": [*BANDS[:1], {"upto": None, "prices": {"resident": 1}}]}, "ne peut pas être plus bas"),
        ({"bands": [{"upto": None, "prices": {"resident": -1}}]}, "centimes entiers"),
        ({"bands": BANDS, "siblings": ["1,5"]}, "Réduction de fratrie"),
        ({"bands": BANDS, "penalties": {"unbooked": "0.5"}}, "Sans réservation"),
        ({"bands": BANDS, "exceptions": [{"start": "demain"}]}, "ses dates"),
    ],
)
def test_wrong_rule_is_refused_in_words(rule, words_):
    with pytest.raises(rates.BadRule, match=words_):
        rates.read(rule, unit="u", label="U", start=DAY)


def test_lines_gather_what_is_the_same():
    book = rates.Book([rate()])
    lines = book.price([use(day=DAY), use(day=DAY + timedelta(days=7)), use(day=DAY, subject="Tom")]).lines
    found = rates.gather(lines)
    assert [(one.subject, one.quantity, one.amount) for one in found] == [("Léa", 2, 1600), ("Tom", 1, 800)]
    assert found[0].said_days == "25 nov.; 2 déc."


def test_amounts_are_written_as_in_france():
    assert words(125005) == "1\u202f250,05\u00a0€"
    assert words(-5) == "−0,05\u00a0€"


FACTORS = st.decimals(0, 1, places=2)


@st.composite
def rules(draw):
    """Any valid rule: bands whose prices grow, or an effort rate, with all the rest."""
    rule = {"siblings": ["1", *map(str, draw(st.lists(FACTORS, max_size=3)))]}
    if draw(st.booleans()):
        bounds = sorted(draw(st.sets(st.integers(1, 3000), max_size=5)))
        prices = sorted(draw(st.lists(st.integers(0, 5000), min_size=len(bounds) + 1, max_size=len(bounds) + 1)))
        rule["bands"] = [
            {"upto": upto, "prices": {"resident": cost, "outside": cost * 2}}
            for upto, cost in zip([*bounds, None], prices, strict=True)
        ]
    else:
        floor, ceiling = sorted(draw(st.tuples(st.integers(0, 5000), st.integers(0, 5000))))
        percents = draw(st.lists(st.decimals(0, 3, places=4), min_size=1, max_size=4))
        rule["effort"] = {
            "rates": list(map(str, percents)),
            "floor": {"resident": floor},
            "ceiling": {"resident": ceiling},
        }
    if draw(st.booleans()):
        rule["clock"] = {"step": draw(st.sampled_from([1, 5, 15, 30])), "minimum": draw(st.sampled_from([0, 60]))}
    rule["penalties"] = {"unbooked": str(draw(st.decimals(1, 3, places=1))), "absent": str(draw(FACTORS))}
    if draw(st.booleans()):
        rule["penalties"] |= {"late_amount": 500, "late_from": draw(st.sampled_from([0, 1, 2]))}
    rule["weekly_cap"] = draw(st.sampled_from([0, 1500, 6000]))
    rule["residents"] = draw(st.sampled_from([[], ["80253"]]))
    return rule


ANY_QF = st.one_of(st.none(), st.integers(0, 4000))
KNOWN_QF = st.integers(0, 4000)


@st.composite
def uses(draw, qf=ANY_QF):
    start = draw(st.integers(6 * 60, 18 * 60))
    end = draw(st.integers(start, 20 * 60))
    return use(
        draw(qf),
        draw(st.sampled_from(["80253", "75056"])),
        draw(st.integers(1, 5)),
        day=DAY + timedelta(days=draw(st.integers(0, 30))),
        rank=draw(st.integers(1, 5)),
        booked=draw(st.booleans()),
        presence=draw(st.sampled_from(list(rates.Presence))),
        start=time(start // 60, start % 60),
        end=time(end // 60, end % 60),
        subject=draw(st.sampled_from(["Léa", "Tom"])),
    )


def book_of(rule):
    return rates.Book([rates.read(rule, unit="childcare.day", label="Journée", start=date(2026, 1, 1))])


@given(rules(), st.lists(uses(), max_size=12))
def test_a_total_is_never_negative_and_is_the_sum_of_its_lines(rule, used):
    pricing = book_of(rule).price(used)
    assert pricing.total >= 0
    assert all(line.amount >= 0 for line in pricing.lines if line.kind != "cap")
    assert pricing.total == sum(one.amount for one in rates.gather(pricing.lines))
    assert all(isinstance(line.amount, int) for line in pricing.lines)
    assert all(abs(line.amount - line.unit_price * line.quantity) <= Decimal("0.5") for line in pricing.lines)


@given(rules(), uses(qf=KNOWN_QF), st.integers(0, 4000))
def test_a_higher_quotient_never_pays_less(rule, one, other):
    book = book_of(rule)
    low, high = sorted([one.family.qf, other])

    def at(qf):
        return book.quote(dataclasses.replace(one, family=dataclasses.replace(one.family, qf=qf))).amount

    assert at(low) <= at(high) <= at(None)


@given(rules(), st.lists(uses(), max_size=20))
def test_no_week_passes_its_cap(rule, used):
    pricing = book_of(rule).price(used)
    weeks = {}
    for line in pricing.lines:
        key = (line.subject, line.day.isocalendar()[:2])
        weeks[key] = weeks.get(key, 0) + line.amount
    if rule["weekly_cap"]:
        assert all(amount <= rule["weekly_cap"] for amount in weeks.values())


@given(rules(), st.lists(uses(), max_size=12), st.lists(uses(), max_size=12))
def test_what_a_week_holds_already_counts_under_its_cap_and_is_not_charged_again(rule, before, used):
    book = book_of(rule)
    added = book.price(used, before=before)
    assert added.total == book.price([*before, *used]).total - book.price(before).total
    assert added.total >= 0
    assert {line.kind for line in added.lines} <= {"unit", "cap"}


def test_two_children_of_one_first_name_have_a_week_each():
    book = rates.Book([rate(weekly_cap=2000)])
    days = [use(day=DAY + timedelta(days=rank), beneficiary=child) for rank in (0, 1) for child in ("c:1", "c:2")]
    assert book.price(days).total == 4 * 800
