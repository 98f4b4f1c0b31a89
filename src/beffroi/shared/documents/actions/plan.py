"""The classification plan."""

from django.db import transaction

from beffroi.kernel import journal
from beffroi.shared.documents import access, retention
from beffroi.shared.documents.models import Activity, Document, Folder, Series


@transaction.atomic
def save_activity(activity: Activity, *, actor) -> Activity:
    """Add or change an activity. Records "documents.activity"."""
    _may(actor, activity.organisation)
    activity.full_clean()
    activity.save()
    journal.record("documents.activity", activity, actor=actor)
    return activity


@transaction.atomic
def save_series(series: Series, *, actor) -> Series:
    """Add or change a series; what is filed in it is counted again. Records "documents.series", with the duration."""
    _may(actor, series.activity.organisation)
    series.full_clean()
    changed = series.pk is not None
    series.save()
    if changed:
        for folder in Folder.objects.alive().filter(series=series):
            retention.recount(folder)
        retention.recount_documents(Document.objects.alive().filter(series=series).select_related("series"))
    journal.record("documents.series", series, actor=actor, data={"years": series.years, "fate": series.fate})
    return series


@transaction.atomic
def copy_plan(source, target, *, actor) -> int:
    """Give a body the plan of another: what it has already is left as it is; returns how many series were added.
    Records "documents.plan" on the body."""
    _may(actor, target)
    added = 0
    for activity in Activity.objects.filter(organisation=source).prefetch_related("series"):
        copy, _created = Activity.objects.get_or_create(
            organisation=target, code=activity.code, defaults={"title": activity.title}
        )
        taken = set(copy.series.values_list("code", flat=True))
        for series in activity.series.all():
            if series.code not in taken:
                series.pk, series.activity = None, copy
                series.save(force_insert=True)
                added += 1
    journal.record("documents.plan", target, actor=actor, data={"added": added})
    return added


def _may(actor, organisation) -> None:
    access.require_manage(actor, _Body(organisation))


class _Body:
    """What `access` reads of a space, for a body that has none yet."""

    def __init__(self, organisation):
        self.organisation_id = organisation.pk
