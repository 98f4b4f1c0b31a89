"""Sheets of labels: a QR code, what it is, its number. The code holds the address of the asset's public page."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import segno

from beffroi.kernel import pdf
from beffroi.shared.assets.models import Asset

TEMPLATE = Path(__file__).parent / "labels.typ"
MOST = 2000


@dataclass(frozen=True)
class Sheet:
    """A sheet of labels as it is sold, on A4 paper; every length is in millimetres."""

    code: str
    label: str
    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float = 0.0

    @property
    def each(self) -> int:
        return self.columns * self.rows


SHEETS = (
    Sheet("21", "63,5 × 38,1 mm, 21 par feuille (L7160)", 3, 7, 63.5, 38.1, 7.25, 15.15, 2.5),
    Sheet("24", "63,5 × 33,9 mm, 24 par feuille (L7159)", 3, 8, 63.5, 33.9, 7.25, 12.9, 2.5),
    Sheet("14", "99,1 × 38,1 mm, 14 par feuille (L7163)", 2, 7, 99.1, 38.1, 4.65, 15.15, 2.5),
    Sheet("8", "99,1 × 67,7 mm, 8 par feuille (L7165)", 2, 4, 99.1, 67.7, 4.65, 13.1, 2.5),
    Sheet("48", "45,7 × 21,2 mm, 48 par feuille, résistantes (L4736, L6009)", 4, 12, 45.7, 21.2, 9.85, 21.3, 2.5),
    Sheet("65", "38,1 × 21,2 mm, 65 par feuille (L7651)", 5, 13, 38.1, 21.2, 4.75, 10.7, 2.5),
)


def sheet(code: str) -> Sheet:
    """The sheet of that code, else the first."""
    return next((one for one in SHEETS if one.code == code), SHEETS[0])


def render(assets: Iterable[Asset], on: Sheet, *, start: int = 1, owner: str = "") -> bytes:
    """The PDF; `start` = the first free label of the first sheet, when some were already used. `owner` is printed."""
    labels = [
        {
            "svg": code(asset.label_url()),
            "name": asset.name,
            "code": asset.code,
            "kind": asset.kind.label,
            "tag": f"{asset.tag[:5]} {asset.tag[5:]}",
            "call": "Un problème ? Scannez." if asset.kind.published else "",
        }
        for asset in assets
    ]
    data = {
        "title": "Étiquettes d’équipements",
        "labels": labels,
        "owner": owner,
        "skip": max(0, min(start, on.each) - 1),
        "columns": on.columns,
        "rows": on.rows,
        "width": on.width,
        "height": on.height,
        "left": on.left,
        "top": on.top,
        "gap": on.gap,
    }
    return pdf.render(TEMPLATE, data)


def code(text: str) -> str:
    """The QR code of a text as SVG, with the quiet zone that the norm asks for; it stands a quarter of damage."""
    output = io.BytesIO()
    segno.make(text, error="q", micro=False).save(output, kind="svg", border=4, xmldecl=False, svgns=True, nl=False)
    return output.getvalue().decode()
