"""What the writes of the module share."""

from django.db.models import Model

from beffroi.kernel import journal


def apply_changes(obj: Model, changes: dict) -> list[str]:
    """Assign the values that differ, check the model's constraints, save; returns the names of the changed fields.

    Raises ValidationError, keyed by field.
    """
    changed = [name for name, value in changes.items() if getattr(obj, name) != value]
    for name in changed:
        setattr(obj, name, changes[name])
    if changed:
        obj.full_clean(validate_unique=True)
        obj.save()
    return changed


def note_fact(verb: str, target: Model, actor, **data) -> None:
    """Record « roadmap.<verb> » in the journal."""
    journal.record(f"roadmap.{verb}", target, actor=actor, data=data)
