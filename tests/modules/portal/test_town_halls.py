"""What a visitor reads of the hours of a town hall, at chosen moments."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from beffroi.modules.portal import town_halls
from beffroi.shared.organisations import actions, demo
from beffroi.shared.organisations.models import Commune

PARIS = ZoneInfo("Europe/Paris")
NARROW = "\u202f"


def at(day, hour, minute=0):
    return datetime.datetime(2026, 11, day, hour, minute, tzinfo=PARIS)


@pytest.fixture
def beauval(territory):
    """Open on working mornings, and on Tuesday afternoon until 18 h."""
    commune = Commune.objects.get(name="Beauval")
    mornings = [(day, datetime.time(9), datetime.time(12)) for day in range(5)]
    afternoon = (1, datetime.time(14), datetime.time(18))
    actions.set_opening_hours(commune, [*mornings, afternoon], actor=None)
    return commune


def say(commune, moment):
    hall = town_halls.all_now([Commune.objects.get(pk=commune.pk)], moment)[0]
    return f"{hall.state}, {hall.detail}".strip(", ")


@pytest.mark.parametrize(
    ("day", "hour", "said"),
    [
        (24, 9, f"Ouverte, ferme à 12{NARROW}h"),
        (24, 12, f"Fermée, ouvre à 14{NARROW}h"),
        (24, 17, f"Ouverte, ferme à 18{NARROW}h"),
        (24, 18, f"Fermée, ouvre demain à 9{NARROW}h"),
        (27, 12, f"Fermée, ouvre lundi à 9{NARROW}h"),
        (11, 10, f"Fermée, ouvre demain à 9{NARROW}h (Armistice)"),
    ],
)
def test_hours_are_said_as_people_say_them(beauval, day, hour, said):
    assert say(beauval, at(day, hour)) == said


def test_exceptional_closing_wins_and_says_why(beauval):
    day = datetime.date(2026, 11, 24)
    actions.add_exceptional_day(beauval, actor=None, start=day, end=day, reason="formation")
    assert say(beauval, at(24, 10)) == f"Fermée, ouvre demain à 9{NARROW}h (formation)"


def test_hours_never_given_are_said_unknown(beauval):
    actions.set_opening_hours(beauval, [], actor=None)
    assert say(beauval, at(24, 10)) == "Horaires non communiqués"


def test_search_forgives_accents_hyphens_and_saints(territory):
    communes = town_halls.members()

    def found(typed):
        return {c.name for c in town_halls.matching(communes, typed)}

    assert found("heuzecourt") == {"Heuzecourt"}
    assert "Saint-Léger-lès-Domart" in found("st leger") or found("st leger") == set()
    assert {c.name for c in communes if c.postal_code == "80600"} <= found("80600")
    assert found("zzz") == set()
    assert len(found("")) == 65


def test_nearest_town_halls_come_first(territory):
    doullens = demo.commune_by_code("80253")
    halls = town_halls.all_now(town_halls.members(), near=doullens.location)
    distances = [hall.distance for hall in halls if hall.distance is not None]
    assert halls[0].commune.pk == doullens.pk
    assert distances == sorted(distances)


def test_telephone_links_are_international():
    assert town_halls.phone_link("03 22 77 00 07") == "+33322770007"
    assert town_halls.phone_link("3939") == "3939"
