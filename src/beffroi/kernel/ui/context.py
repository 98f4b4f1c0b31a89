"""What the base templates show around a page: the territory, the menus, the counts, the alerts.

Nothing is computed before a template reads it, so an anonymous page costs no query here. A shared part or a module
that knows one of the slots registers a callable for it in `ready()`:

    from beffroi.kernel.ui import context
    context.register("territory", appearance_of_territory)
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, cast

from django.conf import settings
from django.core.cache import caches
from django.urls import NoReverseMatch, reverse

from beffroi.kernel import access, modules
from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui import theme


@dataclass(frozen=True, kw_only=True)
class Territory:
    """How the platform presents itself. `accent` is "#rrggbb"; `logo` an address, empty = the mark of Beffroi."""

    name: str = "Beffroi"
    full_name: str = ""
    tagline: str = ""
    accent: str = theme.ACCENT
    logo: str = ""


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A line on every page. `tone`: "waiting" (attention), "late" (danger) or "neutral" (information).

    With a `key` the visitor may close it for the visit; a new key shows it again.
    """

    title: str
    text: str = ""
    url: str = ""
    label: str = "En savoir plus"
    tone: str = "waiting"
    key: str = ""


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Something waiting for the person, shown with its figure (my basket, my notices)."""

    label: str
    url: str
    count: int = 0


@dataclass(frozen=True, kw_only=True)
class Organisations:
    """The bodies for which the person may act: `choices` are (value, label), sent by POST as `organisation`.

    `narrowed` = one of several was chosen: the others are hidden for now.
    """

    current: str
    narrowed: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    action: str = ""


@dataclass(frozen=True, kw_only=True)
class Link:
    """An entry of a menu, ready to be written."""

    label: str
    url: str
    icon: str = "circle"
    count: int | None = None
    current: str = ""  # "page" = the page shown, "true" = the entry under which it is


# Each slot is given `request` and returns the value in brackets.
SLOTS = {
    "territory",  # Territory
    "site_alerts",  # list of Alert
    "accessibility",  # Link to the declaration, « Accessibilité : non conforme »
    "organisations",  # Organisations, or None
    "basket",  # Counter, or None
    "notices",  # Counter, or None
}
TERRITORY_KEPT = 60  # seconds
_providers: dict[str, Callable[[Any], Any]] = {}


def register(slot: str, provider: Callable[[Any], Any]) -> None:
    """Say who fills a slot; the last one registered wins. Raises KeyError for an unknown slot."""
    if slot not in SLOTS:
        raise KeyError(slot)
    _providers[slot] = provider


@cache
def address(url_name: str) -> str:
    """The address of a name without argument, empty when its module is switched off."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


class Shell:
    """The surroundings of one request; each part is computed once, when a template reads it."""

    def __init__(self, request):
        self.request = request

    def _slot(self, name: str, default: Any = None) -> Any:
        provider = _providers.get(name)
        return provider(self.request) if provider else default

    @property
    def user(self):
        return getattr(self.request, "user", None)

    @cached_property
    def signed_in(self) -> bool:
        return bool(self.user and self.user.is_authenticated)

    @cached_property
    def is_agent(self) -> bool:
        return self.signed_in and access.is_agent(self.user)

    @cached_property
    def territory(self) -> Territory:
        """Kept a minute for those who are signed in: an anonymous page is kept whole."""
        if self.signed_in:
            return cast(Territory, caches["pages"].get_or_set("territory", self._territory, TERRITORY_KEPT))
        return self._territory()

    def _territory(self) -> Territory:
        return self._slot("territory") or Territory(name=settings.WAGTAIL_SITE_NAME)

    @cached_property
    def appearance_url(self) -> str:
        """The style sheet of the territory's own accent, empty when it is the usual one."""
        accent = self.territory.accent.lower()
        return "" if accent == theme.ACCENT else f"{reverse('ui:appearance')}?accent={accent.removeprefix('#')}"

    @cached_property
    def site_alerts(self) -> list[Alert]:
        return list(self._slot("site_alerts", ()))

    @cached_property
    def accessibility(self) -> Link | None:
        return self._slot("accessibility")

    @cached_property
    def organisations(self) -> Organisations | None:
        return self._slot("organisations") if self.signed_in else None

    @cached_property
    def basket(self) -> Counter | None:
        return self._slot("basket") if self.signed_in else None

    @cached_property
    def notices(self) -> Counter | None:
        return self._slot("notices") if self.signed_in else None

    def _allowed(self, item: modules.MenuItem) -> bool:
        if not item.permission:
            return True
        if item.permission == "login":
            return self.signed_in
        return self.signed_in and access.can(self.user, item.permission)

    def _links(self, face: str) -> list[tuple[str, Link]]:
        """(job, entry) of a face; those of the desk are remembered, with their figures."""
        if face == "desk" and self.signed_in:
            return remembered(self.user, "ui:desk_menu", lambda: self._written(face))
        return self._written(face)

    def _written(self, face: str) -> list[tuple[str, Link]]:
        links = []
        for item in modules.collect("menu"):
            url = address(item.url_name) if item.face == face else ""
            if url and self._allowed(item):
                count = item.count(self.user) if item.count and self.signed_in else None
                links.append((item.group, Link(label=item.label, url=url, icon=item.icon, count=count)))
        return links

    @cached_property
    def portal_menu(self) -> list[Link]:
        return [link for _group, link in self._links("portal")]

    @cached_property
    def account_menu(self) -> list[Link]:
        """« Mon espace »: entries whose face is "account"."""
        return [link for _group, link in self._links("account")]

    @cached_property
    def footer_menu(self) -> list[Link]:
        """The foot of every public page: entries whose face is "footer"."""
        return [link for _group, link in self._links("footer")]

    @cached_property
    def terrain_menu(self) -> list[Link]:
        return [link for _group, link in self._links("terrain")]

    @cached_property
    def desk_menu(self) -> list[tuple[str, list[Link]]]:
        """(job, its entries), in the order of their first entry; the entries without a job come first."""
        groups: dict[str, list[Link]] = {"": []}
        found = self._links("desk")
        path = getattr(self.request, "path", "")
        # The nearest entry above the page, not all those whose address begins in the same way.
        nearest = max((link.url for _group, link in found if path.startswith(link.url)), key=len, default="")
        for group, link in found:
            if link.url == nearest:
                link = replace(link, current="page" if path == nearest else "true")
            groups.setdefault(group, []).append(link)
        return [(name, links) for name, links in groups.items() if links]

    @cached_property
    def services(self) -> list[Link]:
        """What a resident can do, most useful first."""
        return [
            Link(label=service.label, url=url, icon=service.icon)
            for service in modules.collect("services")
            if (url := address(service.url_name))
        ]


def shell(request) -> dict[str, Any]:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
