"""Calendars and feeds, read by the tools that read them elsewhere."""

import datetime
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.conf import settings

from tests.modules.portal import factories

PARIS = ZoneInfo("Europe/Paris")
ATOM = "{http://www.w3.org/2005/Atom}"


def paris(year, month, day, hour, minute=0):
    return datetime.datetime(year, month, day, hour, minute, tzinfo=PARIS)


def read(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/calendar")
    return icalendar.Calendar.from_ical(answer.content)


def only(calendar):
    (found,) = calendar.walk("VEVENT")
    return found


def test_event_is_a_valid_calendar_entry(client, territory):
    event = factories.event(
        "Marché ; de Noël, à Doullens",
        start=paris(2027, 12, 5, 10),
        hours=9,
        commune=factories.commune(),
        price="Gratuit",
        location=(2.34, 50.15),
    )
    calendar = read(client, f"/agenda/{event.slug}.ics")
    entry = only(calendar)
    assert str(entry["SUMMARY"]) == "Marché ; de Noël, à Doullens"
    assert entry.decoded("DTSTART") == paris(2027, 12, 5, 10)
    assert entry.decoded("DTEND") == paris(2027, 12, 5, 19)
    assert "Doullens" in entry["LOCATION"]
    assert str(entry["URL"]) == settings.SITE_URL + event.get_absolute_url()
    assert entry["GEO"].to_ical() == "50.15;2.34"
    assert entry["UID"]
    assert entry["DTSTAMP"]
    assert calendar["PRODID"]
    assert calendar["VERSION"] == "2.0"
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Europe/Paris"]
    assert not entry.errors


def test_all_day_event_has_days_without_hours(client, territory):
    event = factories.event("Exposition", start=paris(2027, 3, 27, 0), hours=48, all_day=True)
    entry = only(read(client, f"/agenda/{event.slug}.ics"))
    assert entry.decoded("DTSTART") == datetime.date(2027, 3, 27)
    assert entry.decoded("DTEND") == datetime.date(2027, 3, 30)
    occurrence = event.occurrences.get()
    assert occurrence.ends_at == paris(2027, 3, 30, 0)
    assert occurrence.last_day == datetime.date(2027, 3, 29)


@pytest.mark.parametrize(
    ("recurrence", "days", "rule"),
    [
        ("weekly", [11, 18, 25, 1], "FREQ=WEEKLY"),
        ("fortnightly", [11, 25], "INTERVAL=2"),
        ("monthly", [11, 8], "BYDAY=2TH"),
    ],
)
def test_repeated_event_has_the_same_dates_on_the_site_and_in_the_calendar(client, territory, recurrence, days, rule):
    until = datetime.date(2027, 4, 8) if recurrence == "monthly" else datetime.date(2027, 4, 2)
    event = factories.event("Atelier", start=paris(2027, 3, 11, 14), recurrence=recurrence, repeat_until=until)
    dates = [one.starts_at.astimezone(PARIS) for one in event.occurrences.all()]
    assert [day.day for day in dates] == days
    assert {day.hour for day in dates} == {14}
    entry = only(read(client, f"/agenda/{event.slug}.ics"))
    assert rule in entry["RRULE"].to_ical().decode()
    assert entry["RRULE"]["UNTIL"] == [dates[-1].astimezone(datetime.UTC)]


def test_cancelled_event_says_so_to_calendars(client, territory):
    from beffroi.modules.portal import actions

    event = factories.event("Bal")
    actions.move_publication(event, "cancel", actor=None, check=False)
    assert only(read(client, f"/agenda/{event.slug}.ics"))["STATUS"] == "CANCELLED"


def test_agenda_calendar_follows_the_filters_and_gives_each_event_once(client, territory):
    start = datetime.datetime.now(PARIS) + datetime.timedelta(days=1)
    factories.event("Marché", start=start, recurrence="weekly", repeat_until=start.date() + datetime.timedelta(days=30))
    factories.event("Bal", commune=factories.commune("beauval"))
    assert {str(e["SUMMARY"]) for e in read(client, "/agenda/agenda.ics").walk("VEVENT")} == {"Marché", "Bal"}
    named = read(client, "/agenda/agenda.ics?commune=beauval&theme=culture")
    assert str(named["X-WR-CALNAME"]) == "Agenda, Beauval"
    assert len(read(client, "/agenda/agenda.ics?theme=sport").walk("VEVENT")) == 0


def test_news_feeds_are_valid_rss_and_atom(client, territory):
    news = factories.news("Travaux & détours", body="**Déviation** <b>")
    rss = ElementTree.fromstring(client.get("/actualites/rss.xml").content)
    (item,) = rss.findall("channel/item")
    assert item.findtext("title") == "Travaux & détours"
    assert item.findtext("link").endswith(news.get_absolute_url())
    assert item.findtext("pubDate")
    assert "<strong>Déviation</strong>" in item.findtext("description")
    answer = client.get("/actualites/atom.xml")
    assert answer["Content-Type"].startswith("application/atom+xml")
    (entry,) = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}updated")


def test_agenda_feed_tells_when_and_where(client, territory):
    factories.event("Bal", start=paris(2027, 12, 5, 20), commune=factories.commune("beauval"))
    rss = ElementTree.fromstring(client.get("/agenda/rss.xml").content)
    text = rss.findtext("channel/item/description")
    assert "dimanche 5\u00a0décembre 2027, de 20\u202fh à 22\u202fh" in text
    assert "Salle des fêtes, Beauval" in text
