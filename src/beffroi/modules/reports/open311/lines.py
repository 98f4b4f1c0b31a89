"""Reports read as lines: an answer tells a thousand of them, and few of their columns."""

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.db.models.functions import Cast, Extract, Floor, JSONObject

from beffroi.modules.reports.models import Category, Refusal, Report
from beffroi.modules.reports.models.public import PublicWords
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Commune, Organisation

COLUMNS = (
    "pk",
    "reference",
    "state",
    "refusal",
    "category_id",
    "commune_id",
    "organisation_id",
    "external_id",
    "competence_reason",
    "location",
    "address",
    "address_is_known",
    "description",
)
MOMENTS = ("created_at", "acknowledged_at", "closed_at", "due_at", "anonymised_at", "text_shown_at")
READ = (*COLUMNS, *MOMENTS, "photo")


class Line(PublicWords):
    """A report as an answer tells it. Its moments are whole seconds since 1970, None while they have not come: six
    dates a line cost more than all the rest. Its neighbours are shared by the lines."""

    if TYPE_CHECKING:
        pk: int
        reference: str
        refusal: str
        category_id: int
        commune_id: int
        organisation_id: int
        external_id: int | None
        competence_reason: str
        created_at: int
        acknowledged_at: int | None
        closed_at: int | None
        due_at: int | None
        location: tuple[float, float]
        photo: dict | None

    category: Category

    def __init__(self, values: Iterable):
        self.__dict__.update(zip(READ, values, strict=True))

    @property
    def photo_url(self) -> str:
        """The address of the first photo that everyone may see, or an empty string."""
        return StoredFile(pk=self.photo["pk"], name=self.photo["name"]).url if self.photo else ""

    def get_refusal_display(self) -> str:
        """Why it is not followed up, in words."""
        return str(Refusal(self.refusal).label) if self.refusal else ""


def _seconds(name: str) -> Cast:
    """A moment as the whole seconds since 1970 (UTC)."""
    return Cast(Floor(Extract(name, "epoch", tzinfo=datetime.UTC)), BigIntegerField())


def _first_photo() -> Subquery:
    kind = ContentType.objects.get_for_model(Report)
    files = StoredFile.objects.filter(target_type=kind, target_id=OuterRef("pk"), public=True).order_by("created_at")
    return Subquery(files.values(told=JSONObject(pk="pk", name="name"))[:1])


def lines_of(reports) -> list[Line]:
    """These reports, each with its category, commune and bodies: a few are shared by many, and each is read once."""
    read = reports.values_list(*COLUMNS, *map(_seconds, MOMENTS), _first_photo())
    lines = [Line(values) for values in read]
    categories = Category.objects.only("code", "label").in_bulk({line.category_id for line in lines})
    communes = Commune.objects.only("name", "postal_codes").in_bulk({line.commune_id for line in lines})
    named = {line.organisation_id for line in lines} | {line.external_id for line in lines if line.external_id}
    bodies = Organisation.objects.only("name").in_bulk(named)
    for line in lines:
        line.category, line.commune = categories[line.category_id], communes[line.commune_id]
        line.organisation = bodies[line.organisation_id]
        line.external = bodies[line.external_id] if line.external_id else None
    return lines
