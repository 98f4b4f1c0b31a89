import pytest
from django.core.exceptions import ValidationError

from beffroi.modules.reports.models import Competence
from beffroi.modules.reports.routing import Matrix, route
from beffroi.shared.assets.models import Asset, AssetKind
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
        ("Carrefour de la d938 et du chemin vert", "Département d’Essai"),
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


def test_route_by_asset_comes_before_everything(pothole, doullens, operator, county, agent, rule):
    kind = AssetKind.objects.create(code="pont", label="Pont", shape="point")
    bridge = Asset.objects.create(kind=kind, organisation=county, code="PT-1", name="Pont de l’Authie")
    other = Asset.objects.create(kind=kind, organisation=county, code="PT-2", name="Autre pont")
    rule(pothole, operator, street="Rue du Bourg", commune=doullens)
    rule(pothole, county, asset=bridge, reason="Ce pont est au Département.")
    place = {"commune": doullens, "address": "Rue du Bourg, Doullens", "point": PLACE}
    assert route(pothole, **place, asset=bridge).competent.pk == county.pk
    assert route(pothole, **place).competent.pk == operator.pk
    assert route(pothole, **place, asset=other).competent.pk == operator.pk
    with pytest.raises(ValidationError, match="déjà une règle"):
        rule(pothole, operator, asset=bridge)


def test_matrix_answers_for_many_with_few_queries(
    pothole, sign, doullens, beauval, operator, agent, rule, django_assert_max_num_queries
):
    rule(pothole, operator)
    matrix = Matrix()
    doullens.organisation_ptr, beauval.organisation_ptr  # noqa: B018  read once
    with django_assert_max_num_queries(8):
        for town in (doullens, beauval) * 10:
            assert matrix.route(pothole, commune=town).competent.pk == operator.pk
            assert matrix.route(sign, commune=town).competent.pk == town.pk


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
