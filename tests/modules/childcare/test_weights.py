"""A full day of holidays on a telephone: each page of the sheet and of the calendar stays light, nobody is lost."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.childcare import sheets
from beffroi.modules.childcare.models import Booking, Contact, Place
from beffroi.modules.childcare.views.booking.calendar import MOST_CELLS, stretches_of
from beffroi.modules.childcare.wishes import hours_of
from tests.contract import rules
from tests.modules.childcare.conftest import WEDNESDAY

CHILDREN = 120
TEN = timezone.make_aware(datetime.datetime.combine(WEDNESDAY, datetime.time(10)))


@pytest.fixture
def fill(make_activity, make_family, site):
    """So many children expected on one site, in two groups, each with two persons who may come for them."""

    def make(count):
        activity = make_activity()
        unit = activity.units.get(code="journee")
        Place.objects.filter(group__activity=activity, day=WEDNESDAY).update(capacity=count)
        starts, ends = hours_of(unit, WEDNESDAY)
        groups = {group.name: group for group in activity.groups.all()}
        for rank in range(count):
            letters = chr(65 + rank % 26) + chr(97 + rank // 26)
            child = make_family(
                first_name=f"Maximilienne{rank}",
                last_name=f"{letters}rtois-Delacroix{rank}",
                age=4 + rank % 8,
                activity=activity,
            )
            Contact.objects.bulk_create(
                Contact(
                    home=child.home,
                    name=f"Marie-Antoinette Vandenberghe {number}",
                    phone="03 53 01 00 00",
                    relation="grand-mère",
                )
                for number in range(2)
            )
            group = groups["Petits" if child.age(WEDNESDAY) < 6 else "Grands"]
            Booking.objects.create(
                child=child,
                home=child.home,
                activity=activity,
                group=group,
                unit=unit,
                day=WEDNESDAY,
                during=(starts, ends),
                slots=unit.slots,
            )
        return activity

    return make


def pages(client, site) -> list[str]:
    """The address of every page of the sheet, as « ma journée » names them for the device."""
    block = client.get("/terrain/").content.decode()
    sheet = reverse("childcare:field_sheet", args=[site.slug])
    return sorted(set(re.findall(rf'href="({re.escape(sheet)}[^"]*)"', block)))


def test_sheet_of_a_full_site_is_light_and_whole(fill, site, facilitator, client, monkeypatch):
    fill(CHILDREN)
    monkeypatch.setattr(timezone, "now", lambda: TEN)
    client.force_login(facilitator)
    addresses = pages(client, site)
    seen: list[str] = []
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200
        text = answer.content.decode()
        assert list(rules.page(text)) == [], address
        assert answer.has_header("X-Beffroi-Keep"), f"{address} is not kept in the device"
        if "groupe=" in address:
            seen += re.findall(r'name="booking" value="(\d+)"', text)
    expected = {str(pk) for pk in Booking.objects.filter(day=WEDNESDAY).values_list("pk", flat=True)}
    assert sorted(seen) == sorted(expected), "each child is on one page, and on one only"
    added = reverse("childcare:unexpected", args=[site.slug])
    assert added in addresses
    refused = client.post(added, {"child": "", "unit": ""})
    assert refused.status_code == 200
    assert "data-error-summary" in refused.content.decode()


def test_after_a_child_was_added_the_sheet_opens_where_they_are(fill, site, facilitator, client, monkeypatch):
    fill(50)
    monkeypatch.setattr(timezone, "now", lambda: TEN)
    client.force_login(facilitator)
    away = Booking.objects.filter(group__name="Grands").order_by("-child__last_name").first()
    child, unit = away.child, away.unit
    away.delete()
    sent = {"child": child.pk, "unit": unit.pk, "made_at": TEN.isoformat()}
    answer = client.post(reverse("childcare:unexpected", args=[site.slug]), sent, follow=True)
    assert child.last_name in answer.content.decode()


@pytest.mark.parametrize("count", [1, 19, 20, 21, 40, 41, 119])
def test_each_child_is_on_one_page_of_a_group(count):
    lines = [(1, "Grands", f"Nom{rank:03}", rank) for rank in range(count)] + [(2, "Petits", "Zoé", "zoé")]
    parts = sheets.parts_of(lines)
    assert [one for part in parts for one in part.rows] == [*range(count), "zoé"]
    assert all(0 < len(part.rows) <= sheets.MOST_ROWS for part in parts)
    assert len({part.key for part in parts}) == len(parts)
    assert parts[0].key == "1"


def days_of(start: datetime.date, weekdays: tuple[int, ...], weeks: int) -> list[datetime.date]:
    span = (start + datetime.timedelta(days=number) for number in range(7 * weeks))
    return [day for day in span if day.weekday() in weekdays]


@pytest.mark.parametrize(
    ("weekdays", "weeks", "units"), [((2,), 40, 5), ((0, 1, 2, 3, 4), 40, 4), ((0, 1, 2, 3, 4), 40, 9), ((2,), 3, 1)]
)
def test_calendar_is_cut_in_months_that_follow_each_other(weekdays, weeks, units):
    days = days_of(datetime.date(2026, 9, 1), weekdays, weeks)
    stretches = stretches_of(days, units)
    assert [day for one in stretches for day in one.days] == days
    week = max(len(weekdays), 1)
    assert all(len(one.days) <= max(MOST_CELLS // units, week) for one in stretches)
    assert len({one.label for one in stretches}) == len(stretches)


def test_period_without_days_has_no_page():
    assert stretches_of([], 3) == []


@pytest.mark.parametrize("weekdays", [(2,), (0, 1, 2, 3, 4)])
def test_calendar_of_a_whole_year_is_light_and_leads_to_the_months_that_follow(
    make_activity, make_family, clerk, client, weekdays
):
    activity = make_activity(weekdays=weekdays, capacity=30, staff=5)
    child = make_family(activity=activity)
    client.force_login(clerk)
    calendar = address = reverse("childcare:desk_calendar", args=[child.pk, activity.slug])
    seen: set[str] = set()
    for _step in range(60):
        text = client.get(address).content.decode()
        assert list(rules.page(text)) == [], address
        seen |= set(re.findall(r'name="jour" value="\d+\.([\d-]+)"', text))
        following = re.search(r'href="([^"]+)"[^>]*>(?:<svg[^>]*>(?:<(?!/svg)[^>]*>)*</svg>)?Mois suivants', text)
        if following is None:
            break
        address = calendar + following[1].replace("&amp;", "&")
    open_days = {
        day.isoformat()
        for day in Place.objects.filter(group__activity=activity, day__gte=timezone.localdate()).values_list(
            "day", flat=True
        )
    }
    assert seen == open_days
