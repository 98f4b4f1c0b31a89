"""Follow folders and documents, write down days to remember; and, each morning, tell what there is to tell."""

import datetime
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents.models import Document, DocumentType, Folder, Following, Reminder, Version
from beffroi.shared.documents.workflow import DocumentState

MOST = 100
ALIVE = (DocumentState.DRAFT, DocumentState.FINAL)


def toggle_following(thing: Folder | Document, *, actor) -> bool:
    """Be told of what is new in a folder or a document, or no longer; returns whether one is. A person's own list:
    nothing in the journal."""
    target = {"folder": thing} if isinstance(thing, Folder) else {"document": thing}
    removed, _details = Following.objects.filter(user=actor, **target).delete()
    if removed:
        return False
    if Following.objects.filter(user=actor).count() >= MOST:
        raise ValidationError(f"{MOST} suivis au plus : cessez-en un.")
    Following.objects.get_or_create(user=actor, **target)
    return True


def stop_following(following: Following, *, actor) -> None:
    """Stop following, even what one no longer sees."""
    Following.objects.filter(pk=following.pk, user=actor).delete()


def add_reminder(document: Document, *, actor, due_on: datetime.date, label: str) -> Reminder:
    """Write down a day to remember, for oneself. A person's own list: nothing in the journal."""
    if due_on <= timezone.localdate():
        raise ValidationError({"due_on": "Donnez un jour à venir."})
    if Reminder.objects.filter(user=actor, told_at=None).count() >= MOST:
        raise ValidationError(f"{MOST} rappels au plus : ôtez-en un.")
    reminder = Reminder(document=document, user=actor, due_on=due_on, label=label.strip())
    reminder.full_clean(exclude=["field", "told_at"])
    reminder.save(force_insert=True)
    return reminder


def drop_reminder(reminder: Reminder, *, actor) -> None:
    """Forget a day of one's own."""
    Reminder.objects.filter(pk=reminder.pk, user=actor).delete()


def tell_news(now: datetime.datetime | None = None) -> int:
    """Tell each person what came since the last time in what they follow, one message for each thing. Records
    "documents.news" on it; returns how many messages. Run twice at once, nothing is told twice."""
    now = now or timezone.now()
    told = 0
    for pk in Following.objects.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            rows = Following.objects.select_for_update(skip_locked=True, of=("self",))
            one = rows.filter(pk=pk).select_related("folder", "document", "user").first()
            if one is not None and one.told_until < now:
                told += _tell(one, now)
    return told


def _tell(one: Following, now: datetime.datetime) -> bool:
    thing = one.thing
    seen = type(thing).objects.visible_to(one.user).filter(pk=thing.pk).exists()
    count = new_versions(one, now).count() if seen else 0
    one.told_until = now
    one.save(update_fields=["told_until"])
    if count:
        journal.record("documents.news", thing, actor=None, data={"following": one.pk, "count": count})
    return bool(count)


def new_versions(one: Following, now: datetime.datetime):
    """The versions that came in what a person follows and may see, made by somebody else."""
    seen = Document.objects.visible_to(one.user)
    inside = seen.filter(pk=one.document_id) if one.document_id else seen.below(one.folder)
    found = Version.objects.filter(document__in=inside, created_at__gt=one.told_until, created_at__lte=now)
    return found.exclude(author=one.user)


def tell_reminders(day: datetime.date | None = None) -> int:
    """Tell the days that have come: those that people wrote down, and those of the typed fields that say how many days
    before. Records "documents.reminder"; returns how many. Each is told once."""
    day = day or timezone.localdate()
    Reminder.objects.bulk_create(_of_fields(day), ignore_conflicts=True, batch_size=500)
    told = 0
    due = Reminder.objects.filter(told_at=None).exclude(user__isnull=False, due_on__gt=day)
    for pk in list(due.order_by("due_on", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = Reminder.objects.select_for_update(skip_locked=True, of=("self",)).select_related("document")
            one = rows.filter(pk=pk, told_at=None).first()
            if one is None:
                continue
            one.told_at = timezone.now()
            one.save(update_fields=["told_at"])
            if one.document.removal_id is None and one.document.state in ALIVE:
                journal.record("documents.reminder", one.document, actor=None, data={"reminder": one.pk})
                told += 1
    return told


def _of_fields(day: datetime.date) -> Iterator[Reminder]:
    """The dates of typed fields that are near enough to be told, and have not passed."""
    for kind in DocumentType.objects.filter(fields__contains=[{"type": "date"}]):
        for spec in kind.fields:
            if spec["type"] != "date" or not spec.get("remind"):
                continue
            last = day + datetime.timedelta(days=int(spec["remind"]))
            dated = Document.objects.alive().filter(kind=kind, state__in=ALIVE, values__has_key=spec["name"])
            dated = dated.annotate(said=KeyTextTransform(spec["name"], "values"))
            for document in dated.filter(said__gte=day.isoformat(), said__lte=last.isoformat()):
                try:
                    due_on = datetime.date.fromisoformat(document.said)
                except ValueError:
                    continue  # a program wrote something else there
                yield Reminder(document=document, field=spec["name"], due_on=due_on, label=spec["label"][:160])
