"""What is offered, and the places that follow from it."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare import places
from beffroi.modules.childcare.actions.waiting import offer_free_places
from beffroi.modules.childcare.models import Activity, DocumentKind, Group, GroupDay, Period, Place, Site, Unit


@transaction.atomic
def save_site(site: Site, *, actor) -> Site:
    """Write a site. Records "childcare.site"."""
    site.full_clean()
    site.save()
    journal.record("childcare.site", site, actor=actor)
    return site


@transaction.atomic
def save_activity(activity: Activity, *, actor, documents=None, incompatible=None) -> Activity:
    """Write an activity, the documents it asks for and what it cannot go with. Records "childcare.activity"."""
    activity.full_clean()
    activity.save()
    if documents is not None:
        activity.documents.set(documents)
    if incompatible is not None:
        activity.incompatible.set(incompatible)
    journal.record("childcare.activity", activity, actor=actor)
    refresh_places(activity)
    return activity


@transaction.atomic
def save_document_kind(kind: DocumentKind, *, actor) -> DocumentKind:
    """Write a kind of document. Records "childcare.document_kind"."""
    kind.full_clean()
    kind.save()
    journal.record("childcare.document_kind", kind, actor=actor)
    return kind


@transaction.atomic
def save_part(part: Period | Group | Unit, *, actor) -> Period | Group | Unit:
    """Write a period, a group or a unit of an activity; the places follow. Records "childcare.<its name>"."""
    part.full_clean()
    part.save()
    journal.record("childcare.part", part.activity, actor=actor, data={part._meta.model_name: part.pk})
    refresh_places(part.activity)
    return part


@transaction.atomic
def set_group_day(group: Group, day: datetime.date, *, actor, staff: int, note: str = "") -> GroupDay:
    """Say how many facilitators a group has that day: its places follow, bookings already made are kept."""
    exception, _created = GroupDay.objects.update_or_create(
        group=group, day=day, defaults={"staff": staff, "note": note}
    )
    data = {"group": group.pk, "day": day.isoformat(), "staff": staff}
    journal.record("childcare.group_day", group.activity, actor=actor, data=data)
    refresh_places(group.activity, since=day, until=day)
    return exception


@transaction.atomic
def refresh_places(activity: Activity, *, since: datetime.date | None = None, until: datetime.date | None = None):
    """Compute again the places of an activity from `since` (today) on; returns how many lines there are.

    A day that no longer takes place keeps its bookings with no place left, so that the agents see them; places that
    become free are offered to those who wait.
    """
    since = since or timezone.localdate()
    groups = list(activity.groups.filter(is_active=True))
    units = list(activity.units.filter(is_active=True))
    exceptions = GroupDay.objects.filter(group__activity=activity, day__gte=since)
    wanted = places.capacities(activity, groups, units, exceptions, since)
    if until is not None:
        wanted = {key: value for key, value in wanted.items() if key[1] <= until}
    held = Place.objects.filter(group__activity=activity, day__gte=since)
    if until is not None:
        held = held.filter(day__lte=until)
    held = list(held.select_for_update().order_by("pk"))
    known = {(one.group_id, one.day, one.slot): one for one in held}
    Place.objects.bulk_create(
        [
            Place(group_id=group, day=day, slot=slot, capacity=capacity)
            for (group, day, slot), capacity in wanted.items()
            if (group, day, slot) not in known
        ],
        batch_size=2000,
        ignore_conflicts=True,
    )
    changed, gone, freed = [], [], set()
    for key, one in known.items():
        capacity = wanted.get(key, 0)
        if key not in wanted and not one.taken:
            gone.append(one.pk)
        elif one.capacity != capacity:
            if capacity > one.capacity:
                freed.add((one.group_id, one.day))
            one.capacity = capacity
            changed.append(one)
    Place.objects.bulk_update(changed, ["capacity"], batch_size=1000)
    Place.objects.filter(pk__in=gone).delete()
    offer_free_places(freed)
    return len(wanted)
