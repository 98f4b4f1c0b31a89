import pytest
from django.core.exceptions import ValidationError

from beffroi.modules.reports.models import Competence
from beffroi.modules.reports.routing import route
from beffroi.shared.organisations.models import Team
from tests.modules.reports.conftest import OTHER_PLACE, PLACE

pytestmark = pytest.mark.django_db


def competent(category, commune, address="", point=PLACE):
    return route(category, commune=commune, address=address, point=point).competent.name


def test_route_without_rule_is_the_commune(pothole, doullens, secretary):
    way = route(pothole, commune=doullens)
    assert (way.organisation.pk, way.external, way.rule) == (doullens.pk, None, None)


def test_route_by_family_is_overruled_by_the_category(pothole, sign, roads, doullens, operator, county, agent, rule):
    rule(roads, operator)
    rule(pothole, county)
    assert competent(pothole, doullens) == county.name
    assert competent(sign, doullens) == operator.name


def test_route_by_commune_comes_before_the_territory(pothole, doullens, beauval, operator, agent, secretary, rule):
    rule(pothole, operator)
    rule(pothole, None, commune=doullens)
    assert competent(pothole, doullens) == "Doullens"
    assert competent(pothole, beauval) == operator.name


def test_route_by_commune_of_the_family_comes_before_the_category_everywhere(
    pothole, roads, doullens, operator, county, agent, rule
):
    rule(pothole, operator)
    rule(roads, county, commune=doullens)
    assert competent(pothole, doullens) == county.name


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("D 938, Doullens", "Département d’Essai"),
        ("Carrefour de la d938 et du chemin vert", "Doullens"),
        ("12 rue du Bourg, D 938", "Département d’Essai"),
        ("D 93, Doullens", "Doullens"),
        ("", "Doullens"),
    ],
)
def test_route_by_street_reads_whole_words(pothole, doullens, county, secretary, rule, address, expected):
    rule(pothole, county, street="D 938")
    assert competent(pothole, doullens, address) == expected


def test_route_by_area_comes_first(pothole, doullens, operator, county, agent, rule):
    rule(pothole, county, street="Rue du Bourg")
    around = [(2.33, 50.15), (2.35, 50.15), (2.35, 50.17), (2.33, 50.17)]
    rule(pothole, operator, area_name="Zone d’activités", ring=around)
    assert competent(pothole, doullens, "Rue du Bourg") == operator.name
    assert competent(pothole, doullens, "Rue du Bourg", point=(2.39, 50.19)) == county.name


def test_route_says_why_and_names_the_team(pothole, doullens, operator, agent, roads_team, rule):
    rule(pothole, operator, team=roads_team, reason="La communauté entretient les rues.")
    way = route(pothole, commune=doullens, point=PLACE)
    assert (way.team, way.reason) == (roads_team, "La communauté entretient les rues.")


def test_route_to_a_body_without_desk_is_watched_by_the_commune_then_by_the_operator(
    pothole, doullens, beauval, operator, county, agent, secretary, rule
):
    rule(pothole, county)
    way = route(pothole, commune=doullens, point=PLACE)
    assert (way.organisation.name, way.external) == ("Doullens", county)
    way = route(pothole, commune=beauval, point=OTHER_PLACE)
    assert (way.organisation, way.external) == (operator, county)


def test_rule_for_the_same_place_twice_is_refused(pothole, operator, county, doullens, rule):
    rule(pothole, operator, commune=doullens, street="Rue du Bourg")
    with pytest.raises(ValidationError, match="déjà une règle"):
        rule(pothole, county, commune=doullens, street="rue du bourg")
    assert Competence.objects.count() == 1


def test_rule_with_the_team_of_another_body_is_refused(pothole, operator, county, rule):
    team = Team.objects.create(organisation=county, name="Routes")
    with pytest.raises(ValidationError, match="n’est pas de"):
        rule(pothole, operator, team=team)
