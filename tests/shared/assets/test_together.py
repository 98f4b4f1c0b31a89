"""Several people at once, for real: threads and their own connections."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from beffroi.shared.assets import actions
from beffroi.shared.assets.importing import writing
from beffroi.shared.assets.models import Asset, AssetImport, Downtime
from tests.shared.assets.conftest import PLACE
from tests.shared.assets.test_imports import content_of
from tests.support.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def test_same_asset_sent_twice_at_once_exists_once(make_asset, operator, lamp, doullens):
    key = uuid.uuid4()

    def send():
        asset = Asset(
            kind=lamp, organisation=operator, name="Mât", code="EP-1", values={"source": "LED"}, location=PLACE
        )
        return actions.save_asset(asset, actor=None, client_uuid=key)

    answers = at_once(send, send, send)
    assert Asset.objects.count() == 1
    assert sorted(created for _asset, created in answers) == [False, False, True]


def test_numbers_given_at_once_are_different(operator, lamp, doullens):
    def add():
        asset = Asset(kind=lamp, organisation=operator, name="Mât", values={"source": "LED"}, location=PLACE)
        return actions.save_asset(asset, actor=None)[0].code

    assert sorted(at_once(add, add, add, add)) == [f"CANDELAB-000{n}" for n in range(1, 5)]


def test_numbers_of_open_data_given_at_once_are_different(operator, lamp, doullens):
    lamp.open_code, lamp.open_theme = "01010401", "Equipement administratif"
    lamp.save()

    def add(code):
        asset = Asset(kind=lamp, organisation=operator, name="Mât", code=code, values={"source": "LED"}, location=PLACE)
        return actions.save_asset(asset, actor=None)[0].open_number

    assert sorted(at_once(*(lambda code=f"EP-{n}": add(code) for n in range(4)))) == [1, 2, 3, 4]


def test_two_moves_at_once_never_make_a_loop(make_asset, network):
    first = make_asset("A", kind=network, values={}, location=PLACE)
    second = make_asset("B", kind=network, values={}, location=PLACE)

    def move(asset, parent):
        mine = Asset.objects.get(pk=asset.pk)
        return actions.move_asset(mine, actor=None, parent=Asset.objects.get(pk=parent.pk))

    answers = at_once(lambda: move(first, second), lambda: move(second, first))
    assert sum(isinstance(answer, ValidationError) for answer in answers) == 1
    assert Asset.objects.filter(parent__isnull=False).count() == 1


def test_breakdown_told_twice_at_once_is_one(make_asset):
    asset = make_asset()
    at_once(*[lambda: actions.set_status(asset, "down", actor=None, reason="Orage")] * 4)
    assert Downtime.objects.count() == 1


def test_two_corrections_of_one_view_keep_the_first(make_asset):
    asset = make_asset()

    def correct(name):
        mine = Asset.objects.get(pk=asset.pk)
        mine.name = name
        return actions.save_asset(mine, actor=None, version=1)[0].name

    answers = at_once(lambda: correct("Un"), lambda: correct("Deux"))
    refused = [answer for answer in answers if isinstance(answer, ValidationError)]
    assert [error.code for error in refused] == ["changed"]
    assert Asset.objects.get().name in {"Un", "Deux"}


def test_import_run_by_two_workers_at_once_writes_each_line_once(operator, doullens, lamp, monkeypatch):
    monkeypatch.setattr(writing, "BATCH", 20)
    lines = "ref;source;lon;lat\n" + "".join(f"L{n};LED;2.34;50.16\n" for n in range(200))
    run = actions.receive_import(content_of(lines), actor=None, organisation=operator, kind=lamp, name="a.csv")
    actions.check_columns(run, run.mapping, actor=None)
    writing.check(run.pk)
    actions.start_import(run, actor=None)
    answers = at_once(lambda: writing.write(run.pk), lambda: writing.write(run.pk))
    writing.write(run.pk)  # as the job does when it was refused
    run = AssetImport.objects.get(pk=run.pk)
    assert (run.status, run.done, Asset.objects.count()) == ("done", 200, 200), answers
    assert (run.created, run.faulty) == (200, 0)
