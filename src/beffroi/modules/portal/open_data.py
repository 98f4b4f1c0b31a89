"""The agenda as a map layer and as an open dataset."""

from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from beffroi.kernel.modules import Dataset, column
from beffroi.modules.portal.models import Event, Occurrence
from beffroi.modules.portal.templatetags.portal import when_said

MOST = 500
Box = tuple[float, float, float, float] | None


def place_of(event: Event) -> tuple[float, float] | None:
    """Where an event is: its own point, else the town hall or the middle of its commune."""
    if event.location or event.commune is None:
        return event.location
    return event.commune.location or event.commune.centroid


def features(request, bbox: Box) -> Iterator[dict]:
    """The next date of each coming event, as a point."""
    told: set[int] = set()
    for date in Occurrence.objects.public().coming().defer("event__commune__outline")[: MOST * 3]:
        place = place_of(date.event)
        if place is None or date.event_id in told or len(told) >= MOST:
            continue
        if bbox and not (bbox[0] <= place[0] <= bbox[2] and bbox[1] <= place[1] <= bbox[3]):
            continue
        told.add(date.event_id)
        yield {
            "type": "Feature",
            "id": date.event_id,
            "geometry": {"type": "Point", "coordinates": list(place)},
            "properties": {
                "id": date.event_id,
                "title": date.event.title,
                "text": f"{when_said(date)}. {date.event.place}",
                "kind": "agenda",
                "tone": "late" if date.event.state == "cancelled" else "progress",
                "url": date.event.get_absolute_url(),
            },
        }


def rows() -> Iterator[dict]:
    """The dates of the last year and those to come, of the events that everyone reads."""
    since = timezone.now() - timedelta(days=365)
    dates = Occurrence.objects.public().filter(ends_at__gte=since).defer("event__commune__outline")
    for date in dates.order_by("starts_at", "pk").iterator(chunk_size=500):
        event = date.event
        longitude, latitude = place_of(event) or (None, None)
        yield {
            "id": f"{event.pk}-{timezone.localtime(date.starts_at):%Y%m%d}",
            "titre": event.title,
            "resume": event.summary,
            "theme": event.get_theme_display(),
            "debut": date.starts_at,
            "fin": date.ends_at,
            "journee_entiere": event.all_day,
            "annule": event.state == "cancelled",
            "lieu": event.place,
            "adresse": event.address,
            "commune": event.commune.name if event.commune else "",
            "code_insee": event.commune.code_insee if event.commune else "",
            "organisateur": event.organiser,
            "tarif": event.price,
            "accessibilite": event.accessibility,
            "adresse_web": f"{settings.SITE_URL}{event.get_absolute_url()}",
            "longitude": longitude,
            "latitude": latitude,
        }


AGENDA = Dataset(
    code="agenda",
    title="Agenda du territoire",
    description="Les rendez-vous annoncés par les communes et l’intercommunalité, une ligne par date, depuis un an.",
    fields=(
        column("id", "string", "Identifiant de la date", required=True, example="12-20261205"),
        column("titre", "string", "Titre", required=True),
        column("resume", "string", "Résumé"),
        column("theme", "string", "Thème"),
        column("debut", "datetime", "Début", required=True),
        column("fin", "datetime", "Fin", required=True),
        column("journee_entiere", "boolean", "Vrai quand les heures ne comptent pas"),
        column("annule", "boolean", "Vrai quand le rendez-vous est annulé"),
        column("lieu", "string", "Lieu"),
        column("adresse", "string", "Adresse"),
        column("commune", "string", "Commune"),
        column("code_insee", "string", "Code INSEE de la commune"),
        column("organisateur", "string", "Organisateur"),
        column("tarif", "string", "Tarif, en toutes lettres"),
        column("accessibilite", "string", "Accès des personnes handicapées"),
        column("adresse_web", "string", "Page de l’événement"),
        column("longitude", "number", "Longitude (WGS 84) du lieu, ou de la commune"),
        column("latitude", "number", "Latitude (WGS 84) du lieu, ou de la commune"),
    ),
    rows=rows,
    frequency="continuous",
    keywords=("agenda", "événements", "culture"),
    longitude="longitude",
    latitude="latitude",
)
