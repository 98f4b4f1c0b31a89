"""From a file to rows: CSV, GeoJSON, GeoPackage, Shapefile in a ZIP archive. Shapes come out in WGS 84.

The whole file is read at once; what cannot be read is told in one sentence, before anything is kept.
"""

import csv
import io
import json
import math
import tempfile
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beffroi.kernel.sheets import DANGEROUS

MOST_ROWS = 100_000
MOST_COLUMNS = 200
MOST_BYTES = 40 * 1024 * 1024
MOST_UNPACKED = 300 * 1024 * 1024
SAMPLE = 3
ENDINGS = {
    "csv": "csv",
    "txt": "csv",
    "tsv": "csv",
    "geojson": "geojson",
    "json": "geojson",
    "gpkg": "gpkg",
    "zip": "shp",
}
SHAPE_PARTS = {"shp", "shx", "dbf", "prj", "cpg"}


class Unreadable(Exception):
    """The file as a whole cannot be read; the message is for the person."""


@dataclass
class Content:
    """What a file holds: rows of (its line, its values as text, its shape in GeoJSON or None)."""

    format: str
    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str | None], dict | None]] = field(default_factory=list)
    has_geometry: bool = False

    @property
    def sample(self) -> list[list[str | None]]:
        """The first values, to recognise the columns."""
        return [[(value or "")[:60] for value in values] for _line, values, _shape in self.rows[:SAMPLE]]


