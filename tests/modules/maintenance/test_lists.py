"""The list of the works: its columns, its kept views."""

import io
import re

import pytest
from openpyxl import load_workbook

from beffroi.shared.cases.models import SavedView

URL = "/bureau/travaux/"


@pytest.fixture
def desk(client, dispatcher):
    client.force_login(dispatcher)
    return client


def heads(page: str) -> list[str]:
    table = page[page.index("<thead>") : page.index("</thead>")]
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<th[^>]*>(.*?)</th>", table, re.S)]


def test_columns_are_chosen_and_sorted(desk, make_order):
    make_order(title="Abattre un arbre", nature="other")
    make_order(title="Zébrer un passage", nature="improvement")
    assert heads(desk.get(URL).content.decode()) == [
        "Référence",
        "Travail",
        "Commune",
        "Équipe",
        "Prévu le",
        "À faire avant le",
        "État",
    ]
    page = desk.get(f"{URL}?colonnes=travail&colonnes=nature&tri=-travail").content.decode()
    assert heads(page) == ["Référence", "Travail", "Nature"]
    assert page.index("Zébrer un passage") < page.index("Abattre un arbre")
    old = desk.get(f"{URL}?tri=-title").content.decode()
    assert old.index("Zébrer un passage") < old.index("Abattre un arbre")


def test_view_is_kept_shared_renamed_and_removed(desk, make_order, operator, worker, client):
    make_order()
    query = "vue=retard&colonnes=travail&colonnes=entreprise"
    answer = desk.post(f"{URL}vues/enregistrer/", {"filtres": query, "name": "Retards", "organisation": operator.pk})
    assert answer.url == f"{URL}?{query}"
    view = SavedView.objects.get(page="maintenance:orders")
    desk.post(f"{URL}vues/{view.pk}/", {"name": "En retard, par entreprise", "organisation": operator.pk})
    client.force_login(worker)
    page = client.get(URL).content.decode()
    assert "En retard, par entreprise" in page
    assert client.post(f"{URL}vues/{view.pk}/supprimer/").status_code == 404
    client.force_login(view.owner)
    client.post(f"{URL}vues/{view.pk}/supprimer/")
    assert not SavedView.objects.exists()


def test_export_holds_every_column(desk, make_order, team):
    order = make_order(team=team)
    sheet = load_workbook(io.BytesIO(desk.get(f"{URL}export.xlsx?colonnes=travail").content)).active
    rows = list(sheet.values)
    assert {"Référence", "Entreprise", "Terminé le", "Équipe"} <= set(rows[0])
    assert rows[1][0] == order.reference
