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
        unit="childcare.day", label="Journée", start=date(2025, 1, 1), end=date(2025, 12, 31),
    )  # fmt: skip
    young = rates.read(
        {"bands": [{"upto": None, "prices": {"resident": 700}}]},
        unit="childcare.day", label="Journée", start=date(2026, 1, 1), ages=(3, 5),
    )  # fmt: skip
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
            "rates": list(map(str, percents)), "floor": {"resident": floor}, "ceiling": {"resident": ceiling},
        }  # fmt: skip
    if draw(st.booleans()):
        rule["clock"] = {"step": draw(st.sampled_from([1, 5, 15, 30])), "minimum": draw(st.sampled_from([0, 60]))}
    rule["penalties"] = {"unbooked": str(draw(st.decimals(1, 3, places=1))), "absent": str(draw(FACTORS))}
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
        draw(qf), draw(st.sampled_from(["80253", "75056"])), draw(st.integers(1, 5)),
        day=DAY + timedelta(days=draw(st.integers(0, 30))), rank=draw(st.integers(1, 5)), booked=draw(st.booleans()),
        presence=draw(st.sampled_from(list(rates.Presence))), start=time(start // 60, start % 60),
        end=time(end // 60, end % 60), subject=draw(st.sampled_from(["Léa", "Tom"])),
    )  # fmt: skip


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
