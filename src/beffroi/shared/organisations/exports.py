"""What the organisations give to the map, to open data and to the search box of the desk."""

from collections.abc import Iterator

from django.urls import NoReverseMatch, reverse

from beffroi.kernel.modules import DatasetField
from beffroi.kernel.search import Document
from beffroi.shared.organisations import access, credits, hours, week
from beffroi.shared.organisations.models import Commune, Organisation

Box = tuple[float, float, float, float] | None


def page_of(commune: Commune) -> str:
    """The public page of a commune; empty where the portal is switched off."""
    try:
        return reverse("portal:commune", args=[commune.slug])
    except NoReverseMatch:
        return ""


def outlines(request, bbox: Box) -> Iterator[dict]:
    """The communes as polygons; one whose outline is not installed is left out."""
    for commune in Commune.objects.members().filter(outline__isnull=False):
        yield {
            "type": "Feature",
            "id": commune.code_insee,
            "geometry": commune.outline,
            "properties": {
                "name": commune.name,
                "code": commune.code_insee,
                "slug": commune.slug,
                "title": commune.name,
                "url": page_of(commune),
            },
        }


def town_halls(request, bbox: Box) -> Iterator[dict]:
    """The town halls as points, open or closed."""
    query = Commune.objects.members().filter(location__isnull=False).defer("outline")
    for commune in hours.with_hours(query):
        longitude, latitude = commune.location
        if bbox and not (bbox[0] <= longitude <= bbox[2] and bbox[1] <= latitude <= bbox[3]):
            continue
        status = hours.status(commune)
        yield {
            "type": "Feature",
            "id": commune.code_insee,
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {
                "id": commune.code_insee,
                "title": f"Mairie de {commune.name}",
                "text": f"{str(status).capitalize()}. {commune.address} {commune.phone}".strip(),
                "kind": "mairie",
                "tone": "done" if status.is_open else "neutral",
                "url": page_of(commune),
            },
        }


def communes_rows() -> Iterator[dict]:
    for one in Commune.objects.members().defer("outline"):
        longitude, latitude = one.centroid or (None, None)
        yield {
            "code_insee": one.code_insee,
            "nom": one.name,
            "siren": one.siren,
            "codes_postaux": "|".join(one.postal_codes),
            "departement": one.departement,
            "population": one.population,
            "population_annee": one.population_year,
            "longitude": longitude,
            "latitude": latitude,
        }


COMMUNES = (
    DatasetField(
        name="code_insee",
        type="string",
        description="Code officiel géographique de l’INSEE",
        required=True,
        example="80253",
        constraints={"pattern": "[0-9AB]{5}"},
    ),
    DatasetField(name="nom", type="string", description="Nom de la commune", required=True, example="Doullens"),
    DatasetField(name="siren", type="string", description="Numéro SIREN de la commune", example="218002442"),
    DatasetField(name="codes_postaux", type="string", description="Codes postaux, séparés par |", example="80600"),
    DatasetField(name="departement", type="string", description="Code du département", example="80"),
    DatasetField(name="population", type="integer", description="Population municipale", example="5787"),
    DatasetField(name="population_annee", type="integer", description="Année d’entrée en vigueur de la population"),
    DatasetField(name="longitude", type="number", description="Longitude du centre, WGS 84, en degrés"),
    DatasetField(name="latitude", type="number", description="Latitude du centre, WGS 84, en degrés"),
)


def town_halls_rows() -> Iterator[dict]:
    for one in hours.with_hours(Commune.objects.members().defer("outline")):
        longitude, latitude = one.location or (None, None)
        yield {
            "code_insee": one.code_insee,
            "nom": f"Mairie de {one.name}",
            "adresse": one.address,
            "code_postal": one.postal_code,
            "commune": one.city or one.name,
            "telephone": one.phone,
            "courriel": one.email,
            "site": one.website,
            "horaires": week.osm(one),
            "accessibilite": one.accessibility,
            "longitude": longitude,
            "latitude": latitude,
        }


TOWN_HALLS = (
    DatasetField(name="code_insee", type="string", description="Code INSEE de la commune", required=True),
    DatasetField(name="nom", type="string", description="Nom de la mairie", required=True),
    DatasetField(name="adresse", type="string", description="Numéro et voie"),
    DatasetField(name="code_postal", type="string", description="Code postal"),
    DatasetField(name="commune", type="string", description="Localité"),
    DatasetField(name="telephone", type="string", description="Téléphone", example="03 22 77 80 00"),
    DatasetField(name="courriel", type="string", description="Courriel"),
    DatasetField(name="site", type="string", description="Site internet"),
    DatasetField(
        name="horaires",
        type="string",
        example="Mo,We 14:00-17:00; PH off",
        description="Horaires à la notation opening_hours d’OpenStreetMap, fermetures à venir comprises",
    ),
    DatasetField(name="accessibilite", type="string", description="Accès des personnes handicapées"),
    DatasetField(name="longitude", type="number", description="Longitude de la mairie, WGS 84, en degrés"),
    DatasetField(name="latitude", type="number", description="Latitude de la mairie, WGS 84, en degrés"),
)
SOURCE = credits.TERRITORY_CREDIT


def body_document(body: Organisation) -> Document | None:
    """How agents find a body of the directory."""
    if body.kind == Organisation.Kind.COMMUNE or not body.is_active:
        return None
    text = [
        body.get_kind_display(),
        body.contact,
        body.duties,
        body.siret,
        body.address,
        body.postal_code,
        body.city,
        body.phone,
    ]
    return Document(
        title=body.name,
        url=reverse("organisations:body", args=[body.slug]),
        text=" ".join(part for part in text if part),
        permission=access.READ,
    )
