"""Indicators: computed, kept month by month, shown to everyone when they are public."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from beffroi.kernel import indicators, modules
from beffroi.kernel.models import IndicatorMonth
from beffroi.kernel.modules import Indicator
from tests.sample.models import Note

pytestmark = pytest.mark.django_db


def done(day, count=1):
    Note.objects.bulk_create(Note(title="n", state="done", day=day) for _ in range(count))


def test_indicator_counts_its_period_only():
    done(date(2026, 10, 31))
    done(date(2026, 11, 1), 2)
    indicator = modules.find("indicators", "sample.done")
    assert indicators.compute(indicator, date(2026, 11, 1), date(2026, 11, 30)) == Decimal(2)


def test_indicator_that_breaks_has_no_value_and_breaks_nothing(declare):
    def broken(since, until):
        Note.objects.get(pk=-1)

    bad = Indicator(code="sample.bad", label="x", unit="x", value=broken, description="x")
    assert indicators.compute(bad, date(2026, 11, 1), date(2026, 11, 30)) is None


def test_months_are_kept_and_the_last_two_computed_again():
    done(date(2026, 9, 10), 3)
    assert indicators.store(date(2026, 11, 24)) > 0
    assert IndicatorMonth.objects.get(code="sample.done", month=date(2026, 9, 1)).value == 3
    done(date(2026, 9, 11))
    done(date(2026, 10, 11))
    indicators.store(date(2026, 11, 25))
    values = {month.start: month.value for month in indicators.history("sample.done")}
    assert values[date(2026, 9, 1)] == 3  # closed
    assert values[date(2026, 10, 1)] == 1
    assert list(values) == sorted(values)
    assert len(values) == indicators.BACKFILL + 1


def test_page_shows_public_indicators_with_their_direction(client):
    today = timezone.localdate()
    last = indicators.before(today)
    done(last, 5)
    done(indicators.before(last), 2)
    indicators.store()
    page = client.get("/donnees/indicateurs/").content.decode()
    assert "Notes faites" in page
    assert "en hausse" in page
    assert "Notes cachées" not in page
    assert client.get("/donnees/indicateurs/sample.secret/").status_code == 404
    detail = client.get("/donnees/indicateurs/sample.done/").content.decode()
    assert "<svg" in detail
    assert "<table" in detail


def test_page_asks_as_many_queries_whatever_the_number(client, django_assert_max_num_queries, agent):
    indicators.store()
    client.force_login(agent)
    with django_assert_max_num_queries(12):
        client.get("/donnees/indicateurs/")


def test_page_is_taken_away_as_a_table(client):
    indicators.store()
    answer = client.get("/donnees/indicateurs/?format=csv")
    assert "Notes faites" in answer.content.decode()
