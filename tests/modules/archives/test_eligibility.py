"""What may leave, as the Code du patrimoine says it: R212-13 (fates), R212-14 (visa), and the plan of the body."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.modules.archives import actions, eligibility
from beffroi.modules.archives.models import Sorting
from beffroi.shared.documents import actions as documents
from beffroi.shared.documents.models import Folder

pytestmark = pytest.mark.django_db


def names(rows) -> set[str]:
    return {row.name for row in rows}


def test_file_closed_in_2019_and_kept_ten_years_goes_from_the_first_of_january_2030(make_folder):
    make_folder("Factures 2019", year=2019)
    assert names(eligibility.to_eliminate(datetime.date(2029, 12, 31))) == set()
    assert names(eligibility.to_eliminate(datetime.date(2030, 1, 1))) == {"Factures 2019"}


def test_open_files_and_those_whose_life_runs_are_not_listed(make_folder, make_series):
    make_folder("Ouvert", closed=False)
    make_folder("Récent", year=timezone.localdate().year - 2)
    make_folder("Échu")
    assert names(eligibility.to_eliminate()) == {"Échu"}


def test_each_fate_has_its_own_pile(make_folder, make_series):
    for fate in ("destroy", "keep", "sort"):
        make_folder(fate, series=make_series(fate))
    assert names(eligibility.to_eliminate()) == {"destroy"}
    assert names(eligibility.to_transfer()) == {"keep"}
    assert names(eligibility.to_sort()) == {"sort"}


def test_hold_is_shown_with_its_reason_and_blocks(make_folder, manager, archivist, operator):
    folder = make_folder()
    documents.set_hold(folder, actor=manager, reason="Contrôle de la chambre régionale")
    (row,) = eligibility.to_eliminate()
    why = eligibility.obstacle(row)
    assert why.is_hold
    assert "Contrôle de la chambre régionale" in why.text
    with pytest.raises(ValidationError, match="Contrôle de la chambre"):
        actions.prepare_elimination(operator, actor=archivist, folders=[folder])


def test_hold_on_one_document_keeps_the_whole_file(make_folder, manager):
    folder = make_folder()
    documents.set_hold(folder.documents.first(), actor=manager, reason="Requête d’un agent")
    (row,) = eligibility.to_eliminate()
    assert "Requête d’un agent" in eligibility.obstacle(row).text


def test_file_that_holds_what_the_plan_keeps_does_not_go(make_folder, make_series, manager):
    outer = make_folder("Dessus", closed=False)
    make_folder("Dedans", series=make_series("keep", years=1), parent=outer)
    documents.close_folder(outer, actor=manager, day=outer.opened_on + datetime.timedelta(days=300))
    rows = {row.name: row for row in eligibility.to_eliminate()}
    assert "ne détruit pas" in eligibility.obstacle(rows["Dessus"]).text


def test_file_inside_one_that_goes_is_not_listed_twice(make_folder, manager):
    outer = make_folder("Dessus", closed=False)
    make_folder("Dedans", series=outer.series, parent=outer)
    documents.close_folder(outer, actor=manager, day=outer.opened_on + datetime.timedelta(days=300))
    assert names(eligibility.to_eliminate()) == {"Dessus"}


@pytest.mark.parametrize(("method", "kept"), [("destroy", 0), ("keep", 6), ("sample", 2)])
def test_sorting_is_decided_by_a_method_that_is_written_down(
    make_folder, make_series, archivist, operator, method, kept
):
    series = make_series("sort")
    folders = [make_folder(f"Dossier {letter}", series=series) for letter in "FBDACE"]
    counts = actions.sort_files(operator, actor=archivist, folders=folders, method=method, step=3)
    assert counts == {"keep": kept, "destroy": 6 - kept}
    assert len(names(eligibility.to_transfer())) == kept
    assert len(names(eligibility.to_eliminate())) == 6 - kept
    assert names(eligibility.to_sort()) == set()
    if method == "sample":
        assert names(eligibility.to_transfer()) == {"Dossier A", "Dossier D"}
        assert "un dossier conservé sur 3" in Sorting.objects.first().method


def test_sorting_can_be_thought_again_until_the_slip(make_folder, make_series, archivist, operator):
    folder = make_folder(series=make_series("sort"))
    actions.sort_files(operator, actor=archivist, folders=[folder], method="destroy")
    actions.unsort(Sorting.objects.get(), actor=archivist)
    assert names(eligibility.to_sort()) == {folder.name}
    actions.sort_files(operator, actor=archivist, folders=[folder], method="destroy")
    actions.prepare_elimination(operator, actor=archivist, folders=[folder])
    with pytest.raises(ValidationError, match="Trop tard"):
        actions.unsort(Sorting.objects.get(), actor=archivist)


def test_sampling_by_years_keeps_those_in_0_and_5(make_folder, make_series, archivist, operator):
    series = make_series("sort", years=1)
    this = timezone.localdate().year
    folders = [make_folder(f"Année {year}", series=series, year=year) for year in range(this - 12, this - 2)]
    actions.sort_files(operator, actor=archivist, folders=folders, method="years")
    kept = Folder.objects.filter(archive_sorting__choice="keep")
    assert {folder.closed_on.year % 5 for folder in kept} == {0}
    assert kept.count() == 2


def test_another_body_sees_and_takes_nothing(make_folder, make_user, commune, operator):
    folder = make_folder()
    secretary = make_user("secretary", commune)
    from beffroi.modules.archives import rights

    assert not rights.of_bodies(eligibility.to_eliminate(), secretary, path="space__organisation").exists()
    with pytest.raises(ValidationError):
        actions.prepare_elimination(commune, actor=secretary, folders=[folder])
