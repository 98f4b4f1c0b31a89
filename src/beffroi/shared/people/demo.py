"""Invented residents, homes and mandates, on addresses that cannot exist."""

import datetime

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from beffroi.shared.organisations.models import Commune, Organisation
from beffroi.shared.people import actions
from beffroi.shared.people.models import Mandate, Person, months_later

# Telephones of ARCEP's series reserved for fiction (decision 2018-0881, art. 2.5.12).
RESIDENTS = (
    ("Mme", "Odette", "Fournier", datetime.date(1938, 4, 12), "", "03 53 01 00 01", "12 rue des Tilleuls", "80253"),
    ("M.", "Marcel", "Bocquet", datetime.date(1945, 9, 3), "", "03 53 01 00 02", "3 rue du Moulin", "80071"),
    ("Mme", "Amina", "Benali", None, "amina.benali@example.invalid", "06 39 98 00 03", "8 place de l’Église", "80086"),
    ("M.", "Tom", "Carlier", None, "tom.carlier@example.invalid", "06 39 98 00 04", "21 rue d’Amiens", "80253"),
    ("Mme", "Louise", "Dupuis", None, "louise.dupuis@example.invalid", "", "5 rue Neuve", "80071"),
    ("M.", "René", "Vasseur", datetime.date(1951, 2, 28), "", "03 53 01 00 06", "2 chemin Vert", "80253"),
)


@transaction.atomic
def load() -> None:
    """Make the residents, their homes and their mandates; a second load changes nothing."""
    if Person.objects.filter(registered_by__isnull=False).exists():
        return
    operator = Organisation.objects.get(is_operator=True)
    people = [_resident(operator, *line) for line in RESIDENTS]
    users = {user.email: user for user in get_user_model().objects.filter(email__endswith="@example.invalid")}
    jeanne, paul = users.get("habitante@example.invalid"), users.get("habitant@example.invalid")
    adviser, secretary = users.get("conseiller@example.invalid"), users.get("mairie.doullens@example.invalid")
    odette = people[0]
    home = actions.create_household(
        actor=None, person=odette, name="Foyer Fournier", relation="parent", **_address(odette)
    )
    if jeanne:
        own = actions.person_of(jeanne)
        actions.change_person(own, actor=None, title="Mme", **_address(odette))
        actions.add_member(home, own, actor=None, relation="enfant")
        doullens = Commune.objects.filter(code_insee="80253").first()
        actions.create_household(
            actor=None,
            person=own,
            name="Foyer Dubois",
            address="3 rue des Remparts",
            city="Doullens",
            postal_code="80600",
            commune=doullens,
        )
    if adviser:
        _mandate(odette, adviser, operator, Mandate.Quality.ADVISER, "Suivre ses demandes auprès de la communauté")
    if secretary:
        town_hall = Organisation.objects.get(pk=Commune.objects.get(code_insee="80253").pk)
        _mandate(
            people[5], secretary, town_hall, Mandate.Quality.SECRETARY, "Signaler un problème de voirie à sa place"
        )
    if jeanne and paul:
        own = actions.person_of(paul)
        actions.create_mandate(
            own,
            actor=None,
            agent=jeanne,
            quality=Mandate.Quality.RELATIVE,
            scope="Écrire aux services pour lui",
            consent=Mandate.Consent.ONLINE,
            end=months_later(timezone.localdate(), 6),
            agreed=True,
        )


def _resident(operator, title, first_name, last_name, birth_date, email, phone, address, code) -> Person:
    commune = Commune.objects.filter(code_insee=code).first()
    return actions.create_person(
        actor=None,
        registered_by=operator,
        title=title,
        first_name=first_name,
        last_name=last_name,
        birth_date=birth_date,
        email=email,
        phone=phone,
        address=address,
        commune=commune,
        city=commune.name if commune else "",
        postal_code=commune.postal_code if commune else "",
    )


def _address(person: Person) -> dict:
    return {name: getattr(person, name) for name in ("address", "postal_code", "city", "commune")}


def _mandate(person, agent, body, quality, scope) -> None:
    actions.create_mandate(
        person,
        actor=agent,
        agent=agent,
        organisation=body,
        quality=quality,
        scope=scope,
        consent=Mandate.Consent.PAPER,
        end=months_later(timezone.localdate(), 3),
    )
