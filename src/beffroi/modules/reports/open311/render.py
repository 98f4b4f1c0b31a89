"""Answers in XML or JSON, errors as the norm writes them."""

from collections.abc import Iterable, Mapping
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse, JsonResponse

from beffroi.kernel.xmltext import legal

DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'
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
    root = Element(names[0])
    for row in rows:
        _fill(SubElement(root, names[1]), row)
    return _xml(root, status)


def single(kind: str, name: str, content: Mapping[str, Any]) -> HttpResponse:
    """One object, not in a list: a service definition, the discovery."""
    if kind == "json":
        return _open(JsonResponse(dict(content), content_type=TYPES["json"], json_dumps_params=_JSON))
    root = Element(name)
    _fill(root, content)
    return _xml(root, 200)


def refusal(kind: str, fault: Fault) -> HttpResponse:
    """The error, under the HTTP status that it names."""
    rows = [{"code": fault.code, "description": text} for text in fault.descriptions]
    return answer(kind if kind in TYPES else "xml", ("errors", "error"), rows, fault.code)


_JSON = {"ensure_ascii": False}
# How the members of a list are named in XML.
_MEMBERS = {"attributes": "attribute", "values": "value", "endpoints": "endpoint", "formats": "format"}


def _fill(parent: Element, row: Mapping[str, Any]) -> None:
    for name, value in row.items():
        child = SubElement(parent, name)
        if isinstance(value, list):
            for one in value:
                member = SubElement(child, _MEMBERS[name])
                if isinstance(one, Mapping):
                    _fill(member, one)
                else:
                    member.text = _text(one)
        else:
            child.text = _text(value)


def _text(value: Any) -> str | None:
    """XML 1.0 refuses most control characters: they are left out."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return legal(str(value))


def _xml(root: Element, status: int) -> HttpResponse:
    body = DECLARATION + tostring(root, encoding="utf-8", xml_declaration=False)
    return _open(HttpResponse(body, content_type=TYPES["xml"], status=status))


def _open(response):
    """Any site may read what is public."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
