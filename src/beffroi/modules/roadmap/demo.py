"""Loads the demonstration plans; a second load changes nothing.

`data/plans.toml` holds what the source document says, in our own words; `data/demonstration.toml` the invented
figures, which the plan declares on every screen.
"""

import datetime
import tomllib
from contextlib import nullcontext
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, modules, seals
from beffroi.kernel.ui.formats import typo
from beffroi.modules.roadmap import actions
from beffroi.modules.roadmap.actions.revisions import pending_changes
from beffroi.modules.roadmap.models import Action, Plan, Referent
from beffroi.shared.organisations.models import Commune, Organisation, Team

DATA = Path(__file__).parent / "data"
OBSERVED = "Avancement constaté à la date de la révision."


def _read(name: str) -> dict:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _on(day: datetime.date):
    """What is recorded inside happened on that morning, unless the journal of that day is sealed."""
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(9)))
    return nullcontext() if seals.is_sealed(moment) else journal.dated(moment)


@transaction.atomic
def load() -> None:
    """The project of the territory, still to be completed, and the digital roadmap with its invented progress."""
    operator = Organisation.objects.get(is_operator=True)
    parent = None
    for described in _read("plans.toml")["plans"]:
        plan = Plan.objects.filter(slug=described["slug"]).first()
        if plan is None:
            with _on(described["start"]):
                plan, by_reference = _load_plan(operator, parent, described)
            if plan.kind == Plan.Kind.ROADMAP:
                _load_progress(plan, by_reference)
        parent = plan


def _load_plan(operator, parent, described: dict) -> tuple[Plan, dict[str, Action]]:
    fields = {name: _text(value) for name, value in described.items() if name != "axes"}
    invented = described["kind"] == "roadmap"
    plan = actions.create_plan(
        actor=None,
        organisation=operator,
        parent=parent,
        is_public=invented,
        budget_is_public=invented,
        has_demo_figures=invented,
        **fields,
    )
    by_reference: dict[str, Action] = {}
    for position, axis_described in enumerate(described["axes"], start=1):
        texts = {name: _text(value) for name, value in axis_described.items() if name != "actions"}
        axis = actions.create_axis(plan, actor=None, position=position, **texts)
        for number, line in enumerate(axis_described["actions"], start=1):
            line = {name: _text(value) for name, value in line.items()}
            original = line.pop("same_as", None)
            action = actions.create_action(axis, actor=None, number=number, **line)
            by_reference[action.reference] = action
            if original:
                actions.mark_same(action, by_reference[original], actor=None)
    return plan, by_reference


def _text(value):
    return typo(value) if isinstance(value, str) else value


def _load_progress(plan: Plan, by_reference: dict[str, Action]) -> None:
    invented = _read("demonstration.toml")
    referents = [
        actions.create_referent(actor=None, organisation=plan.organisation, start=datetime.date(2020, 7, 1), **referent)
        for referent in invented["referents"]
        if not Referent.objects.filter(organisation=plan.organisation, name=referent["name"]).exists()
    ] or list(Referent.objects.filter(organisation=plan.organisation).order_by("pk"))
    first, second = invented["revisions"]
    before = {revised["action"]: revised["before"] for revised in invented["revised"]}
    with _on(first["day"] - datetime.timedelta(days=1)):
        for reference, described in invented["progress"].items():
            _promise(by_reference[reference], described | before.get(reference, {}), referents)
    _freeze(plan, first)
    for reference, described in invented["progress"].items():
        _advance(by_reference[reference], described, datetime.date.min, second["day"])
    for revised in invented["revised"]:
        action = by_reference[revised["action"]]
        with _on(second["day"] - datetime.timedelta(days=1)):
            actions.edit_action(action, actor=None, reason=typo(revised["reason"]), **revised["after"])
    _freeze(plan, second)
    for reference, described in invented["progress"].items():
        _advance(by_reference[reference], described, second["day"], timezone.localdate())
        _measure(by_reference[reference], described)


