"""The lines of the lists of the desk: read as bare values, written without a template for each cell.

A list of thirty cases with their relations is two hundred objects and two hundred small templates: most of the time of
the page. A line here is one row of the database; its cells are written by the functions of `CELLS`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from html import escape

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from beffroi.kernel.ui import formats
from beffroi.kernel.ui.tags.tables import check_row
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


def state(label: str, tone: str) -> str:
    """As `{% state %}` writes it."""
    return f'<span class="state" data-tone="{tone}">{escape(label)}</span>'


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


def _cell(column) -> tuple[str, Callable[[Line, date], str]]:
    """The opening of a cell of that column, and what writes it."""
    wide = ' class="wide"' if column.code == "objet" else ""
    opening = f'<td data-label="{escape(column.label)}"{wide}>'
    return opening, CELLS.get(column.code) or (lambda case, today: escape(str(column.value(case))))


def written(cases: Iterable[Line], columns) -> SafeString:
    """The `<tr>` of each line: its box, its reference, one cell for each column."""
    today = timezone.localdate()
    cells = [_cell(column) for column in columns]
    root = reverse("cases:list")
    box = check_row("{}", "{}")
    parts = []
    for case in cases:
        reference = escape(case.reference)
        parts.append(f'<tr>{box.format(case.pk, reference)}<th scope="row" class="nowrap">')
        parts.append(f'<a href="{root}{reference}/">{reference}</a></th>')
        parts += [f"{opening}{write(case, today)}</td>" for opening, write in cells]
        parts.append("</tr>\n")
    return SafeString("".join(parts))
