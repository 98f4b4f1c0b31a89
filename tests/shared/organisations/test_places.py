import pytest

from beffroi.shared.organisations import actions, demo, names, outlines, places
from beffroi.shared.organisations.models import Commune


def square(west, south, east, north):
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def commune(code, *pieces, member=True):
    made = actions.put_commune(actor=None, code_insee=code, name=f"Commune {code}", member=member)
    if pieces:
        actions.draw_outline(made, {"type": "MultiPolygon", "coordinates": list(pieces)}, actor=None)
    return made


@pytest.mark.parametrize(
    ("address", "commune", "told"),
    [
        ("Rue des Écoles", "Doullens", "Rue des Écoles, Doullens"),
        ("Rue des Écoles, Doullens", "Doullens", "Rue des Écoles, Doullens"),
        ("3 rue de la Paix, 80600 DOULLENS", "Doullens", "3 rue de la Paix, 80600 DOULLENS"),
        ("Rue de Doullens", "Doullens", "Rue de Doullens, Doullens"),
        ("Chemin du Bois, Doullens", "Beauval", "Chemin du Bois, Doullens, Beauval"),
        ("Doullens", "Doullens", "Doullens"),
        ("", "Doullens", "Doullens"),
        ("Rue des Écoles", None, "Rue des Écoles"),
        ("", None, ""),
    ],
)
def test_commune_of_a_place_is_said_once(address, commune, told):
    assert names.place(address, commune) == told


def plain(text):
    return text.replace("\u202f", " ")


def test_commune_at_every_centroid_finds_its_commune(territory):
    for expected in Commune.objects.members():
        assert places.commune_at(*expected.centroid) == expected


def test_commune_at_a_town_hall_of_the_demo_finds_its_commune(territory):
    for expected in Commune.objects.members().filter(location__isnull=False):
        assert places.commune_at(*expected.location) == expected


def test_commune_at_a_point_in_a_hole_is_the_commune_that_fills_it(db):
    outer = commune("80001", [square(2, 50, 2.4, 50.4), square(2.1, 50.1, 2.3, 50.3)])
    inner = commune("80002", [square(2.1, 50.1, 2.3, 50.3)])
    assert places.commune_at(2.05, 50.05) == outer
    assert places.commune_at(2.2, 50.2) == inner


def test_commune_at_an_enclave_inside_its_own_hole_is_found(db):
    whole = commune(
        "80001",
        [square(2, 50, 2.4, 50.4), square(2.1, 50.1, 2.3, 50.3)],
        [square(2.15, 50.15, 2.25, 50.25)],
    )
    assert places.commune_at(2.2, 50.2) == whole
    assert places.commune_at(2.12, 50.12) is None


def test_commune_at_a_detached_piece_is_found(db):
    whole = commune("80001", [square(2, 50, 2.1, 50.1)], [square(3, 50, 3.1, 50.1)])
    assert places.commune_at(3.05, 50.05) == whole
    assert places.commune_at(2.5, 50.05) is None


def test_commune_at_a_shared_border_is_the_first_by_code(db):
    first = commune("80001", [square(2, 50, 2.1, 50.1)])
    commune("80002", [square(2.1, 50, 2.2, 50.1)])
    assert places.commune_at(2.1, 50.05) == first


def test_commune_at_a_neighbour_only_named_is_outside(db):
    commune("80001", [square(2, 50, 2.1, 50.1)], member=False)
    assert places.commune_at(2.05, 50.05) is None


def test_locate_inside_names_the_commune(territory):
    place = places.locate(2.34131, 50.1571)
    assert (place.description, place.distance) == ("Doullens", None)


@pytest.mark.parametrize(
    ("point", "description"),
    [
        ((2.77852, 50.29306), "Arras, à 23 km hors du territoire"),
        ((2.29541, 49.89342), "Amiens, à 6 km hors du territoire"),
        ((2.51173, 49.9076), "Corbie, à 6 km hors du territoire"),
        ((2.74, 50.27), "près d’Arras, à 19 km hors du territoire"),
        ((2.35222, 48.85661), "à 121 km hors du territoire, du côté de Coisy"),
    ],
)
def test_locate_outside_names_where_it_is(territory, point, description):
    place = places.locate(*point)
    assert plain(place.description) == description
    assert place.commune is None
    assert place.located


def test_locate_just_outside_gives_metres(db):
    commune("80001", [square(2, 50, 2.1, 50.1)])
    assert plain(places.locate(2.05, 50.1027).description).startswith("à 300 m hors du territoire")


def test_locate_without_outlines_says_that_nothing_is_known(db):
    commune("80001")
    place = places.locate(2.05, 50.05)
    assert not place.located
    assert place.commune is None


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {"type": "Point", "coordinates": [2, 50]},
        {"type": "Polygon", "coordinates": []},
        {"type": "Polygon", "coordinates": [[[2, 50], [3, 50], [2, 50]]]},
        {
            "type": "Polygon",
            "coordinates": [[[652000, 6862000], [653000, 6862000], [653000, 6863000], [652000, 6862000]]],
        },
        {"type": "Polygon", "coordinates": [[["a", "b"], [3, 50], [3, 51], [2, 50]]]},
    ],
)
def test_outline_that_cannot_be_used_is_refused(db, geometry):
    made = commune("80001")
    with pytest.raises(outlines.OutlineError):
        actions.draw_outline(made, geometry, actor=None)
    assert not made.areas.exists()


def test_kilometres_between_doullens_and_arras():
    assert outlines.kilometres((2.34131, 50.1571), (2.77852, 50.29306)) == pytest.approx(34.6, abs=0.3)


def test_names_take_the_right_article():
    words = ["Doullens", "Arras", "Épécamps", "Le Havre", "Les Andelys", "La Vicogne"]
    expected = ["de Doullens", "d’Arras", "d’Épécamps", "du Havre", "des Andelys", "de La Vicogne"]
    assert [names.of(word) for word in words] == expected


def test_demo_outlines_share_no_inner_point(territory):
    doullens = demo.commune_by_code("80253")
    others = Commune.objects.members().exclude(pk=doullens.pk)
    assert not any(outlines.contains(other.outline, doullens.centroid) for other in others)


def test_many_points_are_found_as_each_alone(territory):
    points = [(2.3405, 50.1569), (2.0, 50.0), (2.32, 50.17), (3.06, 50.63)]
    alone = [getattr(places.commune_at(*point), "pk", None) for point in points]
    assert places.communes_at(points) == alone
    assert places.communes_at([]) == []
