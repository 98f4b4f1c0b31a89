"""What is counted and published: right, and about nobody."""

import datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from beffroi.modules.childcare import actions, exports, figures
from beffroi.modules.childcare.models import Attendance, Booking, Dish
from beffroi.modules.childcare.wishes import Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY
from tests.support.norms import norm, table_faults

WEEK = datetime.timedelta(weeks=1)


def book(child, activity, *days, code="journee"):
    unit = activity.units.get(code=code)
    wishes = [Wish(day, child.pk, unit.pk) for day in days]
    return actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)


def test_hours_children_and_filling(make_activity, make_family):
    activity = make_activity(capacity=2)
    first, second = make_family(activity=activity), make_family(activity=activity, age=4)
    book(first, activity, WEDNESDAY, WEDNESDAY + WEEK)
    book(second, activity, WEDNESDAY, code="matin")
    Attendance.objects.create(booking=Booking.objects.get(child=first, day=WEDNESDAY + WEEK), absence="unjustified")
    span = (WEDNESDAY, WEDNESDAY + WEEK)
    assert figures.children(*span) == 2
    assert figures.hours(*span) == Decimal(8 + 3)
    assert round(figures.fill_rate(WEDNESDAY, WEDNESDAY), 2) == Decimal("33.33")  # 4 of 12 parts of the day
    assert figures.fill_rate(WEDNESDAY - WEEK * 60, WEDNESDAY - WEEK * 60) is None


def test_few_children_are_never_shown_alone(make_activity, make_family):
    activity = make_activity(capacity=20)
    for rank in range(4):
        book(make_family(activity=activity, first_name=f"E{rank}"), activity, WEDNESDAY)
    assert figures.by_commune_and_band(WEDNESDAY, WEDNESDAY) == []
    book(make_family(activity=activity, first_name="E5"), activity, WEDNESDAY)
    line = figures.by_commune_and_band(WEDNESDAY, WEDNESDAY)[0]
    assert (line["commune"], line["band"], line["children"]) == ("Beauval", "inconnu", 5)


def test_bands_of_the_quotient():
    assert [figures.band_of(one) for one in (None, 0, 400, 401, 1200, 1201)] == [
        "inconnu",
        "0 à 400",
        "0 à 400",
        "401 à 600",
        "901 à 1 200",
        "plus de 1 200",
    ]


def test_menus_follow_the_national_schema(site, operator, tmp_path):
    operator.siret = "20006984500018"
    operator.save()
    for course, name in (("entrée", "Carottes râpées"), ("plat principal", "Gratin de courge")):
        dish = Dish(site=site, day=WEDNESDAY, course=course, name=name, allergens=["lait", "céleri"], organic=True)
        actions.save_dish(dish, actor=None)
    rows = list(exports.menu_rows())
    utc = "%Y-%m-%dT%H:%M:%SZ"
    written = [
        row | {"menuPublicationDate": row["menuPublicationDate"].astimezone(datetime.UTC).strftime(utc)} for row in rows
    ]
    assert len(written) == 2
    assert table_faults(written, norm("schemas", "scdl_menus-collectifs.schema.json"), tmp_path) == []


def test_published_lines_name_nobody(activity, make_family, monkeypatch):
    child = make_family(activity=activity)
    book(child, activity, WEDNESDAY)
    monkeypatch.setattr(timezone, "localdate", lambda value=None: WEDNESDAY + WEEK)
    rows = list(exports.use_rows())
    assert rows
    assert {"places", "occupees", "taux", "mois", "site", "commune", "activite", "groupe"} == set(rows[0])
    assert "Dubois" not in str(rows)


def test_dashboard_and_statement_open_for_the_desk(activity, make_family, clerk, client):
    book(make_family(activity=activity), activity, WEDNESDAY)
    client.force_login(clerk)
    page = client.get(reverse("childcare:figures"), {"du": "2026-11-01", "au": "2026-11-30"})
    assert page.status_code == 200
    assert "Accueil de Beauval" in page.content.decode()
    wrong = client.get(reverse("childcare:figures"), {"du": "2026-11-30", "au": "2026-11-01"})
    assert "la fin après le début" in wrong.content.decode()
    table = client.get(reverse("childcare:statement_export", args=["csv"]), {"annee": "2026"})
    assert table.status_code == 200
    assert b"Heures" in b"".join(table.streaming_content if table.streaming else [table.content])
