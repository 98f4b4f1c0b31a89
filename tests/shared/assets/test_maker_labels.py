"""The label that a thing already carries: kept, unique, found by search and by scan, brought in and taken away."""

import csv
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from beffroi.shared.assets import actions
from beffroi.shared.assets.importing import reading, writing
from beffroi.shared.assets.models import Asset, code_read
from tests.support.together import at_once

LABEL = "(01)03453120000011(21)A/77"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("https://exemple.invalid/e/23456789AB/", "23456789AB"),
        ("/e/23456789ab?x=1", "23456789ab"),
        (LABEL, LABEL),
        ("https://fabricant.invalid/p/12?sn=7", "https://fabricant.invalid/p/12?sn=7"),
        ("  B-1\x00 ", "B-1"),
        ("\x1d0103453120000011\x1d21A77", "010345312000001121A77"),
        ("B  1\t2", "B 1 2"),
        ("x" * 80, "x" * 64),
    ],
)
def test_label_of_ours_gives_its_code_and_that_of_another_maker_is_kept_whole(text, code):
    assert code_read(text) == code


def test_own_label_then_number_then_that_of_another_maker(make_asset):
    first = make_asset("EP-1")
    second = make_asset(first.tag)
    third = make_asset("EP-3", maker_label="EP-1")
    assert list(Asset.objects.labelled(first.tag.lower())) == [first, second]
    assert list(Asset.objects.labelled("ep-1")) == [first, third]
    assert list(Asset.objects.labelled("")) == []


def test_signs_that_nothing_shows_do_not_hide_a_label(make_asset):
    found = make_asset("EP-1", maker_label="0103453120000011\x1d21A77")
    assert found.maker_label == "010345312000001121A77"
    assert list(Asset.objects.labelled("010345312000001121A77")) == [found]
    assert list(Asset.objects.labelled("\x1d0103453120000011\x1d21a77")) == [found]


def test_label_is_one_thing_in_an_organisation_and_may_be_another_elsewhere(make_asset, doullens):
    make_asset("EP-1", maker_label=LABEL)
    with pytest.raises(ValidationError) as refusal:
        make_asset("EP-2", maker_label=LABEL.lower())
    assert "déjà celle de « Mât EP-1 » (EP-1)" in refusal.value.message_dict["maker_label"][0]
    make_asset("EP-2", organisation=doullens, maker_label=LABEL)
    make_asset("EP-3")
    make_asset("EP-4")


@pytest.mark.django_db(transaction=True)
def test_two_people_who_give_the_same_label_at_once_keep_one(make_asset):
    one, other = make_asset("EP-1"), make_asset("EP-2")
    one.maker_label = other.maker_label = LABEL
    answers = at_once(*(lambda asset=asset: actions.save_asset(asset, actor=None) for asset in (one, other)))
    assert [isinstance(answer, ValidationError) for answer in answers].count(True) == 1
    assert Asset.objects.filter(maker_label=LABEL).count() == 1


def test_label_is_written_at_the_desk_and_found_by_search(desk, make_asset):
    asset = make_asset("EP-1")
    make_asset("EP-2")
    form = {
        "name": asset.name,
        "code": asset.code,
        "maker_label": f" {LABEL} ",
        "criticality": 2,
        "version": asset.version,
        "v_source": "LED",
    }
    assert desk.post(f"/bureau/equipements/{asset.pk}/corriger/", form).status_code == 302
    assert LABEL in desk.get(asset.get_absolute_url()).content.decode()
    for typed in (LABEL, "0345312000", LABEL.lower()):
        page = desk.get("/bureau/equipements/", {"q": typed}).content.decode()
        assert "Mât EP-1" in page
        assert "Mât EP-2" not in page


def test_label_goes_out_and_comes_in_again_and_a_double_is_told_with_its_line(
    desk, agent, operator, doullens, lamp, make_asset
):
    make_asset("EP-1", external_ref="A1", maker_label=LABEL)
    lines = list(
        csv.reader(io.StringIO(desk.get("/bureau/equipements/export.csv").content.decode("utf-8-sig")), delimiter=";")
    )
    assert lines[1][lines[0].index("Étiquette du fabricant")] == LABEL

    text = f"ref;code-barres;source;longitude;latitude\nA1;{LABEL}-B;;;\nA2;X 1;LED;2.34;50.16\nA3;x 1;LED;2.34;50.16\n"
    text += f"A4;{LABEL};LED;2.34;50.16\n"
    content = reading.read(SimpleUploadedFile("mats.csv", text.encode()), "mats.csv", 0)
    run = actions.receive_import(content, actor=agent, organisation=operator, kind=lamp, name="mats.csv")
    assert run.mapping["maker_label"] == "code-barres"
    actions.check_columns(run, run.mapping, actor=agent)
    writing.check(run.pk)
    run.refresh_from_db()
    told = {line: reason for line, label, reason in run.faults if label == "Étiquette du fabricant"}
    assert "déjà à la ligne 3" in told[4]
    assert "déjà l’étiquette d’un autre équipement" in told[5]
    actions.start_import(run, actor=agent)
    writing.write(run.pk)
    kept = dict(Asset.objects.values_list("external_ref", "maker_label"))
    assert (kept["A1"], kept["A2"]) == (f"{LABEL}-B", "X 1")
    assert "A3" not in kept