def packed(content: Content) -> bytes:
    """The rows, compressed, as they wait."""
    return zlib.compress(json.dumps(content.rows, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def unpacked(kept: bytes) -> list:
    return json.loads(zlib.decompress(bytes(kept)))


def read(uploaded, name: str, crs: int = 0) -> Content:
    """What the file holds; `crs` = the EPSG number of its coordinates, 0 = what it says, or what they look like.

    Raises Unreadable.
    """
    if uploaded.size > MOST_BYTES:
        raise Unreadable(f"Le fichier dépasse {MOST_BYTES >> 20}\u202fMo. Coupez-le en plusieurs.")
    format = ENDINGS.get(name.rpartition(".")[2].lower())
    if format is None:
        raise Unreadable("Le format n’est pas reconnu : CSV, GeoJSON, GeoPackage (.gpkg) ou Shapefile dans un ZIP.")
    uploaded.seek(0)
    data = uploaded.read()
    found = _csv(data) if format == "csv" else _geographic(data, format, crs)
    if not found.rows:
        raise Unreadable("Le fichier ne contient aucune ligne.")
    if len(found.columns) > MOST_COLUMNS:
        raise Unreadable(f"{MOST_COLUMNS} colonnes au plus.")
    return found


def _text(data: bytes) -> str:
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable("Ce n’est pas un fichier CSV : il contient autre chose que du texte.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _csv(data: bytes) -> Content:
    text = _text(data)
    head = text[: text.find("\n") if "\n" in text else len(text)]
    delimiter = max(";,\t|", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    found = Content("csv")
    try:
        found.columns = _headings(next(reader, []))
        for values in reader:
            if len(found.rows) >= MOST_ROWS:
                raise Unreadable(f"Plus de {MOST_ROWS} lignes : coupez le fichier en plusieurs.")
            if not any(value.strip() for value in values):
                continue
            kept: list[str | None] = [_cell(value) for value in values[: len(found.columns)]]
            kept += [None] * (len(found.columns) - len(kept))
            found.rows.append((reader.line_num, kept, None))
    except csv.Error as error:
        raise Unreadable(f"Le fichier ne se lit plus à la ligne {reader.line_num}.") from error
    if not found.columns:
        raise Unreadable("La première ligne doit donner le nom des colonnes.")
    return found


def _cell(value: str) -> str | None:
    value = value.strip().replace("\x00", "")
    if value.startswith("'") and value[1:].startswith(DANGEROUS):
        value = value[1:]  # the mark that our own exports put before what looks like a formula
    return value or None


def _headings(names: list[str]) -> list[str]:
    """The names of the columns, none empty, none twice."""
    found: list[str] = []
    for number, name in enumerate(names, start=1):
        name = " ".join(name.split())[:80] or f"Colonne {number}"
        while name in found:
            name = f"{name} ({number})"
        found.append(name)
    return found


def _geographic(data: bytes, format: str, crs: int) -> Content:
    import pyogrio
    from pyogrio.errors import DataSourceError

    with tempfile.TemporaryDirectory(prefix="beffroi-carte-") as folder:
        found = Content(format)
        try:
            for path in _files(data, format, Path(folder)):
                for layer, _kind in pyogrio.list_layers(path):
                    _layer(found, path, layer, crs)
        except (DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.GeometryError) as error:
            raise Unreadable("Le fichier ne s’ouvre pas : il est incomplet ou d’un autre format.") from error
    found.has_geometry = any(shape for _line, _values, shape in found.rows)
    return found


def _files(data: bytes, format: str, folder: Path) -> list[Path]:
    if format != "shp":
        path = folder / f"fichier.{format}"
        path.write_bytes(data)
        return [path]
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise Unreadable("L’archive ZIP ne s’ouvre pas.") from error
    with archive:
        parts = [one for one in archive.infolist() if one.filename.rpartition(".")[2].lower() in SHAPE_PARTS]
        if sum(one.file_size for one in parts) > MOST_UNPACKED:
            raise Unreadable("L’archive est trop grosse une fois décompressée.")
        for rank, one in enumerate(parts):
            stem, _dot, ending = Path(one.filename.replace("\\", "/")).name.rpartition(".")
            target = folder / f"{stem or rank}.{ending.lower()}"
            if target.parent == folder:
                target.write_bytes(archive.read(one))
    shapes = sorted(folder.glob("*.shp"))
    alone = [path for path in sorted(folder.glob("*.dbf")) if not path.with_suffix(".shp").exists()]
    if not shapes and not alone:
        raise Unreadable("L’archive ne contient pas de fichier .shp.")
    if missing := [path.name for path in shapes if not path.with_suffix(".dbf").exists()]:
        raise Unreadable(f"Il manque le fichier .dbf de {missing[0]}.")
    return shapes + alone


def _layer(found: Content, path: Path, layer: str, crs: int) -> None:
    import pyogrio.raw

    room = MOST_ROWS - len(found.rows)
    meta, _fids, wkb, columns = pyogrio.raw.read(
        path, layer=layer, force_2d=True, datetime_as_string=True, max_features=room + 1
    )
    count = len(wkb) if wkb is not None else len(columns[0]) if len(columns) else 0
    if count > room:
        raise Unreadable(f"Plus de {MOST_ROWS} objets : coupez le fichier en plusieurs.")
    names = _headings([str(name) for name in meta["fields"]])
    places = []
    for name in names:
        if name not in found.columns:
            found.columns.append(name)
        places.append(found.columns.index(name))
    for _line, values, _shape in found.rows:
        values += [None] * (len(found.columns) - len(values))
    shapes = _shapes(wkb, meta.get("crs"), crs) if wkb is not None else [None] * count
    first = len(found.rows)
    for rank in range(count):
        kept: list[str | None] = [None] * len(found.columns)
        for place, column in zip(places, columns, strict=True):
            kept[place] = _written(column[rank])
        found.rows.append((first + rank + 1, kept, shapes[rank]))


def _written(value: Any) -> str | None:
    """A value of a geographical file as people would have typed it."""
    if value is None or (isinstance(value, float) and math.isnan(value)) or str(value) in ("NaT", "nan"):
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\x00", "").strip() or None


def _shapes(wkb, told: str | None, asked: int) -> list[dict | None]:
    import shapely
    from shapely.geometry import mapping

    shapes = shapely.from_wkb(wkb)
    source = f"EPSG:{asked}" if asked else told or f"EPSG:{guessed(*_first(shapes))}"
    shapes = _to_wgs84(shapes, source)
    found: list[dict | None] = []
    for shape in shapes:
        if shape is None or shape.is_empty:
            found.append(None)
            continue
        if shape.geom_type.startswith("Multi") and len(shape.geoms) == 1:
            shape = shape.geoms[0]
        found.append(json.loads(json.dumps(mapping(shape))))
    return found


def _first(shapes) -> tuple[float, float]:
    for shape in shapes:
        if shape is not None and not shape.is_empty:
            return shape.bounds[0], shape.bounds[1]
    return 0.0, 0.0


def _to_wgs84(shapes, source: str):
    import shapely
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    try:
        crs = CRS.from_user_input(source)
    except CRSError as error:
        raise Unreadable("Le système de coordonnées du fichier n’est pas connu : choisissez-le.") from error
    if crs.to_epsg() in (4326, 4979) or crs.to_authority() == ("OGC", "CRS84"):
        return shapes
    change = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    return shapely.transform(shapes, lambda x, y: change.transform(x, y), interleaved=False)


def guessed(x: float, y: float) -> int:
    """What coordinates look like: WGS 84, Lambert 93, or one of the nine conic zones of France (EPSG numbers)."""
    if abs(x) <= 180 and abs(y) <= 90:
        return 4326
    if 0 < x < 1_400_000 and 6_000_000 < y < 7_200_000:
        return 2154
    zone = round((y - 200_000) / 1_000_000) + 41
    if 1_000_000 < x < 2_400_000 and 42 <= zone <= 50:
        return 3900 + zone
    return 4326


def to_degrees(x: float, y: float, crs: int = 0) -> tuple[float, float]:
    """A pair of coordinates in degrees (longitude, latitude); `crs` as in `read`."""
    source = crs or guessed(x, y)
    if source == 4326:
        return x, y
    longitude, latitude = _transformer(source).transform(x, y)
    return longitude, latitude


_transformers: dict[int, Any] = {}


def _transformer(source: int):
    if source not in _transformers:
        from pyproj import Transformer

        _transformers[source] = Transformer.from_crs(f"EPSG:{source}", "EPSG:4326", always_xy=True)
    return _transformers[source]
