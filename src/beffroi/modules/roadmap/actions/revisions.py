"""Freezing and adopting revisions; the yearly reminder."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from beffroi.kernel.access import account_of
from beffroi.modules.roadmap import snapshots
from beffroi.modules.roadmap.actions.common import note_fact
from beffroi.modules.roadmap.models import ChangeReason, Note, Plan, Revision


def pending_changes(plan: Plan, last: Revision | None = None, now: dict | None = None) -> list[dict]:
    """What changed since the last revision (nothing without one), each with the `reason` noted meanwhile.

    `last` and `now` = the last revision and the plan as `snapshots.take` gives it, where they are known already.
    """
    last = last or plan.revisions.order_by("-number").first()
    if last is None:
        return []
    changes = snapshots.compare(last.content, now or snapshots.take(plan))
    noted = reasons_since(plan, last.frozen_at)
    for change in changes:
        change["reason"] = " — ".join(noted.get(change["uid"], []))
    return changes


def reasons_since(plan: Plan, moment) -> dict[str, list[str]]:
    """The reasons written since `moment`, by action (its `uid`), oldest first and without repeats."""
    since = {"action__axis__plan": plan, "created_at__gt": moment}
    changes = ChangeReason.objects.filter(**since).order_by().values_list("created_at", "action__uid", "reason")
    notes = Note.objects.filter(**since, is_reason=True).order_by().values_list("created_at", "action__uid", "body")
    lines = changes.union(notes)
    found: dict[str, list[str]] = {}
    for _at, uid, reason in sorted(lines):
        kept = found.setdefault(str(uid), [])
        if reason not in kept:
            kept.append(reason)
    return found


@transaction.atomic
def freeze_revision(
    plan: Plan, *, actor, label: str, summary="", reasons: dict[str, str] | None = None, frozen_at=None
) -> Revision:
    """Freeze the plan as it is. From the second revision on, each change carries its reason.

    `reasons` = {uid of the action: text}, completing what was noted along the year; `frozen_at` is given only to take
    up the past of a plan that began elsewhere. Records "roadmap.freeze_revision".
    Raises ValidationError keyed by `reason-<uid>` for each change that nobody explained.
    """
    Plan.objects.select_for_update().get(pk=plan.pk)
    changes = pending_changes(plan)
    missing = {}
    for change in changes:
        change["reason"] = ((reasons or {}).get(change["uid"]) or change["reason"]).strip()
        if not change["reason"]:
            missing[f"reason-{change['uid']}"] = f"Dites pourquoi « {change['title']} » a changé."
    if missing:
        raise ValidationError(missing)
    content = snapshots.take(plan)
    number = (plan.revisions.aggregate(last=Max("number"))["last"] or 0) + 1
    revision = Revision(
        plan=plan,
        number=number,
        label=label.strip(),
        summary=summary.strip(),
        content=content,
        changes=changes,
        digest=snapshots.digest(content, changes),
        frozen_at=frozen_at or timezone.now(),
        frozen_by=account_of(actor),
    )
    revision.full_clean(exclude=["changes"])
    revision.save()
    note_fact("freeze_revision", plan, actor, revision=number, digest=revision.digest)
    return revision


@transaction.atomic
def adopt_revision(revision: Revision, *, actor, adopted_on: date, deliberation: str) -> Revision:
    """Write that the assembly adopted the revision, once. Records "roadmap.adopt_revision". Raises ValidationError."""
    revision = Revision.objects.select_for_update().get(pk=revision.pk)
    if revision.adopted_on is not None:
        raise ValidationError("L’adoption de cette révision est déjà enregistrée.")
    if not deliberation.strip():
        raise ValidationError({"deliberation": "Indiquez la référence de la délibération."})
    if adopted_on > timezone.localdate():
        raise ValidationError({"adopted_on": "Cette date est dans l’avenir."})
    revision.adopted_on, revision.deliberation = adopted_on, deliberation.strip()
    revision.save(update_fields=["adopted_on", "deliberation"])
    note_fact("adopt_revision", revision.plan, actor, revision=revision.number)
    return revision


def revision_due_on(plan: Plan) -> date:
    """The day from which the plan should be revised: so many months after its last revision, or after its start."""
    last = plan.revisions.order_by("-number").values_list("adopted_on", "frozen_at").first()
    since = plan.start if last is None else last[0] or timezone.localdate(last[1])
    months = since.month - 1 + plan.revision_months
    first = date(since.year + months // 12, months % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first.replace(day=1) + timedelta(days=since.day - 1), following - timedelta(days=1))


@transaction.atomic
def remind_revision(plan: Plan, *, today: date) -> bool:
    """Record "roadmap.revision_due", once a month while the revision is late and the plan runs; True if recorded.

    The source asks for it: objectives are to be kept up to date.
    """
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if today > plan.end or today < revision_due_on(plan):
        return False
    if plan.reminded_on is not None and (today - plan.reminded_on).days < 30:
        return False
    plan.reminded_on = today
    plan.save(update_fields=["reminded_on"])
    note_fact("revision_due", plan, None, due=revision_due_on(plan).isoformat())
    return True
