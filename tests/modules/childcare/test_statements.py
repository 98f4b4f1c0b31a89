"""What the CAF and the MSA read: hours done and charged, by quarter, age and scheme."""

import datetime
import io
from decimal import Decimal

import pypdf
import pytest
from django.utils import timezone
from openpyxl import load_workbook

from beffroi.modules.childcare import actions, statements
from beffroi.modules.childcare.models import Attendance, Booking
from beffroi.modules.childcare.wishes import Wish
from tests.modules.childcare.conftest import NOW, WEDNESDAY

WEEK = datetime.timedelta(weeks=1)
PAGE = "/bureau/enfance/etats-caf/"


def book(child, activity, *days, code="journee"):
    unit = activity.units.get(code=code)
    wishes = [Wish(day, child.pk, unit.pk) for day in days]
    actions.book(wishes, {child.pk: child.home}, actor=child.parent, now=NOW)
    return list(Booking.objects.filter(child=child, day__in=days).order_by("day"))


def at(day, hour, minute=0):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def fund(child, provider):
    actions.enter_quotient(
        child.home.household, 700, actor=None, month=datetime.date(2026, 1, 1), source="api", provider=provider
    )


@pytest.fixture
def later(monkeypatch):
    """The last day of the year, when everything booked has happened."""
    monkeypatch.setattr(timezone, "now", lambda: at(datetime.date(2026, 12, 31), 12))


@pytest.mark.parametrize(
    ("quarter", "first", "last"),
    [
        (1, (1, 1), (3, 31)),
        (2, (4, 1), (6, 30)),
        (3, (7, 1), (9, 30)),
        (4, (10, 1), (12, 31)),
        (None, (1, 1), (12, 31)),
    ],
)
def test_a_quarter_has_three_whole_months(quarter, first, last):
    assert statements.span(2026, quarter) == (datetime.date(2026, *first), datetime.date(2026, *last))


def test_hours_done_follow_the_ticks_and_hours_charged_the_booking(activity, make_family, clerk, later):
    child = make_family(activity=activity, age=8)
    first, second, third, fourth = book(child, activity, *(WEDNESDAY + WEEK * rank for rank in range(4)))
    Attendance.objects.create(booking=first, arrived_at=at(first.day, 9, 30), left_at=at(first.day, 16))
    Attendance.objects.create(booking=second, absence="unjustified")
    Attendance.objects.create(booking=third, absence="justified")
    found = statements.read(clerk, 2026, 4)
    # 6 h 30 ticked and 8 h of the day nobody ticked; charged: the ticked day, the absence, the day nobody ticked.
    assert (found.done, found.charged, found.unticked) == (Decimal("14.50"), Decimal(24), 1)
    assert [(one.age, one.visits, one.children) for one in found.lines] == [("6 ans et plus", 2, 1)]
    assert fourth.day.month == 12
    assert statements.read(clerk, 2026, 3).lines == []


def test_a_late_cancellation_is_charged_and_not_done(activity, make_family, clerk, later):
    child = make_family(activity=activity)
    (booking,) = book(child, activity, WEDNESDAY)
    Booking.objects.filter(pk=booking.pk).update(state="cancelled", late=True)
    found = statements.read(clerk, 2026)
    assert (found.done, found.charged) == (Decimal(0), Decimal(8))


def test_a_child_who_turns_six_changes_of_line(activity, make_family, clerk, later):
    child = make_family(activity=activity, age=5)
    child.birth_date = (WEDNESDAY + WEEK).replace(year=2020)
    child.save()
    book(child, activity, WEDNESDAY, WEDNESDAY + WEEK, code="matin")
    assert [(one.age, one.done) for one in statements.read(clerk, 2026).lines] == [
        ("moins de 6 ans", Decimal(3)),
        ("6 ans et plus", Decimal(3)),
    ]


def test_the_scheme_is_that_of_the_fund_that_gave_the_quotient(make_activity, make_family, clerk, later):
    activity = make_activity(capacity=10)
    for provider in ("CNAF", "MSA", ""):
        child = make_family(activity=activity, first_name=f"E{provider}")
        if provider:
            fund(child, provider)
        book(child, activity, WEDNESDAY)
    found = statements.read(clerk, 2026)
    assert [row[0] for row in found.by_scheme] == ["Non connu", "Régime agricole", "Régime général"]
    assert found.unknown == Decimal(8)


def test_what_is_to_come_is_not_done(activity, make_family, clerk):
    book(make_family(activity=activity), activity, WEDNESDAY)
    assert statements.read(clerk, 2026).lines == []


def test_it_costs_the_same_queries_for_any_number_of_children(
    make_activity, make_family, clerk, later, django_assert_max_num_queries
):
    activity = make_activity(capacity=20)
    for rank in range(6):
        book(make_family(activity=activity, first_name=f"E{rank}"), activity, WEDNESDAY)
    with django_assert_max_num_queries(5):
        statements.read(clerk, 2026)


def test_page_table_list_and_paper_agree(client, activity, make_family, clerk, facilitator, operator, later):
    child = make_family(activity=activity, first_name="Zoé", last_name="Duquesne")
    fund(child, "MSA")
    book(child, activity, WEDNESDAY)
    client.force_login(clerk)
    page = client.get(PAGE, {"annee": 2026, "trimestre": 4}).content.decode()
    assert "Régime agricole" in page
    assert "Zoé" not in page
    table = load_workbook(io.BytesIO(client.get(PAGE + "heures.xlsx", {"annee": 2026}).content)).active
    assert [cell.value for cell in table[2]][:7] == [
        "T4",
        "Périscolaire, avec projet éducatif territorial",
        "Accueil de Beauval",
        "6 ans et plus",
        "Régime agricole",
        8,
        8,
    ]
    named = load_workbook(
        io.BytesIO(client.get(PAGE + "heures.xlsx", {"annee": 2026, "vue": "nominatif"}).content)
    ).active
    assert [cell.value for cell in named[2]][:2] == ["Duquesne", "Zoé"]
    paper = client.get(PAGE + "etat.pdf", {"annee": 2026})
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    assert "8,00" in text
    assert "Zoé" not in text
    client.force_login(facilitator)
    assert client.get(PAGE).status_code == 403


def test_another_body_sees_nothing(activity, make_family, make_user, later):
    from beffroi.shared.organisations.models import Organisation

    book(make_family(activity=activity), activity, WEDNESDAY)
    other = Organisation.objects.create(kind="syndicat", name="Autre", slug="autre")
    assert statements.read(make_user("family_desk", other), 2026).lines == []
