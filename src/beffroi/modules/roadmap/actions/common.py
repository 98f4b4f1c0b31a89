"""What the writes of the module share."""

from django.db.models import Model
from django.utils.text import slugify

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


def free_slug(model: type[Model], text: str, *, longest: int, fallback: str) -> str:
    """A short address made of `text` that no other object of `model` has, at most `longest` characters."""
    base = slugify(text.replace("’", "-").replace("'", "-"))[: longest - 4].strip("-") or fallback
    slug, number = base, 1
    while model._default_manager.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
