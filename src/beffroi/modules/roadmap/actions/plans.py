"""Plans, axes and elected referents."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, search
from beffroi.modules.roadmap.actions.common import apply_changes, free_slug, note_fact
from beffroi.modules.roadmap.models import Action, Axis, Note, Pilot, Plan, Referent


@transaction.atomic
def create_plan(*, actor, **fields) -> Plan:
    """Open a plan; without `slug`, its address is made of its title. Records "roadmap.create_plan"."""
    plan = Plan(**fields)
    plan.slug = plan.slug or free_slug(Plan, plan.title, longest=80, fallback="plan")
    plan.full_clean()
    plan.save()
    note_fact("create_plan", plan, actor)
    return plan


@transaction.atomic
def edit_plan(plan: Plan, *, actor, **changes) -> list[str]:
    """Change a plan; publishing or hiding it also updates what the search box shows. Records "roadmap.edit_plan"."""
    changed = apply_changes(plan, changes)
    if changed:
        note_fact("edit_plan", plan, actor, fields=changed)
    if "is_public" in changed:
        for action in Action.objects.filter(axis__plan=plan).select_related("axis__plan"):
            verb = "publish" if action.is_public else "restrict"
            journal.record(f"roadmap.{verb}", action, actor=actor, data={"with_plan": plan.pk})
    return changed


@transaction.atomic
def create_axis(plan: Plan, *, actor, **fields) -> Axis:
    """Add a heading to a plan. Records "roadmap.create_axis"."""
    axis = Axis(plan=plan, **fields)
    _check_parent(axis)
    axis.full_clean()
    axis.save()
    note_fact("create_axis", plan, actor, axis=axis.pk)
    return axis


@transaction.atomic
def edit_axis(axis: Axis, *, actor, **changes) -> list[str]:
    """Change a heading. Records "roadmap.edit_axis"."""
    axis.parent = changes.get("parent", axis.parent)
    _check_parent(axis)
    axis.parent_id = Axis.objects.values_list("parent_id", flat=True).get(pk=axis.pk)
    changed = apply_changes(axis, changes)
    if changed:
        note_fact("edit_axis", axis.plan, actor, axis=axis.pk, fields=changed)
        for action in axis.actions.select_related("axis__plan", "same_as"):
            search.refresh(action)
    return changed


@transaction.atomic
def delete_axis(axis: Axis, *, actor) -> None:
    """Remove a heading that holds nothing. Records "roadmap.delete_axis"; raises ValidationError."""
    if axis.actions.exists() or axis.children.exists():
        raise ValidationError("Cet axe contient des actions ou d’autres axes : déplacez-les d’abord.")
    plan, pk = axis.plan, axis.pk
    axis.delete()
    note_fact("delete_axis", plan, actor, axis=pk)


@transaction.atomic
def create_referent(*, actor, **fields) -> Referent:
    """Name an elected member who may answer for actions. Records "roadmap.create_referent"."""
    referent = Referent(**fields)
    referent.full_clean()
    referent.save()
    note_fact("create_referent", referent, actor)
    return referent


@transaction.atomic
def edit_referent(referent: Referent, *, actor, **changes) -> list[str]:
    """Change a referent, or end their term. Records "roadmap.edit_referent"."""
    changed = apply_changes(referent, changes)
    if changed:
        note_fact("edit_referent", referent, actor, fields=changed)
    return changed


@transaction.atomic
def anonymise_referent(referent: Referent, *, actor) -> None:
    """Replace the name of a former elected member by their office. Records "roadmap.anonymise_referent"."""
    referent.name, referent.user, referent.anonymised_at = f"Ancien élu n°\u202f{referent.pk}", None, timezone.now()
    referent.save(update_fields=["name", "user", "anonymised_at"])
    note_fact("anonymise_referent", referent, actor)


@transaction.atomic
def remove_person(user, *, actor) -> int:
    """Take a person off the actions that they pilot by name, and off the notes that they signed; returns how many.

    Records "roadmap.edit" for each action.
    """
    pilots = list(Pilot.objects.filter(user=user).select_related("action"))
    for pilot in pilots:
        pilot.delete()
        note_fact("edit", pilot.action, actor, fields=["pilots"])
    Note.objects.filter(author=user).update(author=None)
    return len(pilots)


def _check_parent(axis: Axis) -> None:
    above = axis.parent
    if above is not None and above.plan_id != axis.plan_id:
        raise ValidationError({"parent": "L’axe parent appartient à un autre plan."})
    while above is not None:
        if above.pk == axis.pk:
            raise ValidationError({"parent": "Un axe ne peut pas être rangé sous lui-même."})
        above = above.parent
