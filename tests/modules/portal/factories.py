"""Publications made by the actions, as the desk makes them."""

import datetime

from django.utils import timezone

from beffroi.modules.portal import actions
from beffroi.modules.portal.models import Alert, Event, News
from beffroi.shared.organisations.models import Commune, Organisation


def operator():
    return Organisation.objects.get(is_operator=True)


def commune(slug="doullens"):
    return Commune.objects.get(slug=slug)


def publish(publication):
    actions.move_publication(publication, "publish", actor=None, check=False)
    return publication


def news(title="Nouvelle", organisation=None, published=True, **values):
    given = {"theme": "vie-locale", "summary": "Deux phrases."} | values
    made = actions.create_publication(News, organisation or operator(), actor=None, title=title, **given)
    return publish(made) if published else made


def event(title="Fête", organisation=None, published=True, start=None, hours=2, **values):
    start = start or timezone.now() + datetime.timedelta(days=2)
    given = {
        "theme": "culture",
        "summary": "Deux phrases.",
        "place": "Salle des fêtes",
        "starts_at": start,
        "ends_at": start + datetime.timedelta(hours=hours),
    } | values
    made = actions.create_publication(Event, organisation or operator(), actor=None, title=title, **given)
    return publish(made) if published else made


def alert(title="Route coupée", organisation=None, published=True, hours=3, **values):
    given = {
        "level": "vigilance",
        "text": "Déviation fléchée.",
        "ends_at": timezone.now() + datetime.timedelta(hours=hours),
    } | values
    made = actions.create_publication(Alert, organisation or operator(), actor=None, title=title, **given)
    return publish(made) if published else made
