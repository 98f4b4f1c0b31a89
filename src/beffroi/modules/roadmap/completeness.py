"""How much of the sheet of an action is written, and what is missing, for those who write it."""

from dataclasses import dataclass

from django.urls import reverse

from beffroi.modules.roadmap.models import Action


@dataclass(frozen=True)
class Completeness:
    """`done` parts written out of `total`; `missing` = (what, the address where it is written)."""

    done: int
    total: int
    missing: list[tuple[str, str]]

    @property
    def share(self) -> int:
        """Percentage, rounded down: 100 only when nothing is missing."""
        return 100 * self.done // self.total


def of_action(action: Action) -> Completeness:
    """Reads what the page has already fetched: no query of its own."""

    def any_of(name: str) -> bool:
        return bool(list(getattr(action, name).all()))

    parts = (
        ("un résumé en quelques mots", bool(action.summary.strip()), "edit"),
        ("une description", bool(action.description.strip()), "edit"),
        ("des objectifs", bool(action.objectives.strip()), "edit"),
        ("les moyens", bool(action.means.strip()), "edit"),
        ("un début et une fin prévus", bool(action.start and action.end), "edit"),
        ("un pilote", any_of("pilots"), "people"),
        ("un élu référent", action.referent_id is not None, "people"),
        ("des étapes", any_of("steps"), "steps"),
        ("un budget", any_of("budget_lines"), "action_budget"),
        ("un indicateur", any_of("indicators"), "new_indicator"),
    )
    missing = [(label, reverse(f"roadmap:{name}", args=[action.slug])) for label, there, name in parts if not there]
    return Completeness(len(parts) - len(missing), len(parts), missing)
