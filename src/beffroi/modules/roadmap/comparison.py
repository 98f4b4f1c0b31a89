"""Changes between two snapshots, in words: numbers become names, codes become labels, lists become lines."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.kernel.models import User
from beffroi.kernel.ui.formats import euros, nb, short_day
from beffroi.modules.roadmap.models import Action, BudgetLine, Funding, Plan, Referent
from beffroi.modules.roadmap.states import State
from beffroi.modules.roadmap.tracked import TRACKED
from beffroi.shared.organisations.models import Organisation, Team

KINDS = {
    "added": ("Ajoutée", "new"),
    "removed": ("Retirée", "neutral"),
    "changed": ("Modifiée", "progress"),
    "axis_added": ("Axe ajouté", "new"),
    "axis_removed": ("Axe retiré", "neutral"),
    "axis_changed": ("Axe modifié", "progress"),
}
AXIS_FIELDS = {
    "code": "numéro",
    "title": "titre",
    "summary": "résumé",
    "editor_note": "note de l’éditeur",
    "parent": "axe parent",
}
DATES = {"start", "end", "done_on"}
PEOPLE = {"user": User, "team": Team, "organisation": Organisation}
NOTHING = "—"


class _Names:
    """The names behind the numbers that some changes hold: one query a kind of thing, and only if it is there."""

    def __init__(self, plan: Plan, changes: list[dict], *, agents: bool):
        self.agents = agents
        fields = [field for change in changes for field in change["fields"]]
        sides = [(field["name"], field[side]) for field in fields for side in ("before", "after")]
        self.referents = self._found(Referent, {value for name, value in sides if name == "referent" and value})
        self.actions = {}
        uids = {value for name, value in sides if name == "same_as" and value}
        if uids:
            actions = Action.objects.filter(uid__in=uids).select_related("axis")
            self.actions = {str(action.uid): str(action) for action in actions}
        parents = {value for name, value in sides if name == "parent" and value}
        self.axes = {axis.pk: str(axis) for axis in plan.axes.filter(pk__in=parents)} if parents else {}
        pilots = {pilot for name, value in sides if name == "pilots" and value for pilot in value}
        self.pilots = {}
        for kind, model in PEOPLE.items():
            wanted = {int(pilot.split(":")[1]) for pilot in pilots if pilot.startswith(f"{kind}:")}
            self.pilots |= {f"{kind}:{pk}": name for pk, name in self._found(model, wanted).items()}

    @staticmethod
    def _found(model, pks: set) -> dict[int, str]:
        return {pk: str(obj) for pk, obj in model.objects.in_bulk(pks).items()} if pks else {}

    def pilot(self, key: str) -> str:
        if key.startswith("user:") and not self.agents:
            return "Un agent de la collectivité"
        return self.pilots.get(key, "compte effacé")


def readable(plan: Plan, changes: Iterable[dict], *, agents: bool = False) -> list[dict]:
    """The changes ready for a page; `agents` = the names of agents may be read (the desk only)."""
    changes = list(changes)
    names = _Names(plan, changes, agents=agents)
    return [_readable(change, names) for change in changes]


def _readable(change: dict, names: _Names) -> dict:
    label, tone = KINDS[change["kind"]]
    words = AXIS_FIELDS if change["kind"].startswith("axis") else TRACKED
    fields = [
        {
            "label": words[field["name"]].capitalize(),
            "before": written(field["name"], field["before"], names),
            "after": written(field["name"], field["after"], names),
        }
        for field in change["fields"]
    ]
    return change | {
        "label": label,
        "tone": tone,
        "fields": fields,
        "caption": f"Changements de {change['reference']} {change['title']}",
    }


def written(name: str, value: Any, names: _Names) -> str:
    """One side of a change, in words."""
    if value in (None, "", []):
        return NOTHING
    if name in DATES:
        return short_day(date.fromisoformat(value))
    if name in _WRITERS:
        return _WRITERS[name](value, names)
    return ", ".join(value) if isinstance(value, list) else str(value)


def _lines(write):
    return lambda rows, names: "\n".join(write(*row) for row in rows)


def _amount(text: str | None) -> str:
    return "non connu" if text is None else euros(Decimal(text))


def _step(title: str, due: str | None, done: str | None) -> str:
    when = f" (pour le {short_day(date.fromisoformat(due))})" if due else ""
    return f"{'✓ ' if done else ''}{title}{when}"


def _budget(year: int, kind: str, planned: str, actual: str | None) -> str:
    return f"{year}, {BudgetLine.Kind(kind).label.lower()}\u202f: prévu {_amount(planned)}, réalisé {_amount(actual)}"


def _funding(funder: str, scheme: str, amount: str, status: str) -> str:
    return f"{funder}{f', {scheme}' if scheme else ''}\u202f: {_amount(amount)}, {Funding.Status(status).label.lower()}"


def _indicator(label, unit, direction, code, target, target_on, threshold, source) -> str:
    parts = [label]
    if target is not None:
        parts.append(f"objectif {nb(target)} {unit}".rstrip())
    if threshold is not None:
        parts.append(f"seuil {nb(threshold)} {unit}".rstrip())
    return ", ".join(parts)


_WRITERS = {
    "state": lambda value, names: State(value).label,
    "priority": lambda value, names: Action.Priority(value).label,
    "restricted": lambda value, names: "restreinte" if value else "publique",
    "referent": lambda value, names: names.referents.get(value, "élu retiré"),
    "same_as": lambda value, names: names.actions.get(value, "action retirée"),
    "parent": lambda value, names: names.axes.get(value, "axe retiré"),
    "pilots": lambda value, names: ", ".join(names.pilot(key) for key in value),
    "steps": _lines(_step),
    "budget": _lines(_budget),
    "fundings": _lines(_funding),
    "indicators": _lines(_indicator),
}
