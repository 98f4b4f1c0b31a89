"""A plan as a workbook that an office suite opens, and that the import reads back."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from beffroi.kernel.sheets import Sheet
from beffroi.modules.roadmap.models import Action, Plan
from beffroi.modules.roadmap.states import State

# Column: (heading, width). The import reads them by their heading.
ACTIONS = (
    ("Identifiant", 38),
    ("Axe", 8),
    ("Numéro", 9),
    ("Titre", 40),
    ("En quelques mots", 50),
    ("Description", 50),
    ("Objectifs", 40),
    ("Public visé", 25),
    ("Moyens", 30),
    ("Début prévu", 13),
    ("Fin prévue", 13),
    ("Priorité", 11),
    ("État", 12),
    ("Condition du déblocage", 40),
    ("Réalisée le", 13),
    ("Visibilité", 12),
    ("Élu référent", 30),
    ("Équipes pilotes", 30),
    ("Organismes pilotes", 40),
    ("Partenaires", 40),
    ("Autres partenaires", 30),
    ("Communes", 30),
    ("Mots-clés", 25),
    ("Place dans la source", 25),
    ("Répète", 9),
    ("Motif du changement", 40),
)
STEPS = (("Action", 9), ("Étape", 50), ("Échéance", 13), ("Faite le", 13))
BUDGET = (("Action", 9), ("Année", 9), ("Nature", 17), ("Prévu", 15), ("Réalisé", 15))
FUNDINGS = (("Action", 9), ("Financeur", 35), ("Dispositif", 35), ("Montant", 15), ("Avancement", 14))
INDICATORS = (
    ("Action", 9),
    ("Indicateur", 40),
    ("Unité", 15),
    ("Sens", 8),
    ("Objectif", 13),
    ("À atteindre le", 14),
    ("Seuil d’alerte", 13),
    ("Source", 35),
)
AXES = (("Axe", 8), ("Titre", 50), ("En quelques mots", 60), ("Axe parent", 11), ("Note de l’éditeur", 60))
SEPARATOR = " ; "
PUBLIC, RESTRICTED = "publique", "restreinte"
UP, DOWN = "hausse", "baisse"


def sheets(plan: Plan, actions: Iterable[Action], *, money: bool = True) -> list[Sheet]:
    """The whole plan, one sheet a subject; `money=False` leaves the amounts out. Wants `bundles.EVERYTHING`."""
    lines = list(actions)
    axes = list(plan.axes.select_related("parent").order_by("position", "pk"))
    made = [
        _sheet("Actions", ACTIONS, [_action(action) for action in lines]),
        _sheet("Étapes", STEPS, [(a.reference, s.title, s.due, s.done_on) for a in lines for s in a.steps.all()]),
    ]
    if money:
        made.append(_sheet("Budget", BUDGET, [row for action in lines for row in _budget(action)]))
        made.append(_sheet("Financements", FUNDINGS, [row for action in lines for row in _fundings(action)]))
    made.append(_sheet("Indicateurs", INDICATORS, [row for action in lines for row in _indicators(action)]))
    made.append(_sheet("Axes", AXES, [_axis(axis) for axis in axes]))
    return made


def template() -> list[Sheet]:
    """An empty workbook to fill, with one line of example a sheet and a page that explains."""
    return [
        _sheet("Mode d’emploi", (("À savoir", 110),), [(line,) for line in EXPLAINED]),
        _sheet("Actions", ACTIONS, []),
        _sheet("Étapes", STEPS, []),
        _sheet("Budget", BUDGET, []),
        _sheet("Financements", FUNDINGS, []),
        _sheet("Indicateurs", INDICATORS, []),
        _sheet("Axes", AXES, []),
    ]


EXPLAINED = (
    "Chaque feuille est facultative : ce qui n’est pas dans le classeur n’est pas touché.",
    "Actions : laissez « Identifiant » vide pour une action nouvelle. Une action connue se reconnaît à son "
    "identifiant ou, à défaut, à son axe et à son numéro.",
    "Une case vide ne change rien. Pour effacer un texte ou une date, écrivez un tiret : -",
    "Dates : de vraies dates, ou 31/12/2026, ou 2026-12-31. Montants : en euros, sans symbole.",
    f"Priorité : {', '.join(Action.Priority.labels)}. État : {', '.join(State.labels)}. "
    f"Visibilité : {PUBLIC}, {RESTRICTED}.",
    f"Plusieurs valeurs dans une case : séparez-les par un point-virgule ({SEPARATOR.strip()}).",
    "Étapes, budget, financements : les lignes d’une action remplacent toutes celles qu’elle avait. "
    "Indicateurs : une ligne connue est modifiée, une nouvelle est ajoutée, aucune n’est effacée.",
    "« Action » est le numéro affiché : 2.1 pour la première action de l’axe 2.",
    "Rien n’est écrit avant que vous ayez vu ce qui va changer et confirmé.",
)


def _sheet(title: str, columns, rows: list) -> Sheet:
    return Sheet(title, [name for name, _width in columns], rows, [width for _name, width in columns])


def joined(values: Iterable[Any]) -> str:
    return SEPARATOR.join(str(value) for value in values)


def team_label(team) -> str:
    """How a team is written and read back: « Voirie (Doullens) »."""
    return f"{team.name} ({team.organisation.name})"


def _action(action: Action) -> tuple:
    pilots = action.pilots.all()
    return (
        str(action.uid),
        action.axis.code,
        action.number,
        action.title,
        action.summary,
        action.description,
        action.objectives,
        action.audience,
        action.means,
        action.start,
        action.end,
        action.get_priority_display(),
        action.get_state_display(),
        action.unblock_condition,
        action.done_on,
        RESTRICTED if action.restricted else PUBLIC,
        action.referent.name if action.referent else "",
        joined(team_label(pilot.team) for pilot in pilots if pilot.team_id),
        joined(pilot.organisation.name for pilot in pilots if pilot.organisation_id),
        joined(action.partner_names),
        action.other_partners,
        joined(action.commune_names),
        joined(action.tags),
        action.source_place,
        action.same_as.reference if action.same_as else "",
        "",
    )


def _budget(action: Action) -> Iterable[tuple]:
    for line in action.budget_lines.all():
        yield action.reference, line.year, line.get_kind_display(), line.planned, line.actual


def _fundings(action: Action) -> Iterable[tuple]:
    for line in action.fundings.all():
        yield action.reference, line.funder, line.scheme, line.amount, line.get_status_display()


def _indicators(action: Action) -> Iterable[tuple]:
    for line in action.indicators.all():
        direction = UP if line.direction == "up" else DOWN
        yield (
            action.reference,
            line.label,
            line.unit,
            direction,
            _plain(line.target),
            line.target_on,
            _plain(line.threshold),
            line.source,
        )


def _plain(value: Decimal | None) -> Decimal | int | None:
    """Without useless zeros: 65 and not 65.0000."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else value.normalize()


