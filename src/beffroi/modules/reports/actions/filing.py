"""A report is filed: routed, numbered, its photos attached, published as its body decided."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.modules.reports import wording
from beffroi.modules.reports.models import Category, Moderation, Report
from beffroi.modules.reports.models.report import title_of
from beffroi.modules.reports.routing import Route, route
from beffroi.shared.assets.fields import FieldFault
from beffroi.shared.cases.actions import open_case
from beffroi.shared.cases.deadlines import due_date
from beffroi.shared.files.actions import attach
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.organisations.places import locate


class OutsideTerritory(ValidationError):
    """The point is not in any commune of the territory; `.place` says where it is."""

    def __init__(self, place):
        self.place = place
        super().__init__(
            f"Ce point est en dehors du territoire\u202f: {place.description}. "
            "Signalez le problème à la mairie de cette commune."
        )


@dataclass(frozen=True)
class Filed:
    """What `create_report` answers: the report, and whether this call made it (False = a replay)."""

    report: Report
    created: bool


def clean_answers(category: Category, answers: dict) -> dict:
    """The answers to the category's questions, checked. Raises ValidationError with a text by question."""
    errors, clean = {}, {}
    for spec in category.specs:
        try:
            value = spec.clean(answers.get(spec.name))
        except FieldFault as fault:
            errors[spec.name] = str(fault)
            continue
        if value is not None:
            clean[spec.name] = value
    if errors:
        raise ValidationError(errors)
    return clean


@transaction.atomic
def create_report(
    *,
    actor,
    category: Category,
    location: tuple[float, float],
    description: str = "",
    address: str = "",
    commune=None,
    answers: dict | None = None,
    photos=(),
    keeps_warnings: bool = False,
    asks: bool = True,
    **fields,
) -> Filed:
    """File a report at a point of the territory; a replay with the same `client_uuid` changes nothing.

    Finds the commune and the competent body, gives the deadline for taking it in charge, and shows text and photos at
    once where that body so decided. `keeps_warnings` = the author was warned about the text and kept it: an agent
    reads it first. `asks=False` = the questions were not put (by telephone). Records "reports.create".

    Raises OutsideTerritory, ValidationError (answers), or files.Refused.
    """
    if commune is None:
        place = locate(*location)
        if place.commune is None:
            raise OutsideTerritory(place)
        commune = place.commune
    way = route(category, commune=commune, address=address, point=location, asset=fields.get("asset"))
    created_at = fields.pop("created_at", None) or timezone.now()
    report, created = open_case(
        Report,
        actor=actor,
        category=category,
        title=title_of(category, address, commune),
        state=Report.new_states[0],
        location=location,
        address=address.strip()[:200],
        description=description.strip(),
        answers=clean_answers(category, answers or {}) if asks else answers or {},
        commune=commune,
        created_at=created_at,
        due_at=deadline(category.acknowledge_hours, created_at),
        **_publication(way, description, keeps_warnings, created_at),
        **_hands(way),
        **fields,
    )
    if created:
        attach(photos, report, public=not report.is_private and moderation_of(way.organisation).photos_at_once)
    return Filed(report, created)


def deadline(hours: int, start):
    """When `hours` of work will have elapsed, on the calendar of the body that runs the platform: the counter of a
    small town hall may open one afternoon a week, its roads do not wait for it."""
    body = Organisation.objects.filter(is_operator=True).prefetch_related("opening_hours", "exceptional_days").first()
    return due_date(body, hours=hours, start=start) if body is not None else None


def _hands(way: Route) -> dict:
    return {
        "organisation": way.organisation,
        "team": way.team,
        "external": way.external,
        "competence_reason": way.reason,
    }


def moderation_of(organisation) -> Moderation:
    """When the public sees what this body receives; what nobody decided is read first."""
    return Moderation.objects.filter(organisation_id=organisation.pk).first() or Moderation()


def _publication(way: Route, description: str, keeps_warnings: bool, now) -> dict:
    """Shown at once, when the body trusts and the text holds nothing to check; else an agent reads first."""
    rule = moderation_of(way.organisation)
    clean = not keeps_warnings and not wording.warnings(description)
    shown = rule.text_at_once and clean
    return {
        "text_shown_at": now if shown else None,
        "checked_at": now if shown and rule.photos_at_once else None,
    }