def _freeze(plan: Plan, described: dict) -> None:
    day = described["day"]
    with _on(day):
        revision = actions.freeze_revision(
            plan,
            actor=None,
            label=described["label"],
            summary=typo(described["summary"]),
            reasons={change["uid"]: change["reason"] or OBSERVED for change in pending_changes(plan)},
            frozen_at=timezone.make_aware(datetime.datetime.combine(day, datetime.time(9))),
        )
        actions.adopt_revision(revision, actor=None, adopted_on=day, deliberation=described["deliberation"])


def _promise(action: Action, described: dict, referents: list[Referent]) -> None:
    """What was decided at the start: people, dates, steps to do, planned money, what is measured."""
    body = action.axis.plan.organisation
    team = described.get("team")
    actions.edit_action(
        action,
        actor=None,
        pilots={"team": Team.objects.filter(organisation=body, name=team), "organisation": [] if team else [body]},
        partners=list(Organisation.objects.filter(name__in=described.get("partners", ()))),
        communes=list(Commune.objects.filter(name__in=described.get("communes", ()))),
        referent=referents[described["referent"]],
        priority=described["priority"],
        start=described["start"],
        end=described["end"],
    )
    _write_rows(action, described, datetime.date.min)
    for line in described.get("indicators", ()):
        fields = {name: _text(line[name]) for name in ("label", "unit", "direction", "source")}
        amounts = {name: Decimal(line[name]) for name in ("target", "threshold")}
        actions.save_indicator(action, actor=None, target_on=action.axis.plan.end, **fields, **amounts)
    for line in described.get("automatic", ()):
        _follow_module(action, line)


def _follow_module(action: Action, line: dict) -> None:
    registered = modules.find("indicators", line["code"])
    if registered is not None:
        actions.save_indicator(
            action,
            actor=None,
            label=registered.label,
            unit=registered.unit,
            direction=registered.better,
            code=registered.code,
            period_days=90,
            **{name: Decimal(line[name]) for name in ("target", "threshold") if name in line},
        )


def _advance(action: Action, described: dict, after: datetime.date, until: datetime.date) -> None:
    """What happened between two days: moves, steps done, money spent or granted, words."""
    for move in described.get("moves", ()):
        words = {name: _text(value) for name, value in move.items() if name not in {"verb", "on"}}
        if after < move["on"] <= until:
            with _on(move["on"]):
                actions.move_action(action, move["verb"], actor=None, on=move["on"], check=False, **words)
    with _on(min(until, timezone.localdate()) - datetime.timedelta(days=1)):
        _write_rows(action, described, until)
    for day, text in described.get("notes", ()):
        if after < day <= until:
            moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(10)))
            with _on(day):
                actions.add_note(action, actor=None, body=typo(text), public=True, at=moment)


def _write_rows(action: Action, described: dict, until: datetime.date) -> None:
    """Steps, budget and fundings as they were known on that day."""
    steps = [
        {"title": typo(title), "due": due, "done_on": done if done and done <= until else None}
        for title, due, done in described["steps"]
    ]
    actions.replace_steps(action, steps, actor=None)
    budget = [
        {
            "year": year,
            "kind": kind,
            "planned": Decimal(planned),
            "actual": Decimal(actual) if actual != "" and until > datetime.date(year, 12, 31) else None,
        }
        for year, kind, planned, actual in described["budget"]
    ]
    actions.replace_budget(action, budget, actor=None)
    at_start = until == datetime.date.min
    fundings = [
        {"funder": funder, "scheme": scheme, "amount": Decimal(amount), "status": "requested" if at_start else status}
        for funder, scheme, amount, status in described.get("fundings", ())
    ]
    actions.replace_fundings(action, fundings, actor=None)


def _measure(action: Action, described: dict) -> None:
    values = {typo(line["label"]): line["values"] for line in described.get("indicators", ())}
    for indicator in action.indicators.filter(code=""):
        for day, value, nature in values[indicator.label]:
            with _on(min(day, timezone.localdate())):
                actions.record_value(indicator, actor=None, date=day, value=Decimal(value), nature=nature)
