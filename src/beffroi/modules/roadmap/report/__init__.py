"""The progress report of a plan as an accessible and archivable PDF: cover, synthesis by axis, each action."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from beffroi.kernel import pdf
from beffroi.kernel.ui.formats import day, euros, percent, period, short_day
from beffroi.modules.roadmap import bundles, money, outline
from beffroi.modules.roadmap.measures import Measure, measured
from beffroi.modules.roadmap.models import Action, Plan

TEMPLATE = Path(__file__).parent / "report.typ"
DEMONSTRATION = "Les états, les dates, les montants, les indicateurs et les noms d’élus de ce rapport sont inventés."


def render(plan: Plan, actions: QuerySet, *, for_agents: bool) -> bytes:
    """The report of these actions; for everyone else than agents, only what the site shows of each."""
    return pdf.render(TEMPLATE, content(plan, actions, for_agents=for_agents))


def content(plan: Plan, actions: QuerySet, *, for_agents: bool, today: date | None = None) -> dict[str, Any]:
    """What the report says, as plain data, in a constant number of queries."""
    today = today or timezone.localdate()
    lines = bundles.fetch(actions.for_lists().with_shown_state(today), *bundles.EVERYTHING, "notes")
    branches = outline.build(plan, lines)
    whole = outline.whole(branches)
    indicators = [indicator for action in lines for indicator in action.indicators.all()]
    measures = {measure.indicator.pk: measure for measure in measured(indicators)}
    shows_money = for_agents or plan.budget_is_public
    return {
        "title": f"{plan.title}\u202f: rapport d’avancement",
        "plan": plan.title,
        "body": plan.organisation.name,
        "period": f"{plan.start.year}-{plan.end.year}",
        "day": day(today),
        "scope": "Document de travail, actions restreintes comprises." if for_agents else "",
        "demonstration": DEMONSTRATION if plan.has_demo_figures else "",
        "summary": plan.summary,
        "source": plan.source_title,
        "note": plan.editor_note,
        "headline": whole.headline,
        "states": [[shown.label, str(count), shown.plain] for shown, count in whole.lines],
        "axes": [_axis(branch) for branch in branches],
        "money": _money(plan, actions) if shows_money else None,
        "sections": [_section(branch, measures, for_agents=for_agents, money=shows_money) for branch in branches],
    }


def _axis(branch: outline.Branch) -> list[str]:
    tally = branch.tally
    share = tally.share_done
    done = f"{tally.done} sur {tally.kept}" if tally.kept else "suivies ailleurs" if branch.repeats_only else "aucune"
    return [str(branch.axis), done, "" if share is None else percent(share), str(tally.late or "")]


def _money(plan: Plan, actions: QuerySet) -> dict[str, Any] | None:
    spread = money.spread(actions)
    if not spread.years:
        return None
    rows = [[str(year.year), *_amounts(year.total)] for year in spread.years]
    funded = money.funded(actions)
    return {
        "rows": rows,
        "total": ["Total", *_amounts(spread.whole.total)],
        "funders": [[row["funder"], euros(row["expected"]), euros(row["granted"])] for row in funded.rows],
        "funded": ["Total", euros(funded.expected), euros(funded.granted)],
        "taxes": f"Montants {plan.get_taxes_display()}.",
    }


def _amounts(amounts: money.Amounts) -> list[str]:
    return [euros(amounts.planned), euros(amounts.actual) if amounts.known else "non connu"]


def _section(branch: outline.Branch, measures: dict[int, Measure], *, for_agents: bool, money: bool) -> dict[str, Any]:
    return {
        "title": str(branch.axis),
        "summary": branch.axis.summary,
        "note": branch.axis.editor_note,
        "sentence": branch.tally.sentence if branch.tally.total else "",
        "actions": [_action(action, measures, for_agents=for_agents, with_money=money) for action in branch.actions],
    }


def _action(action: Action, measures: dict[int, Measure], *, for_agents: bool, with_money: bool) -> dict[str, Any]:
    shown = action.shown_state
    if action.same_as:
        return {
            "title": f"{action.reference} {action.title}",
            "state": shown.label,
            "summary": f"Répète l’action {action.same_as.reference}, où son avancement est suivi.",
            "facts": [],
            "steps": [],
            "figures": [],
            "notes": [],
        }
    return {
        "title": f"{action.reference} {action.title}",
        "state": shown.label,
        "summary": action.summary,
        "facts": _facts(action, for_agents=for_agents, with_money=with_money),
        "steps": [_step(step) for step in action.steps.all()],
        "figures": [_figure(measures[i.pk]) for i in action.indicators.all() if for_agents or i.may_be_public],
        "notes": [
            f"{short_day(timezone.localdate(note.created_at))}\u202f: {note.body}"
            for note in action.notes.all()
            if for_agents or note.public
        ][:3],
    }


def _facts(action: Action, *, for_agents: bool, with_money: bool) -> list[list[str]]:
    pilots = [str(pilot) if for_agents else pilot.public_label for pilot in action.pilots.all()]
    facts = [
        ("Calendrier prévu", _dates(action)),
        ("Réalisée", short_day(action.done_on) if action.done_on else ""),
        ("Ce qui doit se produire", action.unblock_condition),
        ("Priorité", action.get_priority_display()),
        ("Élu référent", str(action.referent) if action.referent else ""),
        ("Pilotes", ", ".join(pilots)),
        ("Partenaires", ", ".join([*action.partner_names, action.other_partners]).strip(", ")),
        ("Communes", ", ".join(action.commune_names)),
        ("Budget", _spent(action) if with_money else ""),
        ("Financements", _fundings(action) if with_money else ""),
        ("Visibilité", "restreinte" if action.restricted else ""),
        ("Place dans la source", action.source_place),
    ]
    return [[label, text] for label, text in facts if text]


def _dates(action: Action) -> str:
    if action.start:
        return period(action.start, action.end)
    return f"jusqu’au {short_day(action.end)}" if action.end else ""


def _spent(action: Action) -> str:
    lines = action.budget_lines.all()
    if not lines:
        return ""
    planned = sum((line.planned for line in lines), Decimal(0))
    known = [line.actual for line in lines if line.actual is not None]
    spent = f", réalisé {euros(sum(known, Decimal(0)))}" if known else ""
    return f"prévu {euros(planned)}{spent}"


def _fundings(action: Action) -> str:
    lines = [line for line in action.fundings.all() if line.status != line.Status.REFUSED]
    return ", ".join(f"{line.funder} {euros(line.amount)} ({line.get_status_display().lower()})" for line in lines)


def _step(step) -> list[str]:
    if step.done_on:
        return [step.title, f"faite le {short_day(step.done_on)}"]
    when = f"pour le {short_day(step.due)}" if step.due else "à faire"
    return [step.title, f"{when}, en retard" if step.is_late else when]


def _figure(measure: Measure) -> list[str]:
    last = measure.last
    shown = f"{measure.last_text} ({short_day(last.date)})" if last else measure.last_text
    return [measure.indicator.label, shown, measure.target_text or "non fixé"]
