"""What the service worker keeps for the days without network. A module adds its own addresses in `ready()`:

from beffroi.kernel.ui import offline
offline.precache(lambda: [reverse("terrain:today")])
"""

from collections.abc import Callable, Iterable

from django.templatetags.static import static

_sources: list[Callable[[], Iterable[str]]] = []

ASSETS = (
    "beffroi/beffroi.css",
    "beffroi/beffroi.js",
    "beffroi/offline.js",
    "beffroi/icons.svg",
    "beffroi/fonts/texte.woff2",
    "beffroi/fonts/titre.woff2",
    "beffroi/marks/beffroi.svg",
)


def precache(source: Callable[[], Iterable[str]]) -> None:
    """Add addresses (of this site, the same for everyone) to those kept from the first visit on."""
    _sources.append(source)


def addresses() -> list[str]:
    """Everything to keep, the offline page first, without doubles."""
    found = ["/hors-ligne/", *(static(path) for path in ASSETS)]
    found += [address for source in _sources for address in source()]
    return list(dict.fromkeys(found))
