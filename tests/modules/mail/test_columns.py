"""The columns of the list of the mail: chosen, kept in a view, sorted, and what a basket keeps of them."""

import datetime

import pytest
from django.utils import timezone

from beffroi.modules.mail import actions
from beffroi.modules.mail.listing import LETTERS
from beffroi.modules.mail.models import Letter
from beffroi.shared.cases.models import SavedView
from tests.contract import rules

pytestmark = pytest.mark.django_db
LIST = "/bureau/courrier/"


def heads(text: str) -> list[str]:
    tree = rules.parser.document_fromstring(text)
    return [" ".join(one.text_content().split()) for one in tree.xpath("//table//thead//th")]


def numbers(text: str) -> list[str]:
    tree = rules.parser.document_fromstring(text)
    return [one.text_content() for one in tree.xpath("//table//tbody//th/a")]


def test_columns_are_chosen_and_a_view_keeps_them(routed, clerk, client):
    Letter.objects.filter(pk=routed.pk).update(reference="PRE/12 & fils")
    client.force_login(clerk)
    usual = client.get(LIST).content.decode()
    assert heads(usual)[-6:] == ["Numéro", "Objet", "Arrivé le", "Service", "Échéance", "État"]
    assert list(rules.page(usual)) == []
    asked = "colonnes=correspondant&colonnes=reference&colonnes=type&colonnes=registre"
    page = client.get(f"{LIST}?{asked}").content.decode()
    assert list(rules.page(page)) == []
    assert heads(page)[-5:] == ["Numéro", "Correspondant", "Registre", "Sa référence", "Type"]
    assert "PRE/12 &amp; fils" in page
    client.post(f"{LIST}vues/enregistrer/", {"name": "Par référence", "filtres": asked})
    assert SavedView.objects.get(owner=clerk).query == asked
    assert f"?{asked}".replace("&", "&amp;") in client.get(LIST).content.decode()
    odd = client.get(f"{LIST}?colonnes=rien").content.decode()
    assert heads(odd) == heads(usual), "a column that does not exist is left aside"


@pytest.mark.parametrize("column", [one.code for one in LETTERS.columns])
def test_each_column_is_written_and_sorted_both_ways(column, make_letter, make_type, clerk, team, client):
    for day in (3, 1, 2):
        made = make_letter(f"Expéditeur {day}", arrived_on=timezone.localdate() - datetime.timedelta(days=day))
        actions.route_letter(made, actor=clerk, type=make_type(f"Type {day}"), team=team)
    client.force_login(clerk)
    pages = [client.get(f"{LIST}?colonnes={column}&tri={sign}{column}").content.decode() for sign in ("", "-")]
    assert all(len(numbers(page)) == 3 for page in pages)
    if column in ("arrive", "type"):
        assert numbers(pages[0]) == numbers(pages[1])[::-1]


def test_numbers_are_sorted_down_as_they_are_up(make_letter, clerk, client):
    made = [make_letter().chrono for _ in range(3)]
    client.force_login(clerk)
    assert numbers(client.get(f"{LIST}?tri=chrono").content.decode()) == made
    assert numbers(client.get(f"{LIST}?tri=-chrono").content.decode()) == made[::-1]


def test_filters_stay_in_the_basket_where_they_are_set(make_letter, clerk, client):
    make_letter(object="Bac cassé")
    client.force_login(clerk)
    page = client.get(f"{LIST}?bac=qualifier&q=bac").content.decode()
    assert '<input type="hidden" name="bac" value="qualifier">' in page
    assert "Effacer les filtres" in page
    assert f'href="{LIST}?bac=qualifier"' in page
    assert len(numbers(page)) == 1
    nothing = client.get(f"{LIST}?bac=qualifier&q=introuvable").content.decode()
    assert "Aucun ne correspond" in nothing
    assert "Corbeille vide" in client.get(f"{LIST}?bac=copies").content.decode()


def test_reader_who_cannot_handle_has_no_boxes(make_letter, clerk, make_user, operator, client):
    letter = make_letter()
    elected = make_user("elected", operator)
    actions.copy_letter(letter, actor=clerk, users=[elected])
    client.force_login(elected)
    page = client.get(LIST).content.decode()
    assert numbers(page) == [letter.chrono]
    assert 'name="choix"' not in page
    assert heads(page)[0] == "Numéro"
