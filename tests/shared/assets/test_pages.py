"""The screens: list, page, forms, tree, files; what is typed is kept, what is wrong is told."""

import datetime
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.shared.assets.actions import add_files, save_kind, set_status
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.files.actions import store_upload
from tests.shared.assets.conftest import OTHER_PLACE, PLACE, photo

pytestmark = pytest.mark.django_db
LIST = "/bureau/equipements/"


def codes(page):
    return [asset.code for asset in page.context["page"]]


@pytest.fixture
def some(make_asset, network, beauval):
    whole = make_asset("RES-1", kind=network, values={}, name="Réseau du centre", location=None)
    return {
        "whole": whole,
        "first": make_asset("EP-1", parent=whole, address="Rue du Moulin", serial="SN-77"),
        "second": make_asset("EP-2", parent=whole, location=OTHER_PLACE, criticality=4),
        "alone": make_asset("EP-3", replace_on=timezone.localdate() + datetime.timedelta(days=30)),
    }


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["EP-1", "EP-2", "EP-3", "RES-1"]),
        ("?q=moulin", ["EP-1"]),
        ("?q=MOULIN mat", ["EP-1"]),
        ("?q=sn-77", ["EP-1"]),
        ("?q=%25", []),
        ("?type=reseau", ["RES-1"]),
        ("?commune=beauval", ["EP-2"]),
        ("?importance=4", ["EP-2"]),
        ("?vue=remplacer", ["EP-3"]),
        ("?vue=sans-lieu", ["RES-1"]),
        ("?situation=down", []),
        ("?tri=-code", ["RES-1", "EP-3", "EP-2", "EP-1"]),
        ("?importance=x&dans=abc&choix=z&vue=rien&tri=rien", ["EP-1", "EP-2", "EP-3", "RES-1"]),
    ],
)
def test_list_answers_each_filter(desk, some, query, found):
    page = desk.get(LIST + query)
    assert page.status_code == 200
    assert codes(page) == found


def test_list_below_a_whole_and_by_label(desk, some):
    assert codes(desk.get(f"{LIST}?dans={some['whole'].pk}")) == ["EP-1", "EP-2", "RES-1"]
    assert codes(desk.get(f"{LIST}?q={some['second'].tag}")) == ["EP-2"]


def test_list_hides_what_is_retired_unless_asked(desk, some):
    set_status(some["alone"], "removed", actor=None, reason="Volé")
    assert "EP-3" not in codes(desk.get(LIST))
    assert codes(desk.get(f"{LIST}?situation=removed")) == ["EP-3"]


@pytest.mark.parametrize("path", [LIST, f"{LIST}arbre/", "/bureau/equipements/etiquettes/"])
def test_queries_do_not_grow_with_the_rows(desk, make_asset, network, path):
    whole = make_asset("RES-1", kind=network, values={}, location=None)

    def count():
        desk.get(path)
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert desk.get(path).status_code == 200
        return len(captured)

    for number in range(3):
        make_asset(f"A-{number}", parent=whole)
    few = count()
    for number in range(30):
        make_asset(f"B-{number}", parent=whole)
    assert count() == few
    assert few <= 14  # two of them are the session and the account


def test_page_tells_what_the_asset_is(desk, some):
    text = desk.get(some["first"].get_absolute_url()).content.decode()
    for words in ("36,5", "LED", "Réseau du centre", "Rue du Moulin", "SN-77", "Équipement ajouté", "Doullens"):
        assert words in text
    assert "Position de l’ensemble" not in text


def test_part_without_a_place_shows_that_of_its_whole(desk, make_asset, network):
    hall = make_asset("MAI-1")
    heating = make_asset("CHA-1", kind=network, values={}, parent=hall)
    text = desk.get(heating.get_absolute_url()).content.decode()
    assert "Position de l’ensemble dont il fait partie" in text
    feature = desk.get(reverse("assets:shape", args=[heating.pk])).json()["features"][0]
    assert feature["geometry"]["coordinates"] == list(PLACE)
    assert heating.commune_id == hall.commune_id


def test_page_shows_the_availability_of_a_year(desk, make_asset):
    asset = make_asset()
    now = timezone.now()
    set_status(asset, "down", actor=None, reason="Orage", at=now - datetime.timedelta(days=73))
    set_status(asset, "in_service", actor=None, at=now)
    text = desk.get(asset.get_absolute_url()).content.decode()
    assert "80\u202f%" in text
    assert "Orage" in text


FORM = {
    "name": "Mât 12",
    "code": "",
    "external_ref": "",
    "criticality": "3",
    "v_source": "LED",
    "v_puissance": "36,5",
    "v_pose_le": "2024-03-01",
    "brand": "Exemplaire",
    "purchase_cost": "1250,50",
    "in_service_on": "2024-03-01",
    "latitude": str(PLACE[1]),
    "longitude": str(PLACE[0]),
    "address": "Rue du Moulin",
    "client_uuid": "5f0c2f5e-4d5b-4b39-9a3e-3f1f1e6c9d10",
}


