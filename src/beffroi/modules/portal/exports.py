"""What the portal gives to search, to the map, to open data and to search engines."""

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.search import Document
from beffroi.modules.portal import ical, text
from beffroi.modules.portal.models import Alert, ContentPage, Event, News
from beffroi.shared.organisations.models import Commune

PAGES = (
    "home",
    "communes",
    "town_halls",
    "agenda",
    "news_list",
    "alerts",
    "legal_notices",
    "privacy",
    "accessibility",
    "site_map",
)


def commune_document(commune: Commune) -> Document | None:
    """How a commune is found: by its name, its postal codes, its town hall."""
    if not commune.member:
        return None
    codes = " ".join(dict.fromkeys(code for code in (commune.postal_code, *commune.postal_codes) if code))
    return Document(
        title=commune.name,
        url=reverse("portal:commune", args=[commune.slug]),
        text=f"Mairie, horaires, téléphone. {commune.address} {codes} {commune.city}".strip(),
        public=True,
        weight=1.6,
    )


def page_document(page: ContentPage) -> Document | None:
    """A page written in Wagtail, found by its words while it is published and open to everybody."""
    if not page.live or page.get_view_restrictions().exists():
        return None
    words = " ".join(str(part) for block in page.body for part in block.block.get_searchable_content(block.value))
    return Document(
        title=page.title,
        url=page.address,
        text=f"{page.introduction} {words}".strip(),
        public=True,
        weight=1.3,
        date=timezone.localtime(page.last_published_at).date() if page.last_published_at else None,
    )


def news_document(news: News) -> Document | None:
    if not news.is_public:
        return None
    return Document(
        title=news.title,
        url=news.get_absolute_url(),
        text=_words(news.summary, news.commune, news.get_theme_display(), text.plain(news.body)),
        public=True,
        date=timezone.localtime(news.publish_at).date(),
    )


def event_document(event: Event) -> Document | None:
    """An event, dated by its last day: what is over sinks."""
    if not event.is_public:
        return None
    last = event.occurrences.order_by("-ends_at").values_list("ends_at", flat=True).first() or event.ends_at
    return Document(
        title=event.title,
        url=event.get_absolute_url(),
        text=_words(event.summary, ical.where(event), event.get_theme_display(), text.plain(event.body)),
        public=True,
        weight=1.1 if last > timezone.now() else 0.5,
        date=timezone.localtime(last).date(),
    )


def alert_document(alert: Alert) -> Document | None:
    if not alert.is_public or alert.is_over:
        return None
    return Document(
        title=alert.title, url=alert.get_absolute_url(), text=_words(alert.text, text.plain(alert.body)), public=True
    )


def _words(*parts) -> str:
    return " ".join(str(part) for part in parts if part)


def sitemap() -> Iterator[tuple[str, Any]]:
    """The public pages: (path, date of the last change or None)."""
    for name in PAGES:
        yield reverse(f"portal:{name}"), None
    for slug in Commune.objects.members().values_list("slug", flat=True):
        yield reverse("portal:commune", args=[slug]), None
    for page in ContentPage.objects.live().public():
        yield page.address, page.last_published_at
    for model, name in ((News, "news"), (Event, "event")):
        for slug, changed in model.objects.public().values_list("slug", "updated_at").order_by("-pk")[:10_000]:
            yield reverse(f"portal:{name}", args=[slug]), changed
