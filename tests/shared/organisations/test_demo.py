import datetime

import pytest

from beffroi.kernel.models import Entry
from beffroi.shared.organisations import actions, demo, outlines
from beffroi.shared.organisations.models import Area, Commune, OpeningHours, Organisation, Team


def test_demo_loaded_holds_the_65_communes_and_their_population(territory):
    communes = Commune.objects.members()
    assert communes.count() == 65
    assert sum(commune.population for commune in communes) == 30_685
    assert {(c.population_year, c.population_source) for c in communes} == {
        (2026, "INSEE, recensement de 2023, en vigueur au 1ᵉʳ janvier 2026")
    }
    assert all(c.outline and c.centroid and c.siren and c.phone and c.postal_code for c in communes)
    assert all(outlines.contains(c.outline, c.centroid) for c in communes)


def test_demo_loaded_describes_the_epci_and_the_bodies(territory):
    operator = Organisation.objects.get(is_operator=True)
    assert operator.name == "Communauté de communes du Territoire Nord Picardie"
    assert (operator.siren, operator.address, operator.city) == ("200070951", "2 rue des Sœurs-Grises", "Doullens")
    assert operator.children.count() == 65
    assert Team.objects.filter(organisation=operator).count() == 6
    assert Organisation.objects.filter(kind="departement").get().name == "Département de la Somme"
    assert Commune.objects.filter(member=False).count() == 6


def test_demo_commune_has_its_town_hall(territory):
    commune = Commune.objects.get(slug="montigny-sur-l-hallue")
    assert commune.name == "Montigny-sur-l’Hallue"
    authieule = demo.commune_by_code("80044")
    assert authieule.address == "Place de la Mairie"
    assert (authieule.postal_code, authieule.city, authieule.phone) == ("80600", "Authieule", "03 22 77 25 48")
    week = list(authieule.opening_hours.values_list("weekday", "opens", "closes"))
    assert [line[0] for line in week] == [1, 3, 4, 5]
    assert week[-1] == (5, datetime.time(9), datetime.time(12, 30))


def test_demo_town_hall_placed_outside_its_commune_is_not_placed(territory):
    assert demo.commune_by_code("80661").location is None
    assert Commune.objects.members().filter(location__isnull=True).count() == 1


def test_demo_loaded_twice_changes_nothing(territory):
    models = (Organisation, Commune, Area, OpeningHours, Team, Entry)
    before = [model.objects.count() for model in models]
    demo.load()
    assert [model.objects.count() for model in models] == before


def test_demo_loaded_again_keeps_hours_that_were_corrected(territory):
    commune = demo.commune_by_code("80044")
    actions.set_opening_hours(commune, [(0, datetime.time(8), datetime.time(9))], actor=None)
    demo.load()
    assert list(commune.opening_hours.values_list("weekday", flat=True)) == [0]


def test_operator_of_another_territory_is_refused(territory):
    with pytest.raises(actions.OtherTerritory, match="Territoire Nord Picardie"):
        actions.put_operator(actor=None, siren="200070993", name="Métropole")
