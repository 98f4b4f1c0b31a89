"""What the site holds: news, events and alerts (published from the desk), pages (written in Wagtail), its details."""

from beffroi.modules.portal.models.alert import Alert
from beffroi.modules.portal.models.details import SiteDetails
from beffroi.modules.portal.models.event import Event, Occurrence
from beffroi.modules.portal.models.news import News
from beffroi.modules.portal.models.pages import ContentPage, SiteRoot
from beffroi.modules.portal.models.publication import Publication, State, Theme

__all__ = [
    "Alert",
    "ContentPage",
    "Event",
    "News",
    "Occurrence",
    "Publication",
    "SiteDetails",
    "SiteRoot",
    "State",
    "Theme",
]
