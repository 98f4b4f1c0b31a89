"""Open data: the catalogue, a page for each dataset, its files, its schema, and the catalogue for other portals."""

import hashlib
from itertools import islice

from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from beffroi.kernel import modules
from beffroi.kernel.datasets import dcat, files, snapshots
from beffroi.kernel.finding import fold
from beffroi.kernel.notices.filling import territory

PREVIEW = 10
FREQUENCIES = {
    "continuous": "en continu",
    "daily": "chaque jour",
    "weekly": "chaque semaine",
    "monthly": "chaque mois",
    "quarterly": "chaque trimestre",
    "annual": "chaque année",
    "irregular": "sans rythme fixe",
}
TYPES = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "boolean": "vrai ou faux",
    "date": "date",
    "datetime": "date et heure",
    "geopoint": "point (longitude, latitude)",
}


def _dataset(code: str) -> modules.Dataset:
    found = modules.find("datasets", code)
    if found is None:
        raise Http404("dataset")
    return found


@login_not_required
@require_safe
def catalogue(request):
    """Every dataset, `?q=` to search among them."""
    sought = request.GET.get("q", "").strip()
    words = fold(sought).split()
    cards = []
    for dataset, snapshot in dcat.published():
        text = fold(" ".join((dataset.title, dataset.description, *dataset.keywords)))
        if all(word in text for word in words):
            cards.append({"dataset": dataset, "snapshot": snapshot, "formats": files.formats_of(dataset)})
    return render(request, "kernel/datasets.html", {"cards": cards, "sought": sought})


@login_not_required
@require_safe
def dataset(request, code):
    """What a dataset holds, and how to take it away."""
    found = _dataset(code)
    snapshot = snapshots.latest(found)
    rows = [[_shown(field, row[field.name]) for field in found.fields] for row in islice(snapshot.rows(), PREVIEW)]
    downloads = [
        {"format": one, "url": reverse("kernel:dataset_file", args=[code, code, one.kind])}
        for one in files.formats_of(found)
    ]
    context = {
        "dataset": found,
        "snapshot": snapshot,
        "rows": rows,
        "downloads": downloads,
        "licence": files.licence(found),
        "frequency": FREQUENCIES[found.frequency],
        "fields": [{"field": field, "type": TYPES[field.type]} for field in found.fields],
        "csv_address": request.build_absolute_uri(reverse("kernel:dataset_file", args=[code, code, "csv"])),
        "breadcrumbs": [("Données ouvertes", reverse("kernel:datasets")), (found.title, "")],
    }
    return render(request, "kernel/dataset.html", context)


def _shown(field: modules.DatasetField, value) -> str:
    if value is None:
        return ""
    if field.type == "boolean":
        return "vrai" if value else "faux"
    text = str(value) if field.type != "geopoint" else f"{value[0]}, {value[1]}"
    return text if len(text) <= 80 else f"{text[:79]}…"


@login_not_required
@require_safe
def dataset_file(request, code, name, kind):
    """One file, sent as it is read; a reader that has it already is told so."""
    found = _dataset(code)
    if name != code or kind not in {one.kind for one in files.formats_of(found)}:
        raise Http404("format")
    snapshot = snapshots.latest(found)
    etag = f'W/"{snapshot.digest}-{kind}"'
    modified = int(snapshot.changed_at.timestamp())
    unchanged = get_conditional_response(request, etag=etag, last_modified=modified)
    if unchanged is not None:
        return _open(unchanged, etag, modified)
    content = open(files.file_of(snapshot, kind), "rb")  # noqa: SIM115  the response closes it
    response = FileResponse(content, as_attachment=True, filename=f"{code}.{kind}")
    response["Content-Type"] = files.FORMATS[kind].media_type
    return _open(response, etag, modified)


def _open(response, etag: str, modified: int):
    response["ETag"] = etag
    response["Last-Modified"] = http_date(modified)
    response["Cache-Control"] = "no-cache"
    response["Access-Control-Allow-Origin"] = "*"
    return response


@login_not_required
@require_safe
def schema(request, code):
    """The Table Schema of the CSV file."""
    return _json(files.table_schema(_dataset(code)))


@login_not_required
@require_safe
def package(request, code):
    """The Data Package of a dataset."""
    found = _dataset(code)
    home = request.build_absolute_uri(reverse("kernel:dataset", args=[code]))
    return _json(files.data_package(snapshots.latest(found), home))


def _json(content: dict) -> JsonResponse:
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 1})
    response["Access-Control-Allow-Origin"] = "*"
    return response


@login_not_required
@require_safe
def catalogue_file(request, syntax):
    """The whole catalogue in DCAT-AP, for the portals that gather those of others."""
    if syntax not in dcat.SYNTAXES:
        raise Http404("syntax")
    media_type, write = dcat.SYNTAXES[syntax]
    here = territory()
    body = write(dcat.triples(here.full_name or here.name, dcat.published()))
    etag = f'W/"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    response = HttpResponse(body, content_type=media_type)
    response["ETag"] = etag
    response["Access-Control-Allow-Origin"] = "*"
    return get_conditional_response(request, etag=etag, response=response)


def addresses():
    """The pages of open data for search engines: (path, date of the last change)."""
    yield reverse("kernel:datasets"), None
    for found in modules.collect("datasets"):
        snapshot = snapshots.kept(found)
        yield reverse("kernel:dataset", args=[found.code]), snapshot and snapshot.changed_at
