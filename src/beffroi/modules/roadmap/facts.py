"""What happened to the actions, told from the journal: everything for the desk, only what is public for the site."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.modules.roadmap.models import Action, Note, Revision, Step

# verb: (what it says, tone, icon)
LABELS = {
    "create": ("Action inscrite au plan", "new", "plus"),
    "edit": ("Fiche modifiée", "neutral", "pencil"),
    "publish": ("Action publiée", "neutral", "eye"),
    "restrict": ("Action restreinte", "waiting", "lock"),
    "start": ("Action démarrée", "progress", "circle-play"),
    "resume": ("Action reprise", "progress", "circle-play"),
    "finish": ("Action réalisée", "done", "circle-check"),
    "pause": ("Action mise en pause", "waiting", "circle-pause"),
    "block": ("Action bloquée", "late", "octagon-alert"),
    "postpone": ("Action remise à venir", "waiting", "calendar"),
    "drop": ("Action abandonnée", "neutral", "circle-x"),
    "reopen": ("Action rouverte", "progress", "history"),
    "steps": ("Étapes modifiées", "neutral", "list-checks"),
    "complete_step": ("Étape franchie", "done", "check"),
    "budget": ("Budget modifié", "neutral", "euro"),
    "fundings": ("Financements modifiés", "neutral", "handshake"),
    "note": ("Point d’avancement interne", "neutral", "message-square"),
    "publish_note": ("Point d’avancement", "progress", "message-square"),
    "hide_note": ("Point d’avancement retiré du site", "waiting", "eye-off"),
    "remove_note": ("Point d’avancement effacé", "neutral", "trash-2"),
    "indicators": ("Indicateurs modifiés", "neutral", "chart-line"),
    "value": ("Valeur d’indicateur notée", "neutral", "chart-line"),
    "link": ("Lien ajouté", "neutral", "link"),
    "unlink": ("Lien retiré", "neutral", "link"),
    "document": ("Document ajouté", "neutral", "paperclip"),
    "late": ("Date prévue dépassée", "late", "alarm-clock"),
    "late_step": ("Étape en retard", "late", "alarm-clock"),
    "assign": ("Action confiée", "neutral", "user-plus"),
    "remove_document": ("Document retiré", "neutral", "paperclip"),
}
PUBLIC = (
    "create",
    "publish",
    "start",
    "resume",
    "finish",
    "pause",
    "block",
    "postpone",
    "drop",
    "reopen",
    "complete_step",
    "publish_note",
)


@dataclass(frozen=True, kw_only=True)
class Fact:
    """One thing that happened; `at` is when it did, `recorded_at` when it was written."""

    key: str
    at: date | datetime
    recorded_at: datetime
    title: str
    text: str = ""
    tone: str = "neutral"
    icon: str = "circle"
    author: str = ""
    private: bool = False
    action: Any = None

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date() if isinstance(self.at, datetime) else self.at

    @property
    def url(self) -> str:
        return self.action.get_absolute_url() if self.action else ""


class _Details:
    """The notes and steps that a set of entries names, fetched together, save those that are already at hand."""

    def __init__(self, entries: list[Entry], notes: Iterable[Note] | None = None, steps: Iterable[Step] | None = None):
        self.notes = self._all(Note, {entry.data["note"] for entry in entries if "note" in entry.data}, notes)
        self.steps = self._all(Step, {entry.data["step"] for entry in entries if "step" in entry.data}, steps)

    @staticmethod
    def _all(model, wanted: set[int], known) -> dict:
        if known is not None:
            return {one.pk: one for one in known}
        return model.objects.in_bulk(wanted) if wanted else {}

    def note(self, entry: Entry) -> Note | None:
        return self.notes.get(entry.data.get("note"))

    def step(self, entry: Entry) -> Step | None:
        return self.steps.get(entry.data.get("step"))

    def moment(self, entry: Entry) -> date | datetime:
        """When the thing happened, as far as it was said."""
        step, note = self.step(entry), self.note(entry)
        if "on" in entry.data:
            day = date.fromisoformat(entry.data["on"])
            return entry.at if day == timezone.localtime(entry.at).date() else day
        if step is not None and step.done_on is not None:
            return step.done_on
        if note is not None and not note.is_reason:
            return note.created_at
        return entry.at


def _entries(actions: Iterable[Action], verbs: Iterable[str]):
    kind = ContentType.objects.get_for_model(Action)
    return Entry.objects.filter(
        target_type=kind,
        target_id__in=[action.pk for action in actions],
        verb__in=[f"roadmap.{verb}" for verb in verbs],
    )


def history(action: Action) -> list[Fact]:
    """Everything that happened to one action, newest first, for those who may open it at the desk."""
    entries = list(_entries([action], LABELS).select_related("actor").order_by("-id"))
    details = _Details(entries, action.notes.all(), action.steps.all())
    facts = []
    for entry in entries:
        verb = entry.verb.removeprefix("roadmap.")
        title, tone, icon = LABELS[verb]
        note, step = details.note(entry), details.step(entry)
        facts.append(
            Fact(
                key=f"fait-{entry.pk}",
                at=details.moment(entry),
                recorded_at=entry.at,
                title=f"{title}\u202f: {step.title}" if step else title,
                text=note.body if note else "",
                tone=tone,
                icon=icon,
                author=str(entry.actor) if entry.actor else "",
                private=note is not None and not note.public,
            )
        )
    return list(_gathered(facts))


def _gathered(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The same gesture made several times in a row, by one person on one day, told once with its count."""

    def alike(fact: Fact) -> tuple:
        return (fact.title, fact.day, fact.author, fact.text)

    for _key, group in groupby(facts, alike):
        same = list(group)
        yield same[0] if len(same) == 1 else replace(same[0], title=f"{same[0].title}, {len(same)} fois")


