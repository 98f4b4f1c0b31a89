"""A client of Open311 GeoReport v2 (https://wiki.open311.org/GeoReport_v2/): services, requests, tokens, filing.

It writes what the norm names, and two additions that a server may ignore: `client_uuid`, by which another Beffroi knows
a second send again, and the reference of the report in its description, by which it is found in any public list.
"""

import datetime
import http.client
import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from lxml import etree

from beffroi.kernel import outgoing
from beffroi.modules.reports.models import Outlet, Sending

TIMEOUT, WHOLE = 15, 30
LONGEST = 4_000_000
AGENT = "Beffroi-Open311/1"
MOST = 50
PERIOD = datetime.timedelta(days=80)
EARLIER = datetime.timedelta(hours=1)
LATER = (429, 503)


class Unreachable(Exception):
    """Nothing has been sent, or the server asks to come back: it is tried again later."""


class Unsure(Exception):
    """What was sent may have arrived: the answer was lost, or is not one."""


class Refused(Exception):
    """The server answered, and will not take it as it is; the message is its own."""


def services(outlet: Outlet) -> list[tuple[str, str]]:
    """What the server takes: (code, name). Raises Unreachable, Unsure or Refused."""
    rows = _rows(outlet, _ask(outlet, "GET", "services"), ("service",))
    return [
        (str(row["service_code"]), str(row.get("service_name") or row["service_code"]))
        for row in rows
        if row.get("service_code")
    ]


def file(outlet: Outlet, fields: Mapping[str, str]) -> tuple[str, str]:
    """File a request; returns (service_request_id, token), one of which is empty. Raises as `services`."""
    rows = _rows(outlet, _ask(outlet, "POST", "requests", fields), ("request",))
    number, ticket = _told(rows, "service_request_id"), _told(rows, "token")
    if not number and not ticket:
        raise Unsure("La réponse ne donne ni numéro ni jeton.")
    return number, ticket if not number else ""


def number_of(outlet: Outlet, ticket: str) -> str:
    """The number that a token stands for, when it is known; else an empty string. Raises Unreachable or Unsure."""
    try:
        return _told(_rows(outlet, _ask(outlet, "GET", f"tokens/{quote(ticket)}"), ("request",)), "service_request_id")
    except Refused:
        return ""


def find(sending: Sending) -> str:
    """The number of a sending whose answer was lost: by our own number, else by the reference in the public list; empty
    when it is not there. Raises Unreachable or Unsure."""
    outlet = sending.outlet
    known = number_of(outlet, str(sending.client_uuid))
    if known:
        return known
    start = sending.created_at - EARLIER
    asked = {
        "start_date": start.isoformat(timespec="seconds"),
        "end_date": (start + PERIOD).isoformat(timespec="seconds"),
    }
    try:
        rows = _rows(outlet, _ask(outlet, "GET", "requests", asked), ("request",))
    except Refused:
        return ""
    named = (row for row in rows if sending.report.reference in str(row.get("description") or ""))
    return _told(list(named), "service_request_id")


def read(outlet: Outlet, numbers: Iterable[str]) -> dict[str, dict]:
    """What the server says of these requests, by number, `MOST` at once; those that it does not show are absent."""
    found: dict[str, dict] = {}
    wanted = list(numbers)
    for start in range(0, len(wanted), MOST):
        asked = {"service_request_id": ",".join(wanted[start : start + MOST])}
        for row in _rows(outlet, _ask(outlet, "GET", "requests", asked), ("request",)):
            found[str(row.get("service_request_id") or "")] = row
    return {number: found[number] for number in wanted if number in found}


def _told(rows: list[dict], name: str) -> str:
    return str(rows[0].get(name) or "").strip()[:100] if rows else ""


def _ask(outlet: Outlet, method: str, resource: str, fields: Mapping[str, str] | None = None) -> tuple[int, bytes, str]:
    """(status, body, where a redirection leads: it is not followed). The key goes in the body of what is filed, never
    in an address."""
    given = dict(fields or {})
    if outlet.jurisdiction:
        given["jurisdiction_id"] = outlet.jurisdiction
    url = f"{outlet.endpoint.rstrip('/')}/{resource}.{outlet.format}"
    body, headers = None, {"User-Agent": AGENT, "Accept": "application/json, text/xml"}
    if method == "POST":
        body = urlencode(given).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=utf-8"
    elif given:
        url = f"{url}?{urlencode(given)}"
    try:
        connection, path = outgoing.connect(url, timeout=TIMEOUT, whole=WHOLE)
    except outgoing.AddressRefused as refusal:
        raise Unreachable(f"Adresse refusée : {refusal}.") from refusal
    except OSError as failure:
        raise Unreachable(f"Serveur injoignable ({type(failure).__name__}).") from failure
    try:
        connection.request(method, path, body, headers)
        with connection.getresponse() as answer:
            return answer.status, outgoing.read(answer, LONGEST), answer.headers.get("Location", "")
    except outgoing.TooLong as excess:
        raise Unsure(f"La réponse est trop longue : {excess}.") from excess
    except (OSError, http.client.HTTPException) as failure:
        raise Unsure(f"Pas de réponse entière ({type(failure).__name__}).") from failure
    finally:
        connection.close()


def _rows(outlet: Outlet, answer: tuple[int, bytes, str], names: tuple[str, ...]) -> list[dict]:
    """The lines of an answer, or the refusal that it is."""
    status, body, elsewhere = answer
    if status in LATER:
        raise Unreachable(f"Le serveur demande d’attendre ({status}).")
    if status >= 500:
        raise Unsure(f"Le serveur a échoué ({status}).")
    if 300 <= status < 400:
        raise Refused(f"Ce serveur renvoie ailleurs ({status}) : {elsewhere[:200]}. Vérifiez son adresse.")
    if not 200 <= status < 300:
        raise Refused(_refusal(body) or f"Réponse {status}.")
    try:
        return _json(json.loads(body)) if outlet.format == Outlet.Format.JSON else _xml(body, names)
    except (ValueError, RecursionError, etree.XMLSyntaxError) as fault:
        raise Unsure("La réponse ne se lit pas.") from fault


def _json(found: Any) -> list[dict]:
    """The norm wants a bare list; some servers wrap it, or give one object."""
    if isinstance(found, dict):
        inner = next((value for value in found.values() if isinstance(value, list)), None)
        found = [found] if inner is None else inner
    if not isinstance(found, list):
        raise ValueError("not a list")
    return [row for row in found if isinstance(row, dict)]


def _xml(body: bytes, names: tuple[str, ...]) -> list[dict]:
    root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    return [{child.tag: (child.text or "").strip() for child in one} for name in names for one in root.iter(name)]


def _refusal(body: bytes) -> str:
    """The sentences of an error of the norm, in either format."""
    try:
        rows = _json(json.loads(body))
    except (ValueError, RecursionError):
        try:
            rows = _xml(body, ("error",))
        except etree.XMLSyntaxError:
            return ""
    said = [str(row.get("description") or "").strip() for row in rows]
    return " ".join(text for text in said if text)[:280]
