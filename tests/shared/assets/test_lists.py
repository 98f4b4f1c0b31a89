"""The list of the inventory: its columns, its kept views, its last page."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from beffroi.shared.assets.models import Asset
from beffroi.shared.cases.kept_lists import KeyPaginator
from beffroi.shared.cases.models import SavedView

URL = "/bureau/equipements/"


def heads(page: str) -> list[str]:
    table = page[page.index("<thead>") : page.index("</thead>")]
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<th[^>]*>(.*?)</th>", table, re.S)][1:]


def codes(page: str) -> list[str]:
    return re.findall(r'<th scope="row" class="nowrap"><a href="[^"]+">([^<]+)</a>', page)


def test_columns_are_chosen_sorted_and_kept_with_the_filters_under_a_name(desk, make_asset, operator, agent):
    make_asset("EP-1", brand="Zénith", criticality=3)
    make_asset("EP-2", brand="Aube")
    usual = desk.get(URL).content.decode()
    assert heads(usual) == ["Numéro", "Nom", "Type", "Commune", "À remplacer", "Situation"]
    query = "colonnes=nom&colonnes=marque&tri=-marque"
    page = desk.get(f"{URL}?{query}").content.decode()
    assert heads(page) == ["Numéro", "Nom", "Marque"]
    assert codes(page) == ["EP-1", "EP-2"]
    assert "Garder cette vue" in page

    desk.post(f"{URL}vues/enregistrer/", {"filtres": query, "name": "Marques", "organisation": operator.pk})
    view = SavedView.objects.get()
    assert (view.page, view.shared) == ("assets:list", True)
    assert "Marques" in desk.get(URL).content.decode()
    assert "Marques" not in desk.get("/bureau/demandes/").content.decode()
    assert f"{URL}?colonnes=nom" in desk.get(f"{URL}vues/").content.decode()


def test_view_shared_in_a_body_is_seen_there_only(client, desk, make_asset, operator, doullens, make_user):
    make_asset("EP-1")
    desk.post(f"{URL}vues/enregistrer/", {"filtres": "vue=panne", "name": "Pannes", "organisation": operator.pk})
    client.force_login(make_user("elected", operator))
    assert "Pannes" in client.get(URL).content.decode()
    client.force_login(make_user("agent", doullens))
    assert "Pannes" not in client.get(URL).content.decode()
    client.force_login(make_user("editor", operator))
    assert client.get(f"{URL}vues/").status_code == 403


def test_every_page_shows_its_own_lines_from_either_end(desk, make_asset, agent):
    for number in range(95):
        make_asset(f"EP-{number:03d}")
    seen = []
    for page in range(1, 5):
        seen += codes(desk.get(URL, {"page": page}).content.decode())
    assert seen == [f"EP-{number:03d}" for number in range(95)]
    down = codes(desk.get(URL, {"tri": "-nom", "page": 4}).content.decode())
    assert down == ["EP-004", "EP-003", "EP-002", "EP-001", "EP-000"]
    assert codes(desk.get(URL, {"page": "999"}).content.decode()) == [f"EP-{number:03d}" for number in range(90, 95)]


@pytest.mark.parametrize("size", [1, 7, 30, 94, 95, 200])
def test_paginator_gives_the_pages_that_slices_would(make_asset, size):
    for number in range(95):
        make_asset(f"EP-{number:03d}")
    rows = Asset.objects.order_by("code", "pk")
    whole = list(rows.values_list("pk", flat=True))
    paginator = KeyPaginator(rows, size)
    found = [list(paginator.page(number).object_list) for number in paginator.page_range]
    assert [len(page) for page in found[:-1]] == [size] * (len(found) - 1)
    assert [pk for page in found for pk in page] == whole


def test_last_page_does_not_walk_the_whole_list(make_asset):
    for number in range(40):
        make_asset(f"EP-{number:03d}")
    with CaptureQueriesContext(connection) as seen:
        KeyPaginator(Asset.objects.order_by("code", "pk"), 10).page(4)
    last = seen.captured_queries[-1]["sql"]
    assert "DESC" in last
    assert "OFFSET" not in last
