"""The plan as plain data on one day: what a revision freezes, what an import or a copy is checked against.

People are kept by number, never by name: a frozen revision outlives the accounts of the agents it speaks of.
"""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.modules.roadmap import bundles
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.modules.roadmap.tracked import TRACKED

SCALARS = (
    "title",
    "summary",
    "description",
    "objectives",
    "audience",
    "means",
    "source_place",
    "state",
    "unblock_condition",
    "start",
    "end",
    "done_on",
    "priority",
    "restricted",
    "other_partners",
    "tags",
)


def plain(value: Any) -> Any:
    """Dates and amounts as text, the rest as it is."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value


def everything(plan: Plan) -> list[Action]:
    """The actions of a plan with all that hangs on them, in one query."""
    actions = Action.objects.filter(axis__plan=plan).select_related("axis__plan", "same_as", "referent")
    return bundles.fetch(actions.order_by("axis__position", "axis_id", "number"), *bundles.EVERYTHING)


def take(plan: Plan) -> dict:
    """Axes and actions of the plan, ready for JSON."""
    axes = [
        {
            "id": axis.pk,
            "code": axis.code,
            "parent": axis.parent_id,
            "title": axis.title,
            "summary": axis.summary,
            "editor_note": axis.editor_note,
        }
        for axis in plan.axes.order_by("position", "pk")
    ]
    return {
        "plan": {"title": plan.title, "start": plain(plan.start), "end": plain(plan.end), "summary": plan.summary},
        "axes": axes,
        "actions": [describe(action) for action in everything(plan)],
    }


def describe(action: Action) -> dict:
    """One action as plain data. Wants what `everything` prefetches."""
    described = {name: plain(getattr(action, name)) for name in SCALARS}
    return described | {
        "uid": str(action.uid),
        "axis": action.axis_id,
        "reference": action.reference,
        "same_as": str(action.same_as.uid) if action.same_as else None,
        "referent": action.referent_id,
        "pilots": sorted(
            f"{kind}:{pk}"
            for pilot in action.pilots.all()
            for kind in ("user", "team", "organisation")
            if (pk := getattr(pilot, f"{kind}_id"))
        ),
        "partners": sorted(action.partner_names),
        "communes": sorted(action.commune_names),
        "steps": [[s.title, plain(s.due), plain(s.done_on)] for s in action.steps.all()],
        "budget": [[b.year, b.kind, plain(b.planned), plain(b.actual)] for b in action.budget_lines.all()],
        "fundings": [[f.funder, f.scheme, plain(f.amount), f.status] for f in action.fundings.all()],
        "indicators": [
            [i.label, i.unit, i.direction, i.code, plain(i.target), plain(i.target_on), plain(i.threshold), i.source]
            for i in action.indicators.all()
        ],
    }


def compare(before: dict, after: dict) -> list[dict]:
    """What differs between two snapshots, by action: added, removed, or changed field by field; then the axes.

    Each change: `kind`, `uid`, `reference`, `title`, `restricted`, `fields` = [{name, before, after}].
    """
    old, new = ({action["uid"]: action for action in snapshot["actions"]} for snapshot in (before, after))
    changes = []
    for uid, action in new.items():
        if uid not in old:
            changes.append(_change("added", action, []))
            continue
        fields = [
            {"name": name, "before": old[uid].get(name), "after": action.get(name)}
            for name in TRACKED
            if old[uid].get(name) != action.get(name)
        ]
        if fields:
            changes.append(_change("changed", action, fields, was_restricted=old[uid]["restricted"]))
    changes += [_change("removed", action, []) for uid, action in old.items() if uid not in new]
    return changes + _compare_axes(before, after)


def _change(kind: str, action: dict, fields: list, was_restricted=False) -> dict:
    return {
        "kind": kind,
        "uid": action["uid"],
        "reference": action["reference"],
        "title": action["title"],
        "restricted": action["restricted"] or was_restricted,
        "fields": fields,
    }


def _compare_axes(before: dict, after: dict) -> list[dict]:
    old, new = ({axis["id"]: axis for axis in snapshot["axes"]} for snapshot in (before, after))
    changes = []
    for pk in old.keys() | new.keys():
        was, now = old.get(pk), new.get(pk)
        names = ("code", "title", "summary", "editor_note", "parent")
        fields = (
            [{"name": n, "before": was[n], "after": now[n]} for n in names if was[n] != now[n]] if was and now else []
        )
        kind = "axis_changed" if was and now else "axis_added" if now else "axis_removed"
        if fields or not (was and now):
            axis = now or was
            changes.append(
                {
                    "kind": kind,
                    "uid": f"axis-{pk}",
                    "reference": axis["code"],
                    "title": axis["title"],
                    "restricted": False,
                    "fields": fields,
                }
            )
    return sorted(changes, key=lambda change: change["reference"])


def digest(content: dict, changes: list) -> str:
    """SHA-256 of a revision in canonical JSON (sorted keys, no spaces, UTF-8)."""
    text = json.dumps(
        {"content": content, "changes": changes}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(revision) -> bool:
    """The revision still says what was frozen."""
    return digest(revision.content, revision.changes) == revision.digest
