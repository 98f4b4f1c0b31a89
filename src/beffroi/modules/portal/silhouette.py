"""The territory drawn as a small picture: every commune, one of them in the accent colour. Light, without script."""

import math
from collections.abc import Iterable, Iterator
from typing import Any

from beffroi.shared.organisations.models import Commune

WIDTH = 480
INK, PALE, CHOSEN = "#5f7f9a", "#c9d6e1", "#a23b2a"


def _rings(geometry: Any) -> Iterator[list]:
    pieces = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for piece in pieces:
        yield from piece


def _frame(communes: list[Commune]) -> tuple[float, float, float, float]:
    points = [point for commune in communes for ring in _rings(commune.outline) for point in ring]
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    return west, south, east, north


def draw(communes: Iterable[Commune], chosen: str = "", accent: str = CHOSEN) -> str:
    """The picture as SVG text; `chosen` is the slug of a commune. Empty when no outline is installed."""
    drawn = [commune for commune in communes if commune.outline]
    if not drawn:
        return ""
    west, south, east, north = _frame(drawn)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / ((east - west) * squeeze or 1)
    height = round((north - south) * scale) or 1

    def path(commune: Commune) -> str:
        rings = []
        for ring in _rings(commune.outline):
            points = [f"{(x - west) * squeeze * scale:.0f} {(north - y) * scale:.0f}" for x, y in ring]
            rings.append(f"M{'L'.join(dict.fromkeys(points))}z")
        return "".join(rings)

    others = "".join(path(commune) for commune in drawn if commune.slug != chosen)
    one = "".join(path(commune) for commune in drawn if commune.slug == chosen)
    picture = f'<path d="{others}" fill="{PALE}" fill-opacity=".55" stroke="{INK}" stroke-width="1.2"/>'
    if one:
        picture += f'<path d="{one}" fill="{accent}" stroke="{INK}" stroke-width="1.2"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-2 -2 {WIDTH + 4} {height + 4}" width="{WIDTH + 4}"'
        f' height="{height + 4}" stroke-linejoin="round" fill-rule="evenodd">{picture}</svg>'
    )
