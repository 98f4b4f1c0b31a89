"""Dates, hours, money and numbers are written as French typography asks."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import engines
from django.utils import timezone

from beffroi.kernel.ui import formats

N, W = "\u202f", "\u00a0"
TUESDAY = datetime(2026, 11, 24, 13, 30, tzinfo=UTC)


def render(source, **context):
    return engines["django"].from_string(source).render(context)


def test_day_is_written_in_words():
    assert formats.day(date(2026, 11, 24)) == f"mardi 24{W}novembre 2026"
    assert formats.day(date(2026, 3, 1)) == f"dimanche 1er{W}mars 2026"


def test_day_of_an_aware_moment_follows_the_clock_of_the_territory():
    assert formats.day(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == f"mercredi 1er{W}juillet 2026"


@pytest.mark.parametrize(
    ("value", "text"),
    [(time(14, 30), f"14{N}h{N}30"), (time(9), f"9{N}h"), (time(0, 5), f"0{N}h{N}05"), (TUESDAY, f"14{N}h{N}30")],
)
def test_hour_is_unbreakable(value, text):
    assert formats.hour(value) == text


def test_moment_joins_day_and_hour():
    assert formats.moment(TUESDAY) == f"mardi 24{W}novembre 2026 à 14{N}h{N}30"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (date(2026, 11, 24), "aujourd’hui"),
        (date(2026, 11, 23), "hier"),
        (date(2026, 11, 25), "demain"),
        (date(2026, 11, 27), f"vendredi{W}27"),
        (date(2026, 12, 1), f"1er{W}déc.{W}2026"),
        (date(2026, 11, 20), f"20{W}nov.{W}2026"),
        (TUESDAY, f"aujourd’hui, 14{N}h{N}30"),
    ],
)
def test_near_day_speaks_as_people_do(value, text):
    assert formats.near_day(value, date(2026, 11, 24)) == text


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 11, 24), date(2026, 11, 27), f"du 24 au 27{W}novembre 2026"),
        (date(2026, 11, 24), date(2026, 12, 1), f"du 24{W}novembre au 1er{W}décembre 2026"),
        (date(2026, 12, 24), date(2027, 1, 2), f"du 24{W}décembre 2026 au 2{W}janvier 2027"),
        (date(2026, 11, 24), date(2026, 11, 24), f"le 24{W}novembre 2026"),
        (date(2026, 11, 24), None, f"à partir du 24{W}novembre 2026"),
        (TUESDAY, TUESDAY.replace(hour=15), f"le 24{W}novembre 2026 de 14{N}h{N}30 à 16{N}h{N}30"),
    ],
)
def test_period_says_no_more_than_needed(start, end, text):
    assert formats.period(start, end) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("12.5"), f"12,50{N}€"),
        (Decimal("1234.5"), f"1{N}234,50{N}€"),
        (450000, f"450{N}000{N}€"),
        (0, f"0,00{N}€"),
        (Decimal("-3"), f"\u22123,00{N}€"),
        (Decimal("0.005"), f"0,01{N}€"),
    ],
)
def test_euros_are_grouped_and_unbreakable(value, text):
    assert formats.euros(value) == text


def test_nb_keeps_or_rounds_decimals():
    assert formats.nb(1234567) == f"1{N}234{N}567"
    assert formats.nb(12.5) == "12,5"
    assert [formats.nb(Decimal(one)) for one in ("7.0000", "700", "54.500000", "0.0000")] == ["7", "700", "54,5", "0"]
    assert formats.nb("2.25", 1) == "2,3"


@pytest.mark.parametrize(
    ("count", "words", "text"),
    [
        (0, "commune", f"0{W}commune"),
        (1, "commune", f"1{W}commune"),
        (2, "commune", f"2{W}communes"),
        (1.5, "jour", f"1,5{W}jour"),
        (3, "travail,travaux", f"3{W}travaux"),
        (2, "action bloquée", f"2{W}actions bloquées"),
    ],
)
def test_counted_agrees_as_french_does(count, words, text):
    assert formats.counted(count, words) == text


@pytest.mark.parametrize(
    ("unit", "quantity", "text"),
    [
        ("pièce", 1, "pièce"),
        ("pièce", 1.5, "pièce"),
        ("pièce", 2, "pièces"),
        ("sac de 25 kg", 34, "sacs de 25 kg"),
        ("rouleau", -3, "rouleaux"),
        ("kg", 12, "kg"),
        ("m²", 4, "m²"),
        ("pièces", 4, "pièces"),
        ("", 4, ""),
    ],
)
def test_units_agree_as_french_does(unit, quantity, text):
    assert formats.units(unit, quantity) == text


@pytest.mark.parametrize(
    ("octets", "text"),
    [(1, f"1{N}octet"), (340_000, f"340{N}ko"), (1_234_567, f"1,2{N}Mo"), (25e6, f"25{N}Mo"), (3.2e9, f"3,2{N}Go")],
)
def test_size_is_short(octets, text):
    assert formats.size(octets) == text


def test_typo_puts_the_unbreakable_spaces():
    assert formats.typo("Qu'est-ce : « ceci » ?") == f"Qu’est-ce{N}: «{N}ceci{N}»{N}?"


def test_filters_of_nothing_write_nothing():
    for name in ("day", "short_day", "hour", "moment", "near_day", "nb", "euros", "percent", "size"):
        assert render("{{ value|" + name + " }}", value=None) == ""


def test_typo_filter_escapes_what_a_person_wrote():
    assert render("{{ value|typo }}", value="<b>l'eau : chaude</b>") == f"&lt;b&gt;l’eau{N}: chaude&lt;/b&gt;"


def test_when_gives_a_machine_readable_moment():
    with timezone.override("Europe/Paris"):
        assert render("{% when at %}", at=TUESDAY).startswith('<time datetime="2026-11-24T14:30:00+01:00">mardi')
