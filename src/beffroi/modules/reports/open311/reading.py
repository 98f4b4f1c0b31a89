"""What a client asks, checked: dates, lists, place, attributes."""

import datetime
import re
import uuid

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.open311.render import Fault
from beffroi.modules.reports.workflow import CLOSED, OPEN
from beffroi.shared.organisations import addresses
from beffroi.shared.organisations.models import Address

SPAN = datetime.timedelta(days=90)
MOST = 1000
SPACE = uuid.UUID("0b4e1f57-9d0c-4d8e-8f6e-3a4d5b8c7e21")
ATTRIBUTE = re.compile(r"^attribute\[([\w-]{1,40})\](?:\[\])?$")


def listed(given, name: str) -> list[str]:
    """The values of a parameter that may be repeated or hold commas."""
    return [part.strip() for value in given.getlist(name) for part in value.split(",") if part.strip()][:MOST]


def when(text: str, name: str) -> datetime.datetime | None:
    """A W3 date with its offset, or None when nothing is given. Raises Fault."""
    if not text.strip():
        return None
    try:
        # A « + » that was not encoded comes as a space.
        found = parse_datetime(re.sub(r" (\d\d:\d\d)$", r"+\1", text.strip()))
        if found is not None and not timezone.is_naive(found):
            found = found.astimezone(datetime.UTC)
            if 1970 <= found.year <= 2100:
                return found
    except (ValueError, OverflowError):
        pass
    raise Fault(400, f"{name} : écrivez une date comme 2026-11-24T10:00:00Z, avec son décalage horaire.")


def asked(given):
    """The public reports that a query asks for, at most a thousand, newest first. Raises Fault."""
    reports = Report.objects.shown()
    if numbers := listed(given, "service_request_id"):
        return reports.filter(reference__in=[one.upper() for one in numbers]).order_by("-created_at", "-pk")[:MOST]
    if codes := listed(given, "service_code"):
        reports = reports.filter(category__code__in=codes)
    if states := listed(given, "status"):
        if set(states) - {"open", "closed"}:
            raise Fault(400, "status : « open » ou « closed ».")
        wanted = (OPEN if "open" in states else ()) + (CLOSED if "closed" in states else ())
        reports = reports.filter(state__in=wanted)
    start, end = span(given)
    return reports.filter(created_at__gte=start, created_at__lte=end).order_by("-created_at", "-pk")[:MOST]


def span(given) -> tuple[datetime.datetime, datetime.datetime]:
    """The period asked for: ninety days at most, the last ones by default. Raises Fault."""
    start, end = when(given.get("start_date", ""), "start_date"), when(given.get("end_date", ""), "end_date")
    end = end or (min(start + SPAN, timezone.now()) if start else timezone.now())
    start = start or end - SPAN
    if end < start:
        raise Fault(400, "end_date vient avant start_date.")
    if end - start > SPAN:
        raise Fault(400, "La période demandée dépasse 90 jours.")
    return start, end


def category_of(given) -> Category:
    """The service named. Raises Fault: 400 when none is, 404 when it is unknown."""
    code = given.get("service_code", "").strip()
    if not code:
        raise Fault(400, "service_code manque.")
    return service_named(code)


def service_named(code: str) -> Category:
    found = Category.objects.offered().filter(code=code).first()
    if found is None:
        raise Fault(404, f"service_code « {code[:40]} » est inconnu.")
    return found


def place_of(given) -> dict:
    """The place of a new report: lat and long, address_id, or address_string. Raises Fault."""
    latitude, longitude = given.get("lat", "").strip(), given.get("long", "").strip()
    text = given.get("address_string", "").strip()[:200]
    if latitude and longitude:
        try:
            point = float(longitude), float(latitude)
        except ValueError as error:
            raise Fault(400, "lat et long sont des nombres, en degrés.") from error
        if not (abs(point[0]) <= 180 and abs(point[1]) <= 90):
            raise Fault(400, "lat et long sont en degrés WGS 84.")
        return {"location": point, "address": text}
    if number := given.get("address_id", "").strip():
        address = Address.objects.select_related("street__commune").filter(ban_id=number).first()
        if address is None:
            raise Fault(404, "address_id est inconnu : c’est l’identifiant de la Base Adresse Nationale.")
        label = f"{address.number} {address.street.name}, {address.street.commune.name}"
        return {"location": address.location, "address": label, "address_is_known": True, "precision": "address"}
    if text:
        found = addresses.suggest(text, 1)
        if not found:
            raise Fault(400, "address_string n’a pas été trouvée sur le territoire : envoyez lat et long.")
        one = found[0]
        place = {"location": (one.longitude, one.latitude), "address": one.label}
        return place | {"address_is_known": True, "precision": "address"}
    raise Fault(400, "Il manque le lieu : lat et long, address_string, ou address_id.")


def answers_of(given) -> dict[str, str]:
    """The attributes: attribute[code]=value."""
    found = {}
    for name in given:
        if match := ATTRIBUTE.match(name):
            found[match[1]] = ", ".join(given.getlist(name))[:500]
    return found


def number_of(*parts: str) -> uuid.UUID:
    """The same number for the same send of the same application: a replay makes nothing new."""
    return uuid.uuid5(SPACE, "\n".join(parts))
