"""Geographical files, by GDAL (pyogrio): GeoJSON (RFC 7946), GeoPackage (OGC 12-128) and Shapefile, in WGS 84.

The libraries are heavy: they are loaded at the first file, not with the platform.
"""

import datetime
import io
import tempfile
import zipfile
from pathlib import Path

from django.http import HttpResponse

from beffroi.shared.assets.exports import Table

WRITERS = {
    "geojson": ("GeoJSON", "application/geo+json"),
    "gpkg": ("GPKG", "application/geopackage+sqlite3"),
    "shp": ("ESRI Shapefile", "application/zip"),
}
LAYER = "equipements"
# A Shapefile holds one sort of shape: one for each, and a table for what has no place.
SORTS = {
    "points": ("Point", ("Point",)),
    "lignes": ("MultiLineString", ("LineString", "MultiLineString")),
    "surfaces": ("MultiPolygon", ("Polygon", "MultiPolygon")),
}


def response(kind: str, name: str, table: Table) -> HttpResponse:
    """The file to download; `kind` is a key of `WRITERS`."""
    _driver, media_type = WRITERS[kind]
    answer = HttpResponse(write(kind, table), content_type=media_type)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{"zip" if kind == "shp" else kind}"'
    return answer


def write(kind: str, table: Table) -> bytes:
    """The table in that format; a Shapefile comes in a ZIP archive."""
    with tempfile.TemporaryDirectory(prefix="beffroi-carte-") as folder:
        if kind == "shp":
            return _shapefiles(table, Path(folder))
        path = Path(folder) / f"{LAYER}.{kind}"
        _write(path, kind, table, range(len(table.rows)), "Unknown")
        return path.read_bytes()


def _shapefiles(table: Table, folder: Path) -> bytes:
    for name, (geometry, kinds) in SORTS.items():
        chosen = [rank for rank, shape in enumerate(table.shapes) if shape and shape["type"] in kinds]
        if chosen or (name == "points" and not any(table.shapes) and not table.rows):
            _write(folder / f"{LAYER}_{name}.shp", "shp", table, chosen, geometry)
    alone = [rank for rank, shape in enumerate(table.shapes) if shape is None]
    if alone:
        _write(folder / f"{LAYER}_sans_position.dbf", "shp", table, alone, None)
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)
    return output.getvalue()


def _write(path: Path, kind: str, table: Table, ranks, geometry: str | None) -> None:
    import numpy
    import pyogrio.raw
    import shapely
    from shapely.geometry import shape as to_shape

    ranks = list(ranks)
    columns = [_column([table.rows[rank][place] for rank in ranks]) for place in range(len(table.names))]
    drawn = None
    if geometry is not None:
        shapes = [table.shapes[rank] for rank in ranks]
        made = [None if one is None else to_shape(one) for one in shapes]
        if geometry.startswith("Multi"):
            wrap = {"LineString": shapely.MultiLineString, "Polygon": shapely.MultiPolygon}
            made = [wrap[one.geom_type]([one]) if one.geom_type in wrap else one for one in made]
        drawn = numpy.array([None if one is None else shapely.to_wkb(one) for one in made], dtype=object)
    options: dict = {"RFC7946": "YES", "WRITE_NAME": "NO"} if kind == "geojson" else {}
    if kind == "shp":
        options["ENCODING"] = "UTF-8"
    if kind == "gpkg":
        options["GEOMETRY_NAME"] = "geom"
    pyogrio.raw.write(
        path,
        geometry=drawn,
        field_data=[values for values, _empty in columns],
        field_mask=[empty for _values, empty in columns],
        fields=numpy.array(table.names, dtype=object),
        geometry_type=geometry,
        crs="EPSG:4326" if geometry is not None else None,
        driver=WRITERS[kind][0],
        layer=path.stem if kind == "shp" else LAYER,
        **options,
    )


def _column(values: list):
    """The values of a column as GDAL wants them, and which ones are empty."""
    import numpy

    empty = numpy.array([value is None for value in values], dtype=bool)
    kept = [value for value in values if value is not None]
    if kept and all(isinstance(value, datetime.date) for value in kept):
        days = [value.isoformat() if value is not None else "NaT" for value in values]
        return numpy.array(days, dtype="datetime64[D]"), empty
    if kept and all(isinstance(value, int) and not isinstance(value, bool) for value in kept):
        return numpy.array([value or 0 for value in values], dtype="int64"), empty
    if kept and all(isinstance(value, int | float) for value in kept):
        return numpy.array([float("nan") if value is None else value for value in values], dtype="float64"), empty
    return numpy.array(["" if value is None else str(value) for value in values], dtype=object), empty
