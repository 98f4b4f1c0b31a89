"""What other parts do for the sign-book: put online what a folder carries.

A part says, in `ready()` of its configuration, who puts its objects online:

    hooks.on_publish("deliberations.Act", actions.publish_signed)   # publish_signed(act, folder=…, actor=…)
"""

from collections.abc import Callable
from typing import Any

_publishers: dict[str, Callable[..., Any]] = {}


def on_publish(model: str, publish: Callable[..., Any]) -> None:
    """`publish(target, folder=…, actor=…)` puts it online, or raises ValidationError with the reason."""
    _publishers[model] = publish


def can_publish(target) -> bool:
    return target is not None and target._meta.label in _publishers


def publish(folder, *, actor) -> None:
    """Put online what the folder carries."""
    _publishers[folder.target._meta.label](folder.target, folder=folder, actor=actor)
