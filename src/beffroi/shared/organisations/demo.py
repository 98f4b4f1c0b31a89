"""The demonstration territory: the real 65 communes of the Territoire Nord Picardie, and the bodies around them."""

import csv
import datetime
import json
import re
from pathlib import Path

from django.db import transaction
from stdnum import luhn

from beffroi.shared.organisations import actions, credits, names, outlines
from beffroi.shared.organisations.addresses.importing import merge
from beffroi.shared.organisations.addresses.reading import Row
from beffroi.shared.organisations.models import DAYS, Commune, Organisation, Street

DATA = Path(__file__).parent / "data"
SIREN = "200070951"
TEAMS = ("Accueil", "Voirie", "Éclairage public", "Informatique", "Enfance et jeunesse", "Environnement et déchets")
# Their real addresses are left out: what the demonstration relays to them must reach nobody.
BODIES = (
    {
        "kind": Organisation.Kind.DEPARTEMENT,
        "name": "Département de la Somme",
        "address": "43 rue de la République",
        "postal_code": "80000",
        "city": "Amiens",
        "phone": "03 22 71 80 80",
        "website": "https://www.somme.fr",
        "email": "departement@example.invalid",
    },
    {
        "kind": Organisation.Kind.SYNDICAT,
        "name": "Somme Numérique",
        "address": "43 avenue d’Italie",
        "postal_code": "80090",
        "city": "Amiens",
        "phone": "03 22 22 27 27",
        "website": "https://sommenumerique.fr",
        "email": "somme-numerique@example.invalid",
    },
    {
        "kind": Organisation.Kind.SYNDICAT,
        "name": "Fédération départementale d’énergie de la Somme",
        "address": "Pôle Jules-Verne, 2 rue du Capitaine-Némo",
        "postal_code": "80440",
        "city": "Boves",
        "email": "energie@example.invalid",
    },
)


def read_table(name: str) -> list[dict[str, str]]:
    """The lines of one of the files of data."""
    with (DATA / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def read_json(name: str):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def first_establishment(siren: str) -> str:
    """The SIRET of establishment 0001 of a SIREN, for the sample bodies only."""
    start = f"{siren}0001"
    return start + luhn.calc_check_digit(start)


@transaction.atomic
def load() -> None:
    """Install the demonstration territory, or bring it up to date: a second load changes nothing."""
    operator = actions.put_operator(
        actor=None,
        siren=SIREN,
        siret=first_establishment(SIREN),
        name=names.full_epci_name(read_json("epci.json")["nom"]),
        address="2 rue des Sœurs-Grises",
        postal_code="80600",
        city="Doullens",
        phone="03 22 77 80 00",
        website="https://www.cctnp.fr",
    )
    town_halls = {line["code_insee"]: line for line in read_json("mairies.json")}
    shapes = dict(outlines.features(read_json("contours.geojson")))
    for line in read_table("communes.csv"):
        _load_commune(operator, line, town_halls[line["code_insee"]], shapes[line["code_insee"]])
    _load_neighbours()
    for body in BODIES:
        actions.put_body(actor=None, **body)
    for team in TEAMS:
        actions.put_team(actor=None, organisation=operator, name=team)
    if not Street.objects.exists():
        merge(list(_town_hall_addresses()), places=False, actor=None)


def _load_commune(operator, line, town_hall, outline) -> None:
    address, postal_code, city = _address(town_hall["adresse"])
    place = (float(line["lon_mairie"]), float(line["lat_mairie"]))
    commune = actions.put_commune(
        actor=None,
        code_insee=line["code_insee"],
        name=names.typographic(line["nom"]),
        parent=operator,
        siren=line["siren"],
        siret=first_establishment(line["siren"]),
        departement=line["departement"],
        postal_codes=line["codes_postaux"].split("|"),
        population=int(line["population_municipale_2026"]),
        population_year=credits.POPULATION_YEAR,
        population_source=credits.POPULATION_SOURCE,
        address=address,
        postal_code=postal_code,
        city=city,
        phone=town_hall["telephone"] or "",
        website=town_hall["site"] or "",
        location=place if outlines.contains(outline, place) else None,
    )
    actions.draw_outline(commune, outline, actor=None)
    if not commune.opening_hours.exists():
        actions.set_opening_hours(commune, _ranges(town_hall["horaires"]), actor=None)


def _address(text: str) -> tuple[str, str, str]:
    street, _, last = text.rpartition("\n")
    found = re.fullmatch(r"(\d{5}) (.+)", last)
    if not found:
        return names.typographic(text), "", ""
    return names.typographic(street.replace("\n", ", ")), found[1], names.typographic(found[2])


def _ranges(lines) -> list[actions.Range]:
    """The source writes [first day, last day, [[opens, closes], …]]."""
    return [
        (weekday, datetime.time.fromisoformat(opens), datetime.time.fromisoformat(closes))
        for first, last, spans in lines
        for weekday in range(DAYS.index(first), DAYS.index(last) + 1)
        for opens, closes in spans
    ]


def _load_neighbours() -> None:
    """Towns around, only named: they say where a point outside the territory is."""
    for line in read_table("voisins.csv"):
        if line["membre_cctnp"] == "False":
            place = (float(line["lon_mairie"]), float(line["lat_mairie"]))
            actions.put_commune(
                actor=None,
                code_insee=line["code_insee"],
                name=names.typographic(line["nom"]),
                member=False,
                departement=line["code_insee"][:2],
                centroid=place,
                location=place,
            )


def _town_hall_addresses():
    """The addresses of the town halls, until those of the Base Adresse Nationale are imported."""
    for commune in Commune.objects.members().filter(location__isnull=False).exclude(address=""):
        found = re.fullmatch(r"(?:(\d{1,4}) (?:((?i:bis|ter)) )?)?([^\d,].+)", commune.address.split(", ")[-1])
        if found is None:
            continue
        code = f"{commune.code_insee}_mairie"
        yield Row(
            ban_id=f"{code}_{found[1] or 0}",
            street_code=code,
            number=int(found[1]) if found[1] else None,
            suffix=(found[2] or "").lower(),
            name=found[3][:1].upper() + found[3][1:],
            locality="",
            postal_code=commune.postal_code,
            code_insee=commune.code_insee,
            former="",
            longitude=commune.location[0],
            latitude=commune.location[1],
        )


def commune_by_code(code: str) -> Commune:
    """One of the communes, for the demonstrations of the other parts."""
    return Commune.objects.get(code_insee=code)
