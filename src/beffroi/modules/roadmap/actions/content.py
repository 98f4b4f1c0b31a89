"""What an action says: its text, its people, its place in the plan, who may read it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from beffroi.kernel import search
from beffroi.kernel.access import account_of
from beffroi.modules.roadmap import carriers
from beffroi.modules.roadmap.actions.common import apply_changes, free_slug, note_fact
from beffroi.modules.roadmap.models import Action, Axis, ChangeReason, Pilot, Revision
from beffroi.modules.roadmap.tracked import COMMITMENTS, TRACKED
from beffroi.shared.files.actions import remove_files_of


def next_number(axis: Axis) -> int:
    """The first free place at the end of an axis."""
    return (axis.actions.aggregate(last=Max("number"))["last"] or 0) + 1


@transaction.atomic
def create_action(
    axis: Axis, *, actor, pilots=None, partners=None, communes=None, number=None, slug="", **fields
) -> Action:
    """Write a new action in an axis, « à venir ». Records "roadmap.create". Raises ValidationError."""
    Axis.objects.select_for_update().get(pk=axis.pk)
    action = Action(axis=axis, number=number or next_number(axis), **fields)
    action.slug = free_slug(Action, slug or action.title, longest=84, fallback="action")
    action.full_clean()
    action.save()
    _set_people(action, pilots, partners, communes)
    note_fact("create", action, actor)
    _tell_assigned(action, actor, set())
    return action


@transaction.atomic
def edit_action(action: Action, *, actor, reason="", pilots=None, partners=None, communes=None, **changes) -> list[str]:
    """Change an action; returns the names of what changed. Records "roadmap.edit".

    Once the plan has a revision, a change to a commitment (see `tracked.COMMITMENTS`) wants a `reason`.
    Raises ValidationError, keyed by field.
    """
    locked = Action.objects.select_for_update(of=("self",)).select_related("axis__plan").get(pk=action.pk)
    before = carriers.of_action(locked) if pilots is not None or "referent" in changes else set()
    changed = apply_changes(locked, changes)
    changed += _set_people(locked, pilots, partners, communes)
    if not changed:
        return []
    if not reason.strip() and COMMITMENTS & set(changed) and has_revision(locked):
        raise ValidationError(
            {"reason": "Ce changement touche un engagement du plan : dites pourquoi, la révision le reprendra."}
        )
    keep_reason(locked, actor, changed, reason)
    note_fact("edit", locked, actor, fields=changed)
    if {"pilots", "referent"} & set(changed):
        _tell_assigned(locked, actor, before)
    action.refresh_from_db()
    return changed


def _tell_assigned(action: Action, actor, before: set[int]) -> None:
    """Record "roadmap.assign" when somebody new carries the action."""
    new = carriers.of_action(action) - before
    if new:
        note_fact("assign", action, actor, users=sorted(new))


def has_revision(action: Action) -> bool:
    return Revision.objects.filter(plan_id=action.axis.plan_id).exists()


def keep_reason(action: Action, actor, fields: list[str], reason: str) -> None:
    """Keep why these fields changed, for the next revision."""
    names = sorted({"reference" if name in {"axis", "number"} else name for name in fields} & set(TRACKED))
    if reason.strip() and names:
        ChangeReason.objects.create(action=action, fields=names, reason=reason.strip(), author=account_of(actor))


@transaction.atomic
def set_pilots(action: Action, *, actor, users=(), teams=(), organisations=(), reason="") -> list[str]:
    """Say who carries the action. Records "roadmap.edit" when that changes."""
    pilots = {"user": users, "team": teams, "organisation": organisations}
    return edit_action(action, actor=actor, reason=reason, pilots=pilots)


@transaction.atomic
def copy_action(action: Action, *, actor, axis: Axis | None = None) -> Action:
    """A new action with the same text, people and steps (not yet done), at the end of the axis, restricted until read.

    Records "roadmap.create".
    """
    axis = axis or action.axis
    same = ("summary", "description", "objectives", "audience", "means", "referent", "other_partners", "priority")
    copy = create_action(
        axis,
        actor=actor,
        title=f"{action.title[:190]} (copie)",
        tags=list(action.tags),
        restricted=True,
        partners=list(action.partners.all()),
        communes=list(action.communes.all()),
        pilots={
            kind: [getattr(pilot, kind) for pilot in action.pilots.all() if getattr(pilot, f"{kind}_id")]
            for kind in ("user", "team", "organisation")
        },
        **{name: getattr(action, name) for name in same},
    )
    for step in action.steps.all():
        copy.steps.create(position=step.position, title=step.title)
    return copy


@transaction.atomic
def delete_action(action: Action, *, actor) -> None:
    """Remove an action written by mistake. Refused once a revision holds it: then it is abandoned, not erased.

    Records "roadmap.delete" on the plan; raises ValidationError.
    """
    plan, uid = action.axis.plan, str(action.uid)
    for revision in plan.revisions.only("content"):
        if any(kept["uid"] == uid for kept in revision.content["actions"]):
            raise ValidationError("Cette action figure dans une révision : abandonnez-la plutôt que de l’effacer.")
    if action.repeats.exists():
        raise ValidationError("D’autres lignes répètent cette action : rattachez-les d’abord à une autre.")
    reference, pk = action.reference, action.pk
    search.forget(action)
    remove_files_of(action)
    action.delete()
    note_fact("delete", plan, actor, action=pk, reference=reference)


@transaction.atomic
def mark_same(action: Action, original: Action | None, *, actor, reason="") -> list[str]:
    """Say that a line repeats another action (or, with None, that it is an action of its own). Counted once.

    Records "roadmap.edit". Raises ValidationError.
    """
    if original is not None:
        if original.axis.plan_id != action.axis.plan_id:
            raise ValidationError({"same_as": "Les deux actions doivent être du même plan."})
        if original.same_as_id or action.repeats.exists() or original.pk == action.pk:
            raise ValidationError({"same_as": "Rattachez la ligne à l’action d’origine, pas à une autre répétition."})
        if action.state != "planned":
            raise ValidationError({"same_as": "Cette action a déjà avancé : elle ne peut plus être une répétition."})
    return edit_action(action, actor=actor, reason=reason, same_as=original)


@transaction.atomic
def restrict_action(action: Action, *, actor) -> None:
    """Take an action out of everything public. Records "roadmap.restrict"."""
    if apply_changes(action, {"restricted": True}):
        note_fact("restrict", action, actor)
        _index_repeats(action)


@transaction.atomic
def publish_action(action: Action, *, actor) -> None:
    """Show an action to everyone; what was done while it was restricted stays out of its public history.

    Records "roadmap.publish".
    """
    if apply_changes(action, {"restricted": False}):
        note_fact("publish", action, actor)
        _index_repeats(action)


def _index_repeats(action: Action) -> None:
    """The lines that repeat an action are found by the same people."""
    for repeat in action.repeats.select_related("axis__plan", "same_as"):
        search.refresh(repeat)


def _set_people(action: Action, pilots, partners, communes) -> list[str]:
    changed = []
    if pilots is not None and _set_pilots(action, pilots):
        changed.append("pilots")
    for name, wanted in (("partners", partners), ("communes", communes)):
        if wanted is not None:
            manager = getattr(action, name)
            if set(manager.values_list("pk", flat=True)) != {obj.pk for obj in wanted}:
                manager.set(wanted)
                changed.append(name)
    return changed


def _set_pilots(action: Action, pilots: dict) -> bool:
    wanted = {(kind, obj.pk) for kind, objects in pilots.items() for obj in objects}
    kept = set()
    for pilot in action.pilots.all():
        key = next((kind, pk) for kind in ("user", "team", "organisation") if (pk := getattr(pilot, f"{kind}_id")))
        if key in wanted:
            kept.add(key)
        else:
            pilot.delete()
            kept.add(None)
    for kind, pk in sorted(wanted - kept):
        Pilot.objects.create(action=action, **{f"{kind}_id": pk})
    return None in kept or bool(wanted - kept)
