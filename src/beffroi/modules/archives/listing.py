"""The piles of what may leave, filtered as the address says, each row told in a few words."""

from dataclasses import dataclass

from beffroi.modules.archives import contents, eligibility, paper, rights
from beffroi.modules.archives.eligibility import FATES
from beffroi.modules.archives.forms.lists import DueFilters
from beffroi.modules.archives.models import Box
from beffroi.shared.documents.models import Folder


@dataclass(frozen=True)
class Told:
    """What a list shows of a file or a box: its name, its series, its dates, how much it is, what keeps it."""

    pk: int
    url: str
    title: str
    reference: str
    body: str
    series: str
    fate: str
    first: object
    last: object
    ended: object
    amount: str
    obstacle: eligibility.Obstacle | None


def tabs(home: str) -> list[tuple[str, str]]:
    """The piles, the first at the address of the page itself."""
    return [(label, home if code == "eliminer" else f"{home}?pile={code}") for code, label in FATES.items()]


def selection(user, given):
    """(the pile, the filters, the rows)."""
    fate = given.get("pile") if given.get("pile") in FATES else "eliminer"
    form = DueFilters(given, user=user)
    rows = _boxes(user, form, fate) if form.is_paper else _folders(user, form, fate)
    return fate, form, rows


def _folders(user, form: DueFilters, fate: str):
    finder = {"eliminer": eligibility.to_eliminate, "trier": eligibility.to_sort, "verser": eligibility.to_transfer}
    rows = rights.of_bodies(finder[fate](), user, path="space__organisation")
    rows = form.apply(rows, text="name", body="space__organisation")
    if form.chosen("serie"):
        rows = rows.filter(effective_series=form.chosen("serie"))
    if form.chosen("situation") == "libre":
        rows = eligibility.free(rows)
        rows = rows.filter(holds_kept=False) if fate == "eliminer" else rows
    elif form.chosen("situation") == "gel":
        rows = rows.filter(is_held=True)
    related = ("space__organisation", "effective_series")
    return rows.select_related(*related).order_by("retention_end", "name", "pk")


def _boxes(user, form: DueFilters, fate: str):
    rows = form.apply(rights.of_bodies(eligibility.boxes(fate), user))
    if form.chosen("serie"):
        rows = rows.filter(series=form.chosen("serie"))
    if form.chosen("situation") == "libre":
        rows = rows.filter(held_because="", on_slip=None, on_transfer=None, lent_until=None)
    elif form.chosen("situation") == "gel":
        rows = rows.exclude(held_because="")
    return rows.select_related("organisation", "series").order_by("ends", "year", "number", "pk")


def tell(rows, *, paper: bool, destroying: bool) -> None:
    """Give each row of a page its `told`."""
    rows = list(rows)
    sums = {} if paper else contents.sums_of(rows)
    for row in rows:
        row.told = _tell_box(row) if paper else tell_folder(row, sums[row.pk], destroying=destroying)


def tell_folder(folder: Folder, sums: contents.Sums, *, destroying: bool) -> Told:
    series = folder.effective_series
    return Told(
        folder.pk,
        folder.get_absolute_url(),
        folder.name,
        folder.reference,
        folder.space.organisation.name,
        str(series or ""),
        series.get_fate_display() if series else "",
        sums.first,
        sums.last,
        folder.retention_end,
        paper.volume(sums.documents, sums.octets),
        eligibility.obstacle(folder, destroying=destroying),
    )


def _tell_box(box: Box) -> Told:
    return Told(
        box.pk,
        box.get_absolute_url(),
        box.title,
        box.reference,
        box.organisation.name,
        str(box.series),
        box.series.get_fate_display(),
        box.first_on,
        box.last_on,
        box.retention_end,
        paper.metres(box.metres),
        eligibility.obstacle_of_box(box),
    )
