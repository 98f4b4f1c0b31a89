"""What may leave: files and boxes whose useful life (DUA) is over, by their fate, and what keeps them.

The DUA ends on 31 December of its last year, counted from the event that the series names, the closing of the file
above all. A file goes whole: one that holds something which the plan keeps, or something under a hold, does not go.
"""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import timezone

from beffroi.modules.archives.models import Box, Line, PaperLine, Sorting, TransferFolder
from beffroi.shared.documents.models import Document, Folder, Hold
from beffroi.shared.documents.workflow import FolderState

LEFT = ("eliminated", "transferred")
FATES = {"eliminer": "À éliminer", "trier": "À trier", "verser": "À verser"}


def over(day: datetime.date | None = None):
    """The closed files whose DUA is over on `day`, whatever their fate, holds included; told with what keeps them."""
    day = day or timezone.localdate()
    inside = Folder.objects.alive().filter(path__contains=[OuterRef("pk")]).exclude(state__in=LEFT)
    documents = Document.objects.alive().filter(folder__path__contains=[OuterRef("pk")]).exclude(state__in=LEFT)
    kept = ~Q(effective_series__fate="destroy")
    sorted_out = Exists(Sorting.objects.filter(folder=OuterRef("pk"), choice="destroy"))
    holds = Hold.objects.filter(lifted_at=None).filter(
        Q(folder__path__contains=[OuterRef("pk")]) | Q(document__folder__path__contains=[OuterRef("pk")])
    )
    return (
        Folder.objects.alive()
        .filter(state=FolderState.CLOSED, retention_end__lt=day)
        .annotate(
            decision=Subquery(Sorting.objects.filter(folder=OuterRef("pk")).values("choice")[:1]),
            is_held=Q(held=True) | Exists(inside.filter(held=True)) | Exists(documents.filter(held=True)),
            hold_reason=Subquery(holds.order_by("-set_at").values("reason")[:1]),
            holds_kept=Exists(inside.exclude(pk=OuterRef("pk")).filter(kept).exclude(sorted_out))
            | Exists(documents.filter(kept).exclude(effective_series=OuterRef("effective_series"))),
            holds_open=Exists(inside.filter(state=FolderState.OPEN)),
            on_slip=Subquery(Line.objects.filter(folder=OuterRef("pk"), is_open=True).values("elimination")[:1]),
            on_transfer=Subquery(
                TransferFolder.objects.filter(folder=OuterRef("pk"), is_open=True).values("transfer")[:1]
            ),
        )
    )


def to_eliminate(day: datetime.date | None = None):
    """Those that the plan destroys, or that the sorting decided to."""
    found = over(day).filter(Q(effective_series__fate="destroy") | Q(effective_series__fate="sort", decision="destroy"))
    above = Folder.objects.eliminable(day).values("pk")  # what goes with the file above is not shown twice
    return found.exclude(parent__in=above)


def to_sort(day: datetime.date | None = None):
    """Those whose fate is « tri » and of which nothing is decided yet."""
    return over(day).filter(effective_series__fate="sort", decision=None)


def to_transfer(day: datetime.date | None = None):
    """Those that the plan keeps for ever, or that the sorting decided to keep."""
    found = over(day).filter(Q(effective_series__fate="keep") | Q(effective_series__fate="sort", decision="keep"))
    above = Folder.objects.filter(state=FolderState.CLOSED, retention_end__lt=day or timezone.localdate())
    return found.exclude(parent__in=above.filter(effective_series__fate="keep", held=False).values("pk"))


def boxes(fate: str, day: datetime.date | None = None):
    """The boxes whose DUA is over, by what becomes of them: a key of FATES."""
    decision = Subquery(Sorting.objects.filter(box=OuterRef("pk")).values("choice")[:1])
    on_slip = Subquery(Line.objects.filter(box=OuterRef("pk"), is_open=True).values("elimination")[:1])
    on_transfer = Subquery(PaperLine.objects.filter(box=OuterRef("pk"), is_open=True).values("transfer")[:1])
    found = Box.objects.due(day).annotate(decision=decision, on_slip=on_slip, on_transfer=on_transfer).with_loan()
    wanted = {
        "eliminer": Q(series__fate="destroy") | Q(series__fate="sort", decision="destroy"),
        "trier": Q(series__fate="sort", decision=None),
        "verser": Q(series__fate="keep") | Q(series__fate="sort", decision="keep"),
    }[fate]
    return found.filter(wanted)


@dataclass(frozen=True)
class Obstacle:
    """What keeps a file or a box, in plain words; `is_hold` = a hold; `url` = the page that says more."""

    text: str
    is_hold: bool = False
    url: str = ""


def obstacle(folder: Folder, *, destroying: bool = True) -> Obstacle | None:
    """What keeps a file told by `over`; None when it may go. `destroying` = it is to be destroyed, not transferred."""
    if folder.is_held:
        reason = folder.hold_reason or "posé sur un dossier du dessus"
        return Obstacle(f"Gel : {reason}", is_hold=True)
    if folder.holds_open:
        return Obstacle("Un de ses dossiers est encore ouvert.")
    if destroying and folder.holds_kept:
        return Obstacle("Il contient des pièces que le plan de classement ne détruit pas.")
    if folder.on_slip:
        return Obstacle("Il est déjà sur un bordereau.", url=reverse("archives:elimination", args=[folder.on_slip]))
    if folder.on_transfer:
        return Obstacle("Il est déjà dans un versement.", url=reverse("archives:transfer", args=[folder.on_transfer]))
    return None


def obstacle_of_box(box: Box) -> Obstacle | None:
    """The same for a box told by `boxes`."""
    if box.held_because:
        return Obstacle(f"Gel : {box.held_because}", is_hold=True)
    if box.lent_to:
        return Obstacle(f"Elle est prêtée à {box.lent_to}.")
    if box.on_slip:
        return Obstacle("Elle est déjà sur un bordereau.", url=reverse("archives:elimination", args=[box.on_slip]))
    if box.on_transfer:
        return Obstacle("Elle est déjà dans un versement.", url=reverse("archives:paper", args=[box.on_transfer]))
    return None


def free(queryset):
    """Those of `over` that nothing keeps, as `obstacle` says."""
    return queryset.filter(is_held=False, holds_open=False, on_slip=None, on_transfer=None)