def _axis(axis) -> tuple:
    return axis.code, axis.title, axis.summary, axis.parent.code if axis.parent else "", axis.editor_note


LIST = (
    ("Numéro", 9),
    ("Action", 45),
    ("Axe", 40),
    ("État", 12),
    ("Priorité", 11),
    ("Élu référent", 30),
    ("Pilotes", 40),
    ("Début prévu", 13),
    ("Fin prévue", 13),
    ("Réalisée le", 13),
    ("Étapes faites", 12),
    ("Étapes", 9),
    ("Budget prévu", 15),
    ("Budget réalisé", 15),
    ("Visibilité", 12),
)


def list_sheet(actions: Iterable[Action]) -> Sheet:
    """The list as the table of the desk shows it; wants `with_shown_state`, `with_money`, steps and pilots."""
    return _sheet("Actions", LIST, [_line(action, joined(action.pilots.all()), True) for action in actions])


def public_sheet(actions: Iterable[Action], *, with_money: bool) -> Sheet:
    """The same for everyone: no name of an agent, amounts only where the plan publishes them."""
    rows = [
        _line(action, joined(pilot.public_label for pilot in action.pilots.all()), with_money)[:-1]
        for action in actions
    ]
    return _sheet("Actions", LIST[:-1], rows)


def _line(action: Action, pilots: str, with_money: bool) -> tuple:
    steps = action.steps.all()
    return (
        action.reference,
        action.title,
        f"{action.axis.code}. {action.axis.title}",
        action.shown_state.label,
        action.get_priority_display(),
        action.referent.name if action.referent else "",
        pilots,
        action.start,
        action.end,
        action.done_on,
        action.steps_done,
        len(steps),
        action.planned if with_money else None,
        action.actual if with_money else None,
        RESTRICTED if action.restricted else PUBLIC,
    )


def file_name(plan: Plan, what: str, day: date) -> str:
    return f"{plan.slug}-{what}-{day.isoformat()}"
