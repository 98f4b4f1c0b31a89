"""The lines of the lists of the desk: read as bare values, written without a template for each cell.

A list of thirty cases with their relations is two hundred objects and two hundred small templates: most of the time of
the page. A line here is one row of the database; its cells are written by the functions of `CELLS` (see
`kept_lists`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from django.utils import timezone

from beffroi.kernel.ui import formats
from beffroi.kernel.ui.context import address
from beffroi.shared.cases.kept_lists import state
from beffroi.shared.cases.models import Case
from beffroi.shared.cases.shown import Shown

FIELDS = (
    "pk",
    "reference",
    "title",
    "kind",
    "state",
    "priority",
    "channel",
    "created_at",
    "due_at",
    "closed_at",
    "paused_at",
    "unread_at",
    "organisation__name",
    "commune__name",
    "team__name",
    "assignee__first_name",
    "assignee__last_name",
    "assignee__email",
)
PRIORITY_TONES = {3: "waiting", 4: "late"}


@dataclass(slots=True)
class Line(Shown):
    """A case as a list shows it; the relations are their names, None where there is none."""

    pk: int
    reference: str
    title: str
    kind: str
    state: str
    priority: int
    channel: str
    created_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    paused_at: datetime | None
    unread_at: datetime | None
    organisation: str
    commune: str | None
    team: str | None
    first_name: str | None
    last_name: str | None
    email: str | None

    @property
    def assignee(self) -> str:
        return f"{self.first_name or ''} {self.last_name or ''}".strip() or self.email or ""

    def get_priority_display(self) -> str:
        return str(Case.Priority(self.priority).label)

    def get_channel_display(self) -> str:
        return str(Case.Channel(self.channel).label)


def lines(cases) -> list[Line]:
    """The lines of a queryset of cases, in its order: one query."""
    return [Line(*row) for row in cases.values_list(*FIELDS)]


def near(value: datetime, today: date) -> str:
    """As `{% when value "near_day" %}` writes it."""
    machine = timezone.localtime(value).replace(microsecond=0)
    return f'<time datetime="{machine.isoformat()}">{escape(formats.near_day(value, today))}</time>'


def due(case: Shown, today: date) -> str:
    """The deadline, and « En retard » where it is missed."""
    if case.is_late and case.due_at:
        return f"{near(case.due_at, today)} {state('En retard', 'late')}"
    if case.closed_at is not None:
        return f'<span class="soft">close {escape(formats.near_day(case.closed_at, today))}</span>'
    if case.paused_at is not None:
        return '<span class="soft">suspendue</span>'
    return near(case.due_at, today) if case.due_at else '<span class="soft">sans échéance</span>'


def _title(case: Line, today: date) -> str:
    mark = f" {state('Message', 'new')}" if case.unread_at else ""
    return f"{escape(formats.typo(case.title))}{mark}"


def _priority(case: Line, today: date) -> str:
    """« Urgente » stands out, « Normale » does not."""
    label, tone = case.get_priority_display(), PRIORITY_TONES.get(case.priority)
    return state(label, tone) if tone else escape(label)


CELLS: dict[str, Callable[[Line, date], str]] = {
    "objet": _title,
    "etat": lambda case, today: state(case.desk_state, case.tone),
    "echeance": due,
    "recue": lambda case, today: near(case.created_at, today),
    "priorite": _priority,
}


def heading(case: Line) -> tuple[int, str, str]:
    """The first cell of a line: its number, its reference, its address."""
    return case.pk, case.reference, f"{address('cases:list')}{case.reference}/"
