"""The parts that the modules add to the home page, to the page of a commune or of another object, and in the field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from beffroi.kernel import access, modules


@dataclass(frozen=True)
class Block:
    """A part ready to be shown: its template and its own variables."""

    code: str
    template: str
    context: Mapping[str, Any]
    aside: bool = False


def filled(kind: str, request, *arguments) -> list[Block]:
    """The blocks of that kind that have something to show, by their order."""
    found = []
    for block in modules.collect(kind):
        context = block.context(request, *arguments)
        if context is not None:
            found.append(Block(block.code, block.template, context, getattr(block, "aside", False)))
    return found


def of_object(request, target, organisation=None) -> list[Block]:
    """The blocks that other modules add to the page of `target`, which belongs to `organisation`."""
    label = target._meta.label.lower()
    found = []
    for block in modules.collect("object_blocks"):
        if block.model.lower() != label:
            continue
        if block.permission and not access.can(request.user, block.permission, organisation):
            continue
        context = block.context(request, target)
        if context is not None:
            found.append(Block(block.code, block.template, context))
    return found


def gestures_of(user, target, organisation=None) -> list[dict]:
    """The buttons that other modules add to the page of `target`, which belongs to `organisation`."""
    label = target._meta.label.lower()
    return [
        {"label": action.label, "url": action.url(target), "icon": action.icon}
        for action in modules.collect("object_actions")
        if action.model.lower() == label
        and (not action.permission or access.can(user, action.permission, organisation))
        and (action.shown is None or action.shown(user, target))
    ]