def new_url(kind, owner):
    return f"{reverse('assets:new')}?kind={kind.pk}&organisation={owner.pk}"


def test_new_asset_is_kept_numbered_and_placed_once(desk, lamp, operator, doullens):
    for _press in range(2):
        answer = desk.post(new_url(lamp, operator), FORM)
        assert answer.status_code == 302, answer.context["form"].errors
    asset = Asset.objects.get()
    assert (asset.code, asset.commune_id, asset.values["puissance"]) == ("CANDELAB-0001", doullens.pk, 36.5)
    assert (str(asset.purchase_cost), asset.values["pose_le"]) == ("1250.50", "2024-03-01")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"v_source": "bougie"}, "Source"),
        ({"v_puissance": "mille"}, "attend un nombre"),
        ({"v_puissance": "2000"}, "1000 au plus"),
        ({"v_source": ""}, "obligatoire"),
        ({"latitude": "", "longitude": ""}, "Placez l’équipement sur la carte"),
        ({"parent_code": "RIEN"}, "Aucun autre équipement"),
        ({"inherits": "on", "latitude": ""}, "Dites de quel ensemble"),
        ({"name": ""}, "obligatoire"),
        ({"replace_on": "2020-01-01"}, "ne peut pas précéder"),
        ({"supplier_name": "Inconnu SARL"}, "Ajoutez-le d’abord à l’annuaire"),
        ({"purchase_cost": "cher"}, "nombre"),
    ],
)
def test_new_asset_with_a_fault_keeps_what_was_typed(desk, lamp, operator, doullens, change, told):
    answer = desk.post(new_url(lamp, operator), FORM | change)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert told in text
    assert "Exemplaire" in text
    assert not Asset.objects.exists()


def test_number_already_taken_is_told_at_its_field(desk, lamp, operator, make_asset):
    make_asset("EP-1")
    answer = desk.post(new_url(lamp, operator), FORM | {"code": "EP-1"})
    assert "déjà pris" in answer.content.decode()
    assert Asset.objects.count() == 1


def test_surface_is_drawn_and_its_centre_kept(desk, playground, operator, doullens):
    shape = '{"type":"Polygon","coordinates":[[[2.34,50.16],[2.342,50.16],[2.342,50.162],[2.34,50.162],[2.34,50.16]]]}'
    given = {"name": "Jeux", "criticality": "2", "geometry": shape}
    answer = desk.post(new_url(playground, operator), given)
    assert answer.status_code == 302, answer.content.decode()[:2000]
    asset = Asset.objects.get()
    assert asset.location == pytest.approx((2.341, 50.161))
    assert asset.geometry["type"] == "Polygon"
    wrong = desk.post(
        new_url(playground, operator), given | {"geometry": '{"type":"Polygon","coordinates":[[[2,50]]]}'}
    )
    assert "au moins trois points" in wrong.content.decode()


def test_correction_of_an_old_view_is_refused_and_kept(desk, make_asset):
    asset = make_asset()
    data = {"name": "Premier", "code": "EP-1", "criticality": "2", "v_source": "LED", "version": "1"}
    assert desk.post(reverse("assets:edit", args=[asset.pk]), data).status_code == 302
    late = desk.post(reverse("assets:edit", args=[asset.pk]), data | {"name": "Second"})
    text = late.content.decode()
    assert "Quelqu’un d’autre vient de modifier cet équipement" in text
    assert 'value="Second"' in text
    assert 'name="version" value="2"' in text
    assert Asset.objects.get().name == "Premier"


def test_move_to_another_whole_and_back_to_its_place(desk, some):
    url = reverse("assets:move", args=[some["alone"].pk])
    assert desk.get(url).status_code == 200
    answer = desk.post(url, {"parent_code": "res-1", "inherits": "on", "version": "1"})
    assert answer.status_code == 302
    moved = Asset.objects.get(pk=some["alone"].pk)
    assert (moved.parent, moved.location) == (some["whole"], None)
    loop = desk.post(
        reverse("assets:move", args=[some["whole"].pk]), {"parent_code": "EP-3", "inherits": "on", "version": "1"}
    )
    assert "ne peut pas faire partie de lui-même" in loop.content.decode()


def test_whole_is_retired_with_its_parts_when_asked(desk, some):
    url = reverse("assets:remove", args=[some["whole"].pk])
    refused = desk.post(url, {"reason": "Déposé"})
    assert "2\u00a0équipements en font partie" in refused.content.decode().replace("&nbsp;", "\u00a0")
    assert desk.post(url, {"reason": "Déposé", "whole": "on"}).status_code == 302
    assert set(Asset.objects.filter(status="removed").values_list("code", flat=True)) == {"RES-1", "EP-1", "EP-2"}
    assert "Son historique est gardé" in desk.get(some["whole"].get_absolute_url()).content.decode()


