"""Assets taken away: one table for every format, whose columns an import recognises."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from beffroi.kernel import sheets
from beffroi.shared.assets import positions
from beffroi.shared.assets.models import Asset

SHEETS = ("csv", "xlsx", "ods")
LABELS = (
    ("xlsx", "Excel (XLSX)"),
    ("ods", "LibreOffice (ODS)"),
    ("csv", "CSV"),
    ("geojson", "GeoJSON"),
    ("gpkg", "GeoPackage"),
    ("shp", "Shapefile (ZIP)"),
)
# (name in ten characters, as a Shapefile wants; heading; how it is read)
COLUMNS = (
    ("reference", "Référence extérieure", lambda a: a.external_ref or None),
    ("numero", "Numéro d’inventaire", lambda a: a.code),
    ("nom", "Nom", lambda a: a.name),
    ("type", "Type", lambda a: a.kind.label),
    ("etiquette", "Étiquette", lambda a: a.tag),
    ("etiq_fab", "Étiquette du fabricant", lambda a: a.maker_label or None),
    ("situation", "Situation", lambda a: a.get_status_display()),
    ("importance", "Importance", lambda a: a.get_criticality_display()),
    ("ensemble", "Fait partie de", lambda a: a.parent.code if a.parent_id else None),
    ("proprio", "Propriétaire", lambda a: a.organisation.name),
    ("insee", "Code INSEE", lambda a: a.commune.code_insee if a.commune_id else None),
    ("commune", "Commune", lambda a: a.commune.name if a.commune_id else None),
    ("adresse", "Adresse ou repère", lambda a: a.address or None),
    ("marque", "Marque", lambda a: a.brand or None),
    ("modele", "Modèle", lambda a: a.model or None),
    ("serie", "Numéro de série", lambda a: a.serial or None),
    ("fournisseu", "Fournisseur", lambda a: a.supplier.name if a.supplier_id else None),
    ("service_le", "Mis en service le", lambda a: a.in_service_on),
    ("garantie", "Garantie jusqu’au", lambda a: a.warranty_until),
    ("remplacer", "À remplacer vers le", lambda a: a.replace_on),
    ("cout", "Coût d’achat", lambda a: float(a.purchase_cost) if a.purchase_cost is not None else None),
    ("remarques", "Remarques", lambda a: a.notes or None),
)


@dataclass
class Table:
    """The lines of an export: `names` and `headings` of the columns, `rows` of values, `shapes` in GeoJSON or None."""

    names: list[str]
    headings: list[str]
    rows: list[list]
    shapes: list[dict | None]


def table(assets: Iterable[Asset]) -> Table:
    """The table of these assets: the common columns, then the typed fields of their kinds.

    What has no place of its own is given that of its whole.
    """
    found = list(assets)
    places = positions.places_of(found)
    specs: dict[str, str] = {}
    for kind in {asset.kind_id: asset.kind for asset in found}.values():
        for spec in kind.specs:
            specs.setdefault(spec.name, f"{spec.label} ({spec.unit})" if spec.unit else spec.label)
    names = [name for name, _heading, _read in COLUMNS]
    typed = list(islice(_free_names(specs, set(names)), len(specs)))
    rows, shapes = [], []
    for asset in found:
        line = [read(asset) for _name, _heading, read in COLUMNS]
        rows.append(line + [_typed(asset.values.get(name)) for name in specs])
        place = places.get(asset.pk)
        shapes.append(asset.geometry or ({"type": "Point", "coordinates": list(place)} if place else None))
    return Table(
        names=names + typed,
        headings=[heading for _name, heading, _read in COLUMNS] + list(specs.values()),
        rows=rows,
        shapes=shapes,
    )


def _typed(value):
    if isinstance(value, bool):
        return "oui" if value else "non"
    return value


def _free_names(specs, taken: set[str]):
    """A name of at most ten characters for each typed field, unlike any other."""
    for name in specs:
        short = name[:10]
        number = 1
        while short in taken:
            number += 1
            short = f"{name[: 10 - len(str(number))]}{number}"
        taken.add(short)
        yield short


def sheet_response(kind: str, name: str, found: Table):
    """The table for an office suite, the place in two columns, the drawing as GeoJSON where there is one."""
    rows = []
    for line, shape in zip(found.rows, found.shapes, strict=True):
        point = positions.centre(shape) if shape else (None, None)
        drawn = json.dumps(shape) if shape and shape["type"] != "Point" else None
        rows.append([*line, point[0], point[1], drawn])
    headers = [*found.headings, "Longitude", "Latitude", "Tracé"]
    sheet = sheets.Sheet(title="Équipements", headers=headers, rows=rows, widths=[16, 16, 34, 20])
    return sheets.response(kind, name, [sheet])
