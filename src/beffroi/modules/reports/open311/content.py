"""What is told of categories and reports, in the words of the norm."""

import datetime
import re
from collections.abc import Iterable, Mapping

from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.reports.models import Category, Report
from beffroi.modules.reports.open311.lines import Line
from beffroi.modules.reports.wording_public import STEPS, detail_of, sentence_of
from beffroi.modules.reports.workflow import CLOSED
from beffroi.shared.assets.fields import FieldSpec
from beffroi.shared.organisations import names
from beffroi.shared.organisations.models import Organisation

# Words of four letters or more.
WORD = re.compile(r"[\w-]{4,}")
DATATYPES = {
    "text": "string",
    "integer": "number",
    "decimal": "number",
    "boolean": "singlevaluelist",
    "date": "datetime",
    "choice": "singlevaluelist",
}


def moment(value: datetime.datetime | None) -> str | None:
    """The W3 date format, with its offset."""
    return timezone.localtime(value).isoformat(timespec="seconds") if value else None


def service(category: Category) -> dict:
    """A category as a service."""
    return {
        "service_code": category.code,
        "service_name": category.label,
        "description": category.help_text,
        "metadata": bool(category.fields),
        "type": "realtime",
        "keywords": ", ".join(dict.fromkeys(WORD.findall(f"{category.label} {category.help_text}".lower()))),
        "group": category.parent.label if category.parent else "",
    }


def definition(category: Category) -> dict:
    """The questions of a category."""
    return {
        "service_code": category.code,
        "attributes": [attribute(spec, order) for order, spec in enumerate(category.specs, start=1)],
    }


def attribute(spec: FieldSpec, order: int) -> dict:
    """One question."""
    choices = ("oui", "non") if spec.type == "boolean" else spec.choices
    told = {
        "variable": True,
        "code": spec.name,
        "datatype": DATATYPES[spec.type],
        "required": spec.required,
        "datatype_description": f"en {spec.unit}" if spec.unit else None,
        "order": order,
        "description": spec.label,
    }
    return told | ({"values": [{"key": one, "name": one} for one in choices]} if choices else {})


def request(report: Line, site: str, zone: datetime.tzinfo) -> dict:
    """A report, as anyone may read it; `site` = the beginning of the absolute addresses, `zone` = that of the hours."""

    def at(seconds: int | None) -> str | None:
        return None if seconds is None else datetime.datetime.fromtimestamp(seconds, zone).isoformat()

    longitude, latitude = report.location
    ended = report.state in CLOSED
    return {
        "service_request_id": report.reference,
        "status": "closed" if ended else "open",
        "status_notes": sentence_of(report),
        "service_name": report.category.label,
        "service_code": report.category.code,
        "description": report.public_text or None,
        "agency_responsible": str(report.competent),
        "service_notice": report.competence_reason or None,
        "requested_datetime": at(report.created_at),
        "updated_datetime": at(report.closed_at or report.acknowledged_at or report.created_at),
        "expected_datetime": None if ended else at(report.due_at),
        "address": names.place(report.public_street, report.commune.name),
        "address_id": None,
        "zipcode": (report.commune.postal_codes or [None])[0],
        "lat": round(latitude, 6),
        "long": round(longitude, 6),
        "media_url": f"{site}{report.photo_url}" if report.photo else None,
    }


def updates(
    entries: Iterable[Entry],
    reports: Mapping[int, Report],
    bodies: Mapping[int, Organisation],
    pictures: Mapping[int, list[tuple[bool, str]]],
) -> list[dict]:
    """The public steps of reports, as mySociety's extension tells them, in the words that their pages say.

    `pictures` = the public photos of each report, (taken after the repair, address): the first one goes with the step
    that it shows.
    """
    rows = []
    for entry in entries:
        word = entry.verb.rpartition(".")[2]
        title, _icon, state = STEPS[word]
        text = detail_of(reports[entry.target_id], entry, bodies)
        shown = [url for after, url in pictures.get(entry.target_id, ()) if after == (word == "resolve")]
        rows.append(
            {
                "update_id": str(entry.pk),
                "service_request_id": reports[entry.target_id].reference,
                "status": "closed" if state in CLOSED else "open",
                "updated_datetime": moment(entry.at),
                "description": f"{title}\u202f: {text}" if text else title,
                "media_url": shown[0] if shown and word in ("create", "resolve") else None,
            }
        )
    return rows