def test_future_date_of_a_breakdown_is_refused(desk, make_asset):
    asset = make_asset()
    day = (timezone.now() + datetime.timedelta(days=3)).strftime("%Y-%m-%dT%H:%M")
    answer = desk.post(reverse("assets:status", args=[asset.pk]), {"status": "down", "at": day})
    assert "pas encore venue" in answer.content.decode()


def test_photos_and_documents_are_added_shown_and_removed(desk, make_asset, agent):
    asset = make_asset()
    notice = io.BytesIO(b"Notice\n")
    notice.name = "notice.txt"
    url = reverse("assets:files", args=[asset.pk])
    assert "Choisissez au moins" in desk.post(url, {}).content.decode()
    answer = desk.post(url, {"photos": photo(), "documents": notice, "public": "on"})
    assert answer.status_code == 302, answer.content.decode()[:1500]
    text = desk.get(asset.get_absolute_url()).content.decode()
    assert "notice.txt" in text
    assert "visible de tous" in text
    picture = next(f for f in add_files(asset, [], actor=agent) or _files(asset) if f.blob.is_image)
    desk.post(reverse("assets:file_change", args=[asset.pk, picture.pk, "cacher"]))
    picture.refresh_from_db()
    assert not picture.public
    desk.post(reverse("assets:file_change", args=[asset.pk, picture.pk, "retirer"]))
    assert [f.name for f in _files(asset)] == ["notice.txt"]


def _files(asset):
    from beffroi.shared.files.models import StoredFile

    return list(StoredFile.objects.about(asset))


def test_document_is_read_by_those_who_see_the_asset_only(client, make_asset, make_user, operator, beauval):
    asset = make_asset()
    notice = io.BytesIO(b"Notice\n")
    notice.name, notice.size = "notice.txt", 7
    stored = store_upload(notice, actor=None, target=asset)
    client.force_login(make_user("elected", operator))
    answer = client.get(stored.url)
    assert answer.getvalue() == b"Notice\n"
    client.force_login(make_user("agent", beauval))
    assert client.get(stored.url).status_code in {403, 404}


def test_tree_shows_three_levels_and_counts_the_rest(desk, make_asset, network):
    whole = make_asset("RES-1", kind=network, values={}, location=None)
    segment = make_asset("TRO-1", kind=network, values={}, parent=whole, location=None)
    for number in range(25):
        make_asset(f"EP-{number:02d}", parent=segment)
    text = desk.get(f"{LIST}arbre/").content.decode()
    assert "TRO-1" in text
    assert "EP-19" in text
    assert "EP-20" not in text
    assert "5\u00a0autres" in text.replace("&nbsp;", "\u00a0")
    assert "EP-03" in desk.get(reverse("assets:branch", args=[segment.pk])).content.decode()


def test_kind_is_made_and_its_fields_edited(client, make_user, operator):
    client.force_login(make_user("operator_admin", operator))
    form = {
        "label": "Fontaine",
        "group": "Espaces publics",
        "icon": "droplets",
        "shape": "point",
        "order": "10",
        "is_active": "on",
        "champs-TOTAL_FORMS": "2",
        "champs-INITIAL_FORMS": "0",
        "champs-0-label": "Débit",
        "champs-0-type": "decimal",
        "champs-0-unit": "l/min",
        "champs-0-minimum": "0,5",
        "champs-1-label": "",
    }
    answer = client.post(reverse("assets:kind_new"), form)
    assert answer.status_code == 302, answer.context["form"].errors
    kind = AssetKind.objects.get()
    assert kind.code == "fontaine"
    assert kind.fields == [{"name": "debit", "label": "Débit", "type": "decimal", "unit": "l/min", "minimum": 0.5}]
    text = client.get(reverse("assets:kind", args=[kind.pk])).content.decode()
    assert 'value="debit"' in text
    wrong = client.post(
        reverse("assets:kind_new"), form | {"label": "Puits", "champs-0-type": "choice", "icon": "rien"}
    )
    assert "deux choix" in wrong.content.decode()
    assert "pas dans l’interface" in wrong.content.decode()


def test_kind_refuses_a_change_that_breaks_what_is_kept(make_asset, lamp):
    make_asset()
    lamp.fields = [field | ({"maximum": 20} if field["name"] == "puissance" else {}) for field in lamp.fields]
    with pytest.raises(Exception, match="36.5"):
        save_kind(lamp, actor=None)
    assert Entry.objects.filter(verb="assets.kind").count() == 1


def test_search_box_finds_an_asset_for_its_body_only(client, make_asset, make_user, operator, beauval):
    make_asset(name="Horloge astronomique du beffroi")
    client.force_login(make_user("agent", operator))
    assert "astronomique</mark> du beffroi" in client.get("/recherche/?q=horloge+astronomique").content.decode()
    client.force_login(make_user("agent", beauval))
    assert "du beffroi" not in client.get("/recherche/?q=horloge+astronomique").content.decode()
