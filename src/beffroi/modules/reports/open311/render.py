"""Answers in XML or JSON, errors as the norm writes them."""

from collections.abc import Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from django.http import HttpResponse, JsonResponse

from beffroi.kernel.xmltext import legal

DECLARATION = '<?xml version="1.0" encoding="utf-8"?>\n'
TYPES = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}


class Fault(Exception):
    """A request that cannot be answered: the HTTP status, and one sentence or more for its author."""

    def __init__(self, code: int, *descriptions: str):
        self.code, self.descriptions = code, descriptions
        super().__init__(*descriptions)


def answer(kind: str, names: tuple[str, str], rows: Iterable[Mapping[str, Any]], status: int = 200) -> HttpResponse:
    """A list: `names` = its element and that of its lines ("services", "service"); a bare list in JSON."""
    rows = list(rows)
    if kind == "json":
        return _open(JsonResponse(rows, safe=False, status=status, content_type=TYPES["json"], json_dumps_params=_JSON))
    return _xml(_element(names[0], "".join(_element(names[1], _inside(row)) for row in rows)), status)


def single(kind: str, name: str, content: Mapping[str, Any]) -> HttpResponse:
    """One object, not in a list: a service definition, the discovery."""
    if kind == "json":
        return _open(JsonResponse(dict(content), content_type=TYPES["json"], json_dumps_params=_JSON))
    return _xml(_element(name, _inside(content)), 200)


def refusal(kind: str, fault: Fault) -> HttpResponse:
    """The error, under the HTTP status that it names."""
    rows = [{"code": fault.code, "description": text} for text in fault.descriptions]
    return answer(kind if kind in TYPES else "xml", ("errors", "error"), rows, fault.code)


_JSON = {"ensure_ascii": False}
# How the members of a list are named in XML.
_MEMBERS = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}


def _inside(row: Mapping[str, Any]) -> str:
    """The elements of a row, one for each of its values."""
    return "".join([_element(name, _written(name, value)) for name, value in row.items()])


def _written(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return escape(value)
    if isinstance(value, list):
        member = _MEMBERS[name]
        return "".join(
            _element(member, _inside(one) if isinstance(one, Mapping) else _written("", one)) for one in value
        )
    return "true" if value is True else "false" if value is False else escape(str(value))


def _element(name: str, inside: str) -> str:
    return f"<{name}>{inside}</{name}>" if inside else f"<{name} />"


def _xml(root: str, status: int) -> HttpResponse:
    """XML 1.0 refuses most control characters: they are left out."""
    body = (DECLARATION + legal(root)).encode()
    return _open(HttpResponse(body, content_type=TYPES["xml"], status=status))


def _open(response):
    """Any site may read what is public."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
