import datetime
from zoneinfo import ZoneInfo

import pytest

from beffroi.shared.organisations import actions, demo, hours, public_holidays, week
from beffroi.shared.organisations.models import Commune, Organisation

PARIS = ZoneInfo("Europe/Paris")
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


def at(text):
    return datetime.datetime.fromisoformat(text).replace(tzinfo=PARIS)


def plain(text):
    return str(text).replace("\u202f", " ")


def clock(text):
    return datetime.time.fromisoformat(text)


@pytest.fixture
def town_hall(db):
    return actions.put_commune(actor=None, code_insee="80999", name="Essai", departement="80")


def week_of(body, *ranges):
    actions.set_opening_hours(body, [(d, clock(a), clock(b)) for d, a, b in ranges], actor=None)
    return type(body).objects.get(pk=body.pk)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-11-24T10:00", "ouvert, ferme à 12 h"),
        ("2026-11-24T09:00", "ouvert, ferme à 12 h"),
        ("2026-11-24T08:59:59", "fermé, ouvre à 9 h"),
        ("2026-11-24T12:00", "fermé, ouvre jeudi à 16 h 30"),
        ("2026-11-25T09:00", "fermé, ouvre demain à 16 h 30"),
        ("2026-11-26T18:29", "ouvert, ferme à 18 h 30"),
        ("2026-11-26T18:30", "fermé, ouvre mardi à 9 h"),
    ],
)
def test_status_of_an_ordinary_week_says_until_or_from_when(town_hall, moment, expected):
    body = week_of(town_hall, (TUE, "09:00", "12:00"), (THU, "16:30", "18:30"))
    assert plain(hours.status(body, at(moment))) == expected


def test_status_uses_narrow_no_break_spaces(town_hall):
    body = week_of(town_hall, (THU, "16:30", "18:30"))
    assert hours.status(body, at("2026-11-24T10:00")).detail == "ouvre jeudi à 16\u202fh\u202f30"


def test_status_without_hours_says_nothing(town_hall):
    current = hours.status(town_hall, at("2026-11-24T10:00"))
    assert (current.known, str(current)) == (False, "horaires inconnus")


def test_status_of_ranges_that_touch_is_one_opening(town_hall):
    body = week_of(town_hall, (TUE, "09:00", "12:00"), (TUE, "12:00", "14:00"), (TUE, "13:30", "15:00"))
    assert plain(hours.status(body, at("2026-11-24T11:59"))) == "ouvert, ferme à 15 h"
    assert plain(week.say_ranges(week.by_day(body)[TUE])) == "9 h à 15 h"


def test_status_on_a_public_holiday_is_closed_and_names_it(town_hall):
    body = week_of(town_hall, (WED, "09:00", "12:00"), (THU, "09:00", "12:00"))
    assert plain(hours.status(body, at("2026-11-11T10:00"))) == "fermé (Armistice), ouvre demain à 9 h"


def test_status_on_good_friday_depends_on_alsace_moselle(town_hall):
    body = week_of(town_hall, (FRI, "09:00", "12:00"))
    good_friday = at("2026-04-03T10:00")
    assert hours.status(body, good_friday).is_open
    body.departement = "67"
    assert hours.status(body, good_friday).reason == "Vendredi saint"


def test_public_holidays_overseas_hold_the_abolition_only():
    assert public_holidays.name_of(datetime.date(2026, 12, 20), "974") == "Abolition de l’esclavage"
    assert public_holidays.name_of(datetime.date(2026, 12, 20), "80") == ""
    assert public_holidays.name_of(datetime.date(2026, 3, 12), "971") == ""
    assert public_holidays.departement_of("97400") == "974"


def test_status_during_an_exceptional_closing_looks_beyond_it(town_hall):
    body = week_of(town_hall, (TUE, "09:00", "12:00"))
    first, last = datetime.date(2026, 11, 23), datetime.date(2026, 12, 7)
    actions.add_exceptional_day(body, actor=None, start=first, end=last, reason="congés")
    body = Commune.objects.get(pk=body.pk)
    expected = "fermé (congés), ouvre le mardi 8 décembre à 9 h"
    assert plain(hours.status(body, at("2026-11-24T10:00"))) == expected


def test_status_of_the_shortest_exception_wins(town_hall):
    body = week_of(town_hall, (TUE, "09:00", "12:00"))
    first, last, day = (datetime.date(2026, 11, d) for d in (23, 30, 24))
    actions.add_exceptional_day(body, actor=None, start=first, end=last)
    actions.add_exceptional_day(body, actor=None, start=day, end=day, opens=clock("14:00"), closes=clock("15:00"))
    body = Commune.objects.get(pk=body.pk)
    assert plain(hours.status(body, at("2026-11-24T14:30"))) == "ouvert, ferme à 15 h"


