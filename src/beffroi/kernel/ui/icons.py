"""The icons that templates may name: those listed in `assets/icons.txt`, gathered in one SVG sprite by the build."""

import warnings
from functools import cache, lru_cache
from pathlib import Path

from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

LIST = Path(__file__).parent / "assets" / "icons.txt"
FALLBACK = "circle"


@cache
def known_icons() -> frozenset[str]:
    """Every name that `icon()` accepts; `beffroi` is the mark of the platform."""
    lines = (line.strip() for line in LIST.read_text(encoding="utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#")) | {"beffroi"}


@cache
def _sprite() -> str:
    return static("beffroi/icons.svg")


def icon(name: str, label: str = "", classes: str = "") -> SafeString:
    """An icon of the sprite: decorative, or read aloud as `label` where it stands alone.

    A name outside the list warns (the tests turn warnings into errors) and shows a plain circle.
    """
    if name not in known_icons():
        warnings.warn(f"The icon {name!r} is not listed in assets/icons.txt.", stacklevel=2)
        name = FALLBACK
    return _written(name, str(label), classes, _sprite())


@lru_cache(1024)
def _written(name: str, label: str, classes: str, sprite: str) -> SafeString:
    names = f"icon {classes}".strip() + (" mark-icon" if name == "beffroi" else "")
    meaning = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return SafeString(
        f'<svg class="{conditional_escape(names)}" {meaning}>'
        f'<use href="{conditional_escape(sprite)}#{name}"></use></svg>'
    )
