"""The catalogue of the open datasets: a sheet for each."""

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, modules
from beffroi.kernel.datasets import snapshots
from beffroi.modules.transparency.catalogue import CODE
from beffroi.modules.transparency.models import DatasetSheet

FIELDS = ("theme", "scale", "starts_on", "ends_on", "published_on")


@transaction.atomic
def list_datasets(*, actor) -> int:
    """Open the sheet of each dataset that has none; returns how many. Records "transparency.list_datasets".

    A dataset is held to be published on the day when its rows were first read, and to begin that day: the sheet is
    then completed by a person.
    """
    known, today = set(DatasetSheet.objects.values_list("code", flat=True)), timezone.localdate()
    made = []
    for dataset in modules.collect("datasets"):
        if dataset.code in known or dataset.code == CODE:
            continue
        snapshot = snapshots.kept(dataset)
        day = min(today, timezone.localdate(snapshot.changed_at)) if snapshot else today
        made.append(DatasetSheet(code=dataset.code, starts_on=day, published_on=day))
    opened = DatasetSheet.objects.bulk_create(made, ignore_conflicts=True)
    if opened:
        first = DatasetSheet.objects.get(code=made[0].code)
        journal.record("transparency.list_datasets", first, actor=actor, data={"codes": [one.code for one in made]})
    return len(opened)


@transaction.atomic
def save_sheet(sheet: DatasetSheet, *, actor) -> DatasetSheet:
    """Complete the sheet of a dataset. Records "transparency.sheet". Raises ValidationError."""
    sheet.full_clean()
    sheet.save(update_fields=FIELDS)
    journal.record("transparency.sheet", sheet, actor=actor)
    return sheet
