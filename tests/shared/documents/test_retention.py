"""How long a document is kept: the law as cases."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from beffroi.shared.documents import actions, retention
from beffroi.shared.documents.models import Document, Folder, Hold

pytestmark = pytest.mark.django_db
DAY = datetime.date


@given(st.integers(0, 150), st.dates(DAY(1900, 1, 1), DAY(2100, 12, 31)))
def test_end_is_the_last_day_of_a_year_and_never_too_early(years, start):
    end = retention.end_of(years, start)
    assert (end.month, end.day) == (12, 31)
    assert end.year - start.year == years
    assert end >= start


def test_bills_of_2019_kept_ten_years_go_in_2030(make_folder, make_series, make_document, people):
    folder = make_folder(series=make_series(10))
    document = make_document(folder=folder)
    assert document.retention_end is None
    actions.close_folder(folder, actor=people["manager"], day=DAY(2019, 12, 31))
    document.refresh_from_db()
    assert document.retention_start == DAY(2019, 12, 31)
    assert document.retention_end == folder.retention_end == DAY(2029, 12, 31)
    assert document.eliminable_on == DAY(2030, 1, 1)
    assert not Folder.objects.eliminable(DAY(2029, 12, 31)).exists()
    assert list(Folder.objects.eliminable(DAY(2030, 1, 1))) == [folder]


def test_count_follows_the_date_of_the_document_or_an_event(make_folder, make_series, make_document, people):
    by_date = make_document("a.txt", folder=make_folder("A", series=make_series(2, "date")), dated_on=DAY(2020, 3, 1))
    assert by_date.retention_end == DAY(2022, 12, 31)
    by_event = make_document("b.txt", b"autre", folder=make_folder("B", series=make_series(5, "event")))
    assert by_event.retention_start is None
    by_event.event_on = DAY(2021, 6, 30)
    actions.update_document(by_event, actor=people["manager"])
    by_event.refresh_from_db()
    assert by_event.retention_end == DAY(2026, 12, 31)


def test_series_of_the_folder_above_counts_and_a_document_may_have_its_own(make_folder, make_series, make_document):
    long, short = make_series(30), make_series(1, "date")
    inner = make_folder("Dedans", parent=make_folder("Dehors", series=long))
    document = make_document(folder=inner, dated_on=DAY(2020, 1, 1))
    assert document.effective_series == inner.effective_series == long
    document.series = short
    actions.update_document(document, actor=None)
    document.refresh_from_db()
    assert document.effective_series == short
    assert document.retention_end == DAY(2021, 12, 31)


def test_folder_waits_for_the_longest_of_what_it_holds(make_folder, make_series, make_document, people):
    outer = make_folder("Dehors", series=make_series(1))
    make_folder("Dedans", parent=outer, series=make_series(20))
    actions.close_folder(outer, actor=people["manager"], day=DAY(2018, 5, 1))
    assert outer.retention_end == DAY(2038, 12, 31)


def test_changing_a_series_counts_again(make_folder, make_series, people):
    series = make_series(5)
    folder = make_folder(series=series)
    actions.close_folder(folder, actor=people["manager"], day=DAY(2018, 5, 1))
    assert folder.retention_end == DAY(2023, 12, 31)
    series.years = 8
    actions.save_series(series, actor=people["manager"])
    folder.refresh_from_db()
    assert folder.retention_end == DAY(2026, 12, 31)


def test_series_without_end_is_kept(make_series, make_folder, people):
    with pytest.raises(ValidationError):
        make_series(None, fate="destroy")
    folder = make_folder(series=make_series(None, fate="keep"))
    actions.close_folder(folder, actor=people["manager"], day=DAY(2000 + 16, 1, 1))
    assert folder.retention_end is None
    assert actions.not_due(folder)


def test_reopening_stops_the_count_and_needs_who_manages(make_folder, make_series, people):
    folder = make_folder(series=make_series(1))
    actions.close_folder(folder, actor=people["outside"], day=DAY(2018, 5, 1))
    with pytest.raises(PermissionDenied):
        actions.reopen_folder(folder, actor=people["outside"], reason="Erreur")
    actions.reopen_folder(folder, actor=people["manager"], reason="Erreur")
    assert (folder.closed_on, folder.retention_end) == (None, None)


def test_hold_stops_trash_and_elimination_even_in_the_database(make_folder, make_series, make_document, people):
    outer = make_folder("Dehors", series=make_series(0))
    inner = make_folder("Dedans", parent=outer)
    document = make_document(folder=inner)
    hold = actions.set_hold(outer, actor=people["manager"], reason="Contentieux")
    document.refresh_from_db()
    assert document.held
    with pytest.raises(ValidationError):
        actions.throw_document(document, actor=people["manager"])
    with pytest.raises(IntegrityError), transaction.atomic():
        document.delete()
    with pytest.raises(ValidationError):
        actions.set_hold(outer, actor=people["manager"], reason="Encore")
    actions.close_folder(outer, actor=people["manager"], day=DAY(2018, 1, 1))
    assert not Folder.objects.eliminable().exists()
    with pytest.raises(ValidationError):
        actions.eliminate_folder(outer, actor=None, basis="Visa")
    actions.lift_hold(hold, actor=people["manager"], reason="Jugement rendu")
    assert Hold.objects.get().lifted_by == people["manager"]
    assert outer in Folder.objects.eliminable()


def test_elimination_destroys_the_content_and_keeps_the_proof(make_folder, make_series, make_document, people):
    folder = make_folder(series=make_series(1))
    document = make_document(folder=folder)
    digest = document.current.sha256
    actions.close_folder(folder, actor=people["manager"], day=DAY(2018, 1, 1))
    assert actions.eliminate_folder(folder, actor=None, basis="Visa 2026-12") == 1
    document = Document.objects.get(pk=document.pk)
    assert document.state == "eliminated"
    assert (document.current.file, document.current.sha256) == (None, digest)
    assert document.current.reading.text == ""
    folder.refresh_from_db()
    assert folder.state == "eliminated"
    assert not Folder.objects.eliminable().exists()


def test_what_the_plan_keeps_is_not_eliminated(make_folder, make_series, people):
    folder = make_folder(series=make_series(1, fate="keep"))
    actions.close_folder(folder, actor=people["manager"], day=DAY(2018, 1, 1))
    with pytest.raises(ValidationError):
        actions.eliminate_folder(folder, actor=None, basis="Visa")
    assert not Folder.objects.eliminable().exists()
    actions.transfer_folder(folder, actor=None, basis="Accusé 12")
    assert folder.state == "transferred"


def test_communicability_counts_from_the_closing(make_folder, make_series, people):
    folder = make_folder(series=make_series(1, communicability="y50"))
    actions.close_folder(folder, actor=people["manager"], day=DAY(2016, 2, 29))
    assert folder.communicable_on == DAY(2066, 2, 28)


def test_plan_is_copied_once(make_series, commune, people, make_user):  # noqa: F811
    make_series(3)
    source = people["manager"].memberships.get().organisation
    clerk = make_user("secretary", commune)
    assert actions.copy_plan(source, commune, actor=clerk) == 1
    assert actions.copy_plan(source, commune, actor=clerk) == 0
    with pytest.raises(PermissionDenied):
        actions.copy_plan(source, commune, actor=people["outside"])