def test_status_across_the_change_of_hour_keeps_local_time(town_hall):
    body = week_of(town_hall, (SUN, "09:00", "12:00"), (MON, "09:00", "12:00"))
    before = hours.status(body, datetime.datetime(2026, 10, 24, 20, tzinfo=datetime.UTC))
    assert before.opens_at == at("2026-10-25T09:00")
    assert before.opens_at.utcoffset() == datetime.timedelta(hours=1)
    assert hours.status(body, datetime.datetime(2026, 10, 25, 8, 30, tzinfo=datetime.UTC)).is_open
    assert not hours.status(body, datetime.datetime(2026, 10, 25, 7, 30, tzinfo=datetime.UTC)).is_open


def test_status_closed_for_longer_than_the_horizon_promises_nothing(town_hall):
    body = week_of(town_hall, (TUE, "09:00", "12:00"))
    year = datetime.date(2026, 1, 1), datetime.date(2027, 12, 31)
    actions.add_exceptional_day(body, actor=None, start=year[0], end=year[1], reason="travaux")
    body = Commune.objects.get(pk=body.pk)
    assert str(hours.status(body, at("2026-11-24T10:00"))) == "fermé (travaux)"


def test_open_now_costs_three_queries_whatever_the_number(territory, django_assert_num_queries):
    moment = at("2026-11-24T10:00")
    with django_assert_num_queries(3):
        everyone = hours.open_now(Commune.objects.members(), moment)
    with django_assert_num_queries(3):
        hours.open_now(Commune.objects.filter(code_insee__in=["80044", "80253"]), moment)
    assert len(everyone) > 3
    assert all(body.opening_hours.filter(weekday=TUE, opens__lte="10:00", closes__gt="10:00") for body, _ in everyone)
    absent = Commune.objects.members().exclude(pk__in=[body.pk for body, _ in everyone])
    assert not absent.filter(
        opening_hours__weekday=TUE, opening_hours__opens__lte="10:00", opening_hours__closes__gt="10:00"
    ).exists()


def test_status_of_one_organisation_costs_two_queries(territory, django_assert_num_queries):
    commune = demo.commune_by_code("80253")
    with django_assert_num_queries(2):
        hours.status(commune, at("2026-11-24T19:00"))


def test_week_in_words_groups_the_days(town_hall):
    days = [(d, "09:00", "12:00") for d in (MON, TUE, WED)] + [(d, "14:00", "17:30") for d in (MON, TUE, WED)]
    body = week_of(town_hall, *days, (SAT, "09:00", "12:00"))
    said = [(line.days, plain(line.hours)) for line in week.lines(body)]
    assert said == [
        ("du lundi au mercredi", "9 h à 12 h et 14 h à 17 h 30"),
        ("jeudi et vendredi", "fermé"),
        ("samedi", "9 h à 12 h"),
        ("dimanche", "fermé"),
    ]


def test_week_of_an_unknown_organisation_is_empty(town_hall):
    assert week.lines(town_hall) == []
    assert week.osm(town_hall) == ""


def test_osm_notation_holds_the_week_holidays_and_exceptions(town_hall):
    body = week_of(
        town_hall,
        (MON, "09:00", "12:00"),
        (TUE, "09:00", "12:00"),
        (FRI, "09:00", "12:00"),
        (SAT, "09:00", "12:00"),
        (SAT, "14:00", "16:00"),
    )
    actions.add_exceptional_day(
        body, actor=None, start=datetime.date(2026, 12, 24), end=datetime.date(2026, 12, 31), reason="congés"
    )
    body = Commune.objects.get(pk=body.pk)
    expected = "Mo-Tu,Fr 09:00-12:00; Sa 09:00-12:00,14:00-16:00; PH off; 2026 Dec 24-2026 Dec 31 off"
    assert week.osm(body, datetime.date(2026, 11, 24)) == expected
    said = week.exceptions(body, datetime.date(2026, 11, 24))
    assert said == ["fermé du jeudi 24 décembre au jeudi 31 décembre (congés)"]


def test_opening_hours_set_twice_are_journalled_once(town_hall):
    ranges = [(MON, clock("09:00"), clock("12:00"))]
    assert actions.set_opening_hours(town_hall, ranges, actor=None)
    assert not actions.set_opening_hours(Organisation.objects.get(pk=town_hall.pk), ranges, actor=None)
