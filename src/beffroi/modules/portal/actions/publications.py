from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from beffroi.kernel import journal
from beffroi.modules.portal import recurrence
from beffroi.modules.portal.models import Alert, Event, News, Occurrence, Publication, State
from beffroi.modules.portal.workflow import workflow_of
from beffroi.shared.files import actions as files
from beffroi.shared.organisations.models import Organisation


class OutOfReach(Exception):
    """A commune tried to publish for others than itself."""


@transaction.atomic
def create_publication(model: type[Publication], organisation: Organisation, *, actor, **values: Any):
    """A draft of news, an event or an alert, in the name of `organisation`.

    `photos` is a list of files that wait, the first is kept; `communes` those that an alert concerns. Raises
    OutOfReach when a commune writes for others.
    """
    publication = model(organisation=organisation, slug=_free_slug(model, values["title"]))
    _write(publication, values)
    journal.record("portal.create", publication, actor=actor)
    return publication


@transaction.atomic
def change_publication(publication: Publication, *, actor, **values: Any):
    """Change the content; where it stands does not move. Its address stays."""
    type(publication).objects.select_for_update().get(pk=publication.pk)
    _write(publication, values)
    journal.record("portal.change", publication, actor=actor, data={"fields": sorted(values)})
    return publication


def _write(publication: Publication, values: dict[str, Any]) -> None:
    values = dict(values)
    communes, photos = values.pop("communes", None), values.pop("photos", None)
    for name, value in values.items():
        setattr(publication, name, value)
    if publication.organisation.kind == Organisation.Kind.COMMUNE:
        _keep_to_itself(publication, communes)
        communes = [publication.organisation_id]
    publication.save()
    if isinstance(publication, Alert) and communes is not None:
        publication.communes.set(communes)
    if photos is not None:
        _set_photo(publication, photos)
    if isinstance(publication, Event):
        _set_dates(publication)


def _keep_to_itself(publication: Publication, communes) -> None:
    own = publication.organisation_id
    if isinstance(publication, Alert):
        if any(getattr(commune, "pk", commune) != own for commune in communes or ()):
            raise OutOfReach(publication.title)
    elif publication.commune_id not in (None, own):
        raise OutOfReach(publication.title)
    else:
        publication.commune_id = own


def _set_photo(publication: News | Event, photos: list) -> None:
    kept = files.attach(photos[:1], publication, public=True) if photos else []
    publication.photo = kept[0] if kept else None
    publication.save(update_fields=["photo"])


def _set_dates(event: Event) -> None:
    event.occurrences.all().delete()
    Occurrence.objects.bulk_create(
        Occurrence(event=event, starts_at=start, ends_at=end) for start, end in recurrence.dates(event)
    )


def _free_slug(model: type[Publication], title: str) -> str:
    base = slugify(title.replace("’", "-").replace("'", "-"))[:120].strip("-") or model.kind
    taken = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


@transaction.atomic
def move_publication(publication: Publication, verb: str, *, actor, check: bool = True):
    """One step of the workflow. « publish » makes it seen at its `publish_at`, or now when that is empty or past.

    Raises workflow.TransitionRefused or PermissionDenied.
    """
    update: dict[str, Any] = {}
    if verb == "publish":
        now = timezone.now()
        at = publication.publish_at
        update = {"publish_at": at or now, "announced_at": now if at is None or at <= now else None}
    return workflow_of(publication).fire(verb, publication, actor=actor, update=update, check=check)


def announce_due(now: datetime | None = None) -> int:
    """Tell the journal of what was scheduled and is now seen: search and page cache follow. Returns how many."""
    now = now or timezone.now()
    told = 0
    for model in (News, Event, Alert):
        due = model.objects.filter(state=State.PUBLISHED, announced_at=None, publish_at__lte=now)
        for pk in due.values_list("pk", flat=True)[:500]:
            told += _announce(model, pk, now)
    return told


@transaction.atomic
def _announce(model: type[Publication], pk: int, now: datetime) -> int:
    publication = model.objects.select_for_update().filter(pk=pk, announced_at=None, state=State.PUBLISHED).first()
    if publication is None:
        return 0
    publication.announced_at = now
    publication.save(update_fields=["announced_at"])
    journal.record("portal.appear", publication, actor=None)
    return 1
