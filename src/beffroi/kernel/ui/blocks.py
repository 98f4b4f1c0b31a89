"""The parts that the modules add to the home page, to the page of a commune and to the first screen in the field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from beffroi.kernel import modules


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
