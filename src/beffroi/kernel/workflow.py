"""States and transitions as a table that a clerk can read."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied

from beffroi.kernel import journal


class TransitionRefused(Exception):
    """The object is no longer in a state from which this step can be taken; the message is for the user."""


def anyone(actor, obj) -> bool:
    """For steps that the action itself guards (the platform, the author by a secret link)."""
    return True


@dataclass(frozen=True, kw_only=True)
class Transition:
    """One arrow: `who(actor, obj)` says who may take it; `reason` = a text must be given with it.

    `tone` of the button: primary, secondary or danger. `hidden` = never offered as a button (done by other means).
    """

    verb: str
    label: str
    sources: tuple
    target: str
    who: Callable[[Any, Any], bool] = anyone
    reason: bool = False
    tone: str = "secondary"
    hidden: bool = False


def _tables(model, path="") -> tuple[str, ...]:
    """What to lock: the row of the class and those of its parents, where the state may be."""
    links = [field.name for field in model._meta.parents.values() if field is not None and field.model is model]
    above = [name for link in links for name in _tables(model._meta.get_field(link).related_model, f"{path}{link}__")]
    return ("self" if not path else path.removesuffix("__"), *above)


class Workflow:
    """The transition table of one model. Its field is named `state`; it is assigned nowhere else."""

    def __init__(self, *transitions: Transition):
        self.transitions = {t.verb: t for t in transitions}

    def available(self, instance, actor) -> list[Transition]:
        """The steps that `actor` may take now, in the order of the table."""
        return [
            t
            for t in self.transitions.values()
            if not t.hidden and instance.state in t.sources and t.who(actor, instance)
        ]

    def fire(self, verb, instance, *, actor, data=None, update=None, check=True):
        """Move `instance` along `verb`, or refuse; the journal keeps the trace.

        Locks the row, checks the source and the right of `actor`, writes the state with the fields of `update`, and
        records "<app_label>.<verb>". `check=False` skips the right only, for steps that the platform takes itself.
        Raises TransitionRefused (too late) or PermissionDenied. Returns the journal's line.
        """
        step = self.transitions[verb]
        locked = type(instance)._base_manager.select_for_update(of=_tables(type(instance))).get(pk=instance.pk)
        if locked.state not in step.sources:
            state = locked.get_state_display()
            raise TransitionRefused(f"« {step.label} » n’est plus possible : le dossier est « {state} ».")
        if check and not step.who(actor, locked):
            raise PermissionDenied(step.label)
        origin = locked.state
        instance.state = step.target
        for name, value in (update or {}).items():
            setattr(instance, name, value)
        instance.save(update_fields=["state", *(update or {})])
        trace = {"from": str(origin), "to": str(step.target), **(data or {})}
        return journal.record(f"{instance._meta.app_label}.{verb}", instance, actor=actor, data=trace)
