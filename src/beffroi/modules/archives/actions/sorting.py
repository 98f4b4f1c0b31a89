"""Decide of what the plan says to sort (« tri »), one file or a whole lot by a sampling that is written down."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.archives import eligibility, rights
from beffroi.modules.archives.models import Box, Sorting
from beffroi.shared.documents.models import Folder

METHODS = {
    "destroy": "Éliminer tout",
    "keep": "Conserver tout",
    "sample": "Échantillon : conserver un dossier sur N, dans l’ordre des noms",
    "years": "Échantillon : conserver les années qui finissent par 0 ou 5",
}
Choice = Sorting.Choice


@transaction.atomic
def sort_files(
    organisation, *, actor, folders: Iterable[Folder] = (), boxes: Iterable[Box] = (), method: str, step: int = 10
) -> dict[str, int]:
    """Decide of these files and boxes by a method (a key of METHODS); returns {"keep": n, "destroy": n}.

    A sampling is deterministic, so that it can be checked: files in the order of their names, the first of each `step`
    is kept; or those that were closed in a year ending in 0 or 5. Records "archives.sort" on each. Raises
    ValidationError when one is not to be sorted.
    """
    rights.require(actor, rights.PREPARE, organisation)
    if method not in METHODS:
        raise ValidationError({"method": "Choisissez une méthode."})
    if method == "sample" and not 2 <= step <= 100:
        raise ValidationError({"step": "De 2 à 100."})
    wanted = {folder.pk for folder in folders}
    asked = eligibility.to_sort().filter(pk__in=wanted, space__organisation=organisation)
    files = sorted(asked, key=lambda one: (one.name.casefold(), one.pk))
    asked_boxes = eligibility.boxes("trier").filter(pk__in=[box.pk for box in boxes], organisation=organisation)
    paper = sorted(asked_boxes, key=lambda one: (one.title.casefold(), one.pk))
    if len(files) < len(wanted) or not (files or paper):
        raise ValidationError("L’un d’eux n’est plus à trier : rechargez la liste.")
    told = METHODS[method] if method != "sample" else f"Échantillon : un dossier conservé sur {step}, par nom"
    counts = {"keep": 0, "destroy": 0}
    for rank, thing in enumerate([*files, *paper]):
        choice = _choice(method, rank, step, thing.closed_on)
        where = {"folder": thing} if isinstance(thing, Folder) else {"box": thing}
        Sorting.objects.create(choice=choice, method=told, by=actor, **where)
        journal.record("archives.sorted", thing, actor=actor, data={"choice": str(choice), "method": told})
        counts[str(choice)] += 1
    return counts


def _choice(method: str, rank: int, step: int, closed) -> str:
    if method == "sample":
        return Choice.KEEP if rank % step == 0 else Choice.DESTROY
    if method == "years":
        return Choice.KEEP if closed is not None and closed.year % 5 == 0 else Choice.DESTROY
    return Choice(method)


@transaction.atomic
def unsort(sorting: Sorting, *, actor) -> None:
    """Think again: the file is to be sorted, unless it is already on a slip or in a transfer. Records
    "archives.unsorted"."""
    thing = sorting.folder or sorting.box
    rights.require(actor, rights.PREPARE, thing.space.organisation_id if sorting.folder else thing.organisation_id)
    taken = (
        thing.archive_lines.filter(is_open=True).exists() or thing.archive_transfers.filter(is_open=True).exists()
        if sorting.folder
        else thing.lines_of_slips.filter(is_open=True).exists()
    )
    if taken or thing.state not in ("closed", "kept"):
        raise ValidationError("Trop tard : il est déjà sur un bordereau ou dans un versement.")
    journal.record("archives.unsorted", thing, actor=actor)
    sorting.delete()
