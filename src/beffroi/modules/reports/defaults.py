"""The usual categories and competences, to begin with: a territory changes them in its settings."""

import tomllib
from pathlib import Path

from django.db import transaction

from beffroi.kernel.ui.formats import typo
from beffroi.modules.reports import actions
from beffroi.modules.reports.models import Category, Competence
from beffroi.modules.reports.routing import operator
from beffroi.shared.organisations.models import Organisation, Team

DATA = Path(__file__).parent / "data" / "categories.toml"
OWN = ("competence", "team", "reason", "categories")


@transaction.atomic
def install(*, actor) -> int:
    """Add the usual categories that are missing, with who is competent; returns how many were added.

    A body that is not installed is left to the commune of the place.
    """
    added = 0
    for rank, family in enumerate(tomllib.loads(DATA.read_text(encoding="utf-8"))["families"], start=1):
        parent, created = _category(family, None, rank * 10, actor)
        added += created
        for number, line in enumerate(family["categories"], start=1):
            added += _category(line, parent, number * 10, actor)[1]
    return added


def _category(line: dict, parent: Category | None, order: int, actor) -> tuple[Category, bool]:
    found = Category.objects.filter(code=line["code"]).first()
    if found is not None:
        return found, False
    texts = {name: typo(value) if isinstance(value, str) else value for name, value in line.items()}
    fields = {name: value for name, value in texts.items() if name not in OWN} | {"code": line["code"]}
    category = actions.save_category(Category(parent=parent, order=order, **fields), actor=actor)
    if "competence" in line:
        _competence(category, line, actor)
    return category, True


def _competence(category: Category, line: dict, actor) -> None:
    name, body, team = line["competence"], None, None
    if name == "operator":
        body = operator()
        team = Team.objects.filter(organisation=body, name=line.get("team", "")).first() if body else None
    elif name != "commune":
        body = Organisation.objects.filter(name=name).first()
    reason = typo(line.get("reason", ""))[:200] if body or name == "commune" else ""
    actions.save_competence(Competence(category=category, organisation=body, team=team, reason=reason), actor=actor)
