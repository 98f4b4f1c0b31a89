"""Works announced to the public: open data after the schema « Informations travaux », and a layer of the map."""

import re
from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from beffroi.kernel.modules import Dataset, Layer, column
from beffroi.kernel.search import Document
from beffroi.kernel.ui.formats import period
from beffroi.modules.maintenance.access import VIEW
from beffroi.modules.maintenance.models import Order
from beffroi.modules.maintenance.workflow import OrderState

PAST = timedelta(days=31)
STREET = re.compile(r"[^a-zA-Z0-9\-'\s\u00C0-\u00FF]")


def announced():
    """The works that are announced, placed and planned, those that ended a month ago at most, not cancelled."""
    since = timezone.now() - PAST
    return (
        Order.objects.exclude(announced="")
        .exclude(state=OrderState.CANCELLED)
        .filter(location__isnull=False, planned_start__isnull=False)
        .filter(Q(planned_end__gte=since) | Q(planned_end__isnull=True, planned_start__gte=since))
        .select_related("organisation", "commune", "team", "contractor")
        .order_by("planned_start", "pk")
    )


def rows() -> Iterator[dict]:
    """One line for each work. The manager is the service: no name of a person. The schema wants the size of the trench
    of a work that is a point: that which was written, and zero where it was said that there is none."""
    for order in announced():
        body = order.organisation
        postal_code = next(iter(order.commune.postal_codes if order.commune else ()), body.postal_code)
        if not (body.siret and body.email and body.phone and postal_code):
            continue  # the schema asks for each: a body that has not given them publishes nothing
        start = timezone.localdate(order.planned_start)
        end = timezone.localdate(order.planned_end) if order.planned_end else start
        longitude, latitude = order.location
        yield {
            "reference": order.reference,
            "organisation": body.name[:100],
            "siret": body.siret,
            "prenom": "Service",
            "nom": str(order.team or "Travaux")[:50],
            "mail": body.email,
            "telephone": re.sub(r"[^0-9]", "", body.phone),
            "titre": order.title[:100],
            "date_debut": start.isoformat(),
            "date_fin": end.isoformat(),
            "moe": str(order.contractor or body)[:50],
            "categorie": order.announced,
            "creation": order.nature == Order.Nature.IMPROVEMENT,
            "validation": order.state != OrderState.OPEN,
            "longueur": float(order.trench_length or 0),
            "largeur": float(order.trench_width or 0),
            "adresse_voie": _street(order.address),
            "adresse_postal": postal_code,
            "commune": order.commune.name if order.commune else "",
            "longitude": round(longitude, 6),
            "latitude": round(latitude, 6),
        }


def _street(address: str) -> str:
    clean = STREET.sub(" ", address.replace("’", "'")).strip()
    return clean if len(clean) >= 3 else "Voie non précisée"


DATASET = Dataset(
    code="travaux",
    title="Travaux annoncés",
    description=(
        "Les chantiers que les collectivités annoncent\u202f: lieu, dates, nature, service à joindre. Le fichier "
        "GeoJSON suit le schéma national «\u00a0Informations travaux\u00a0»."
    ),
    fields=(
        column("reference", "string", "Référence du chantier", True),
        column("organisation", "string", "Maître d’ouvrage", True, maxLength=100),
        column("siret", "string", "SIRET du maître d’ouvrage", True, pattern="^[0-9]{14}$"),
        column("prenom", "string", "Toujours « Service » : aucune personne n’est nommée", True, maxLength=50),
        column("nom", "string", "Équipe qui suit le chantier", True, maxLength=50),
        column("mail", "string", "Courriel de l’organisme", True),
        column("telephone", "string", "Téléphone de l’organisme", True, pattern=r"^(\+)?[0-9]*$"),
        column("titre", "string", "Intitulé du chantier", True, maxLength=100),
        column("date_debut", "date", "Début prévu", True),
        column("date_fin", "date", "Fin prévue", True),
        column("moe", "string", "Entreprise ou service chargé des travaux", True, maxLength=50),
        column("categorie", "string", "Nature des travaux", True, enum=list(Order.Announced.values)),
        column("creation", "boolean", "Vrai pour une création, faux pour une infrastructure existante", True),
        column("validation", "boolean", "Vrai quand l’intervention est décidée et planifiée", True),
        column("longueur", "number", "Longueur de tranchée en mètres : 0 quand le chantier n’en ouvre pas", True),
        column("largeur", "number", "Largeur de tranchée en mètres : 0 quand le chantier n’en ouvre pas", True),
        column("adresse_voie", "string", "Voie", True),
        column("adresse_postal", "string", "Code postal", True, maxLength=5),
        column("commune", "string", "Commune"),
        column("longitude", "number", "Longitude WGS 84", True),
        column("latitude", "number", "Latitude WGS 84", True),
    ),
    rows=rows,
    keywords=("travaux", "chantiers", "voirie"),
    longitude="longitude",
    latitude="latitude",
)


def features(request, bbox) -> Iterator[dict]:
    """The announced works that are not over, in the box."""
    for order in announced().exclude(state=OrderState.DONE):
        longitude, latitude = order.location
        if bbox and not (bbox[0] <= longitude <= bbox[2] and bbox[1] <= latitude <= bbox[3]):
            continue
        yield {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [longitude, latitude]},
            "properties": {
                "id": order.pk,
                "title": order.title,
                "text": f"{period(order.planned_start, order.planned_end)} – {order.organisation}",
                "kind": order.get_announced_display(),
                "tone": "progress" if order.state == OrderState.STARTED else "waiting",
            },
        }


LAYER = Layer(code="travaux", label="Travaux annoncés", features=features, icon="construction", order=60)


def document(order: Order) -> Document:
    """How an order is found: by those who may see the work of its body."""
    texts = [order.reference, order.description, order.address, str(order.commune or ""), str(order.asset or "")]
    return Document(
        title=f"{order.title} ({order.reference})",
        text="\n".join(text for text in texts if text),
        url=order.get_absolute_url(),
        permission=VIEW,
        organisation_id=order.organisation_id,
        weight=0.6,
        date=order.created_at.date(),
    )
