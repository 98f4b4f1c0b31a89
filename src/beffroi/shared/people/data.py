"""« Mes données »: what every part holds about a person, brought together, and erased part by part to the end."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.notices import filling

# The account is erased last: the other parts find what is theirs by it.
LAST = "accounts"


@dataclass(frozen=True)
class Part:
    """What one part erases: `kept` says, in sentences, what the law makes the organisation keep."""

    code: str
    label: str
    kept: list[str] = field(default_factory=list)


def parts() -> list[modules.PersonalData]:
    """The parts that hold personal data, in the order of the settings."""
    return [one for _config, module in modules.installed() for one in module.personal_data]


def export(user) -> dict[str, Any]:
    """All that the platform holds about a person: {label of the part: its data}, with where and when it was asked."""
    return {
        "plateforme": filling.territory().name,
        "demandé le": timezone.localtime().isoformat(timespec="seconds"),
        "données": {one.label: one.export(user) for one in parts()},
    }


def to_erase() -> list[modules.PersonalData]:
    """The parts in the order in which they are erased: the newest first, the account last."""
    others = [one for one in reversed(parts()) if one.code != LAST]
    return others + [one for one in parts() if one.code == LAST]


@transaction.atomic
def erase_part(one: modules.PersonalData, user) -> Part:
    """Erase all that may be of one part, whole or not at all; says what is kept, and why."""
    return Part(one.code, one.label, list(one.erase(user)))


class _Undone(Exception):
    """Nothing must remain of a rehearsal."""


def rehearse(user) -> list[Part]:
    """What erasing would answer, without erasing: it is done in a transaction that is then undone.

    So the preview cannot promise anything else than what happens.
    """
    found: list[Part] = []
    try:
        with transaction.atomic():
            # Another object of the same line: the one of the page must not be emptied in memory.
            same = get_user_model().objects.get(pk=user.pk)
            found = [erase_part(one, same) for one in to_erase()]
            raise _Undone
    except _Undone:
        return found


def lines(value: Any, depth: int = 0) -> list[dict[str, Any]]:
    """The same data as lines to print: {"depth", "label", "value"}; an empty value is left out."""
    if isinstance(value, dict):
        found = []
        for label, held in value.items():
            found += _labelled(str(label).replace("_", " "), held, depth)
        return found
    if isinstance(value, list | tuple):
        return [line for rank, held in enumerate(value, 1) for line in _labelled(str(rank), held, depth)]
    return [] if value in (None, "") else [{"depth": depth, "label": "", "value": _text(value)}]


def _labelled(label: str, held: Any, depth: int) -> list[dict[str, Any]]:
    if isinstance(held, dict | list | tuple):
        below = lines(held, depth + 1)
        return [{"depth": depth, "label": label, "value": ""}, *below] if below else []
    return [] if held in (None, "") else [{"depth": depth, "label": label, "value": _text(held)}]


def _text(value: Any) -> str:
    return {True: "oui", False: "non"}.get(value, str(value)) if isinstance(value, bool) else str(value)