def public_facts(actions: Iterable[Action], limit: int | None = None, steps=None) -> list[Fact]:
    """What everyone may know of these actions, newest first: nothing about a restricted one, nothing from the time
    when one was restricted, no name of an agent, no note that was not published. `steps`: those already at hand."""
    actions = [action for action in actions if action.is_public]
    by_id = {action.pk: action for action in actions}
    published = Entry.objects.filter(
        target_type_id=OuterRef("target_type_id"), target_id=OuterRef("target_id"), verb="roadmap.publish"
    )
    last = published.order_by("-id").values("id")[:1]
    query = _entries(actions, PUBLIC).annotate(since=Coalesce(Subquery(last), 0)).filter(id__gte=F("since"))
    entries = list(query.order_by("-id")[: limit * 3 if limit else None])
    details = _Details(entries, steps=steps)
    facts = []
    for entry in entries:
        verb = entry.verb.removeprefix("roadmap.")
        note, step = details.note(entry), details.step(entry)
        if verb == "publish_note" and not (note and note.public):
            continue
        title, tone, icon = LABELS[verb]
        facts.append(
            Fact(
                key=f"fait-{entry.pk}",
                at=details.moment(entry),
                recorded_at=entry.at,
                title=f"{title}\u202f: {step.title}" if step else title,
                text=note.body if note and note.public else "",
                tone=tone,
                icon=icon,
                action=by_id[entry.target_id],
            )
        )
    facts.sort(key=lambda fact: (fact.day, fact.recorded_at), reverse=True)
    return facts[:limit]


@dataclass(frozen=True, kw_only=True)
class RevisionFact(Fact):
    """The adoption of a revision, as a fact of the plan."""

    revision: Any = None

    @property
    def url(self) -> str:
        return reverse("roadmap:public_revision", args=[self.revision.plan.slug, self.revision.number])


def adoptions(plans) -> list[RevisionFact]:
    """The adopted revisions of published plans."""
    revisions = Revision.objects.filter(plan__in=plans, adopted_on__isnull=False).select_related("plan")
    return [
        RevisionFact(
            key=f"revision-{revision.pk}",
            at=revision.adopted_on,
            recorded_at=revision.frozen_at,
            title=f"{revision.plan.title}\u202f: révision n°\u202f{revision.number} adoptée",
            text=revision.summary,
            tone="done",
            icon="landmark",
            revision=revision,
        )
        for revision in revisions.defer("content", "changes")
    ]


def told(facts: Iterable[Fact]) -> list[dict]:
    """Facts ready for the timeline of their own action: without a link to the page that shows them."""
    names = ("at", "title", "text", "tone", "icon", "author", "private")
    return [{name: getattr(fact, name) for name in names} for fact in facts]


def named(facts: Iterable[Fact]) -> list[dict]:
    """Facts of several actions, ready for a timeline: each says of which action it speaks."""
    lines = []
    for fact in facts:
        title = fact.title
        if fact.action:
            title = f"{fact.action.title}\u202f: {title[0].lower()}{title[1:]}"
        lines.append(
            {"at": fact.at, "title": title, "text": fact.text, "tone": fact.tone, "icon": fact.icon, "url": fact.url}
        )
    return lines
