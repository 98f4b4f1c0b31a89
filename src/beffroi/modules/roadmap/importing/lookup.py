"""What the names and numbers of a workbook mean in a plan; what is not found is told with what could be meant."""

from difflib import get_close_matches
from uuid import UUID

from beffroi.modules.roadmap import exports
from beffroi.modules.roadmap.models import Action, BudgetLine, Funding, Plan, Referent
from beffroi.modules.roadmap.states import State
from beffroi.shared.organisations.models import Commune, Organisation, Team


class NotFound(ValueError):
    """The sentence says what is wrong."""


def _key(text: str) -> str:
    return " ".join(text.casefold().replace("'", "’").split())


class Names:
    """A set of things found by their name, accents and case as people write them."""

    def __init__(self, what: str, things):
        self.what = what
        self.found: dict[str, object] = {}
        self.labels: dict[str, str] = {}
        for label, thing in things:
            self.found.setdefault(_key(label), thing)
            self.labels.setdefault(_key(label), label)

    def get(self, text: str):
        """The thing of that name; raises NotFound, naming the nearest."""
        key = _key(text)
        if key in self.found:
            return self.found[key]
        near = get_close_matches(key, self.found, 1, 0.7)
        hint = f" Vouliez-vous dire « {self.labels[near[0]]} » ?" if near else ""
        raise NotFound(f"« {text} » : {self.what} inconnu.{hint}")

    def all(self, text: str) -> list:
        """The things of a cell that names several."""
        return [self.get(part.strip()) for part in text.split(exports.SEPARATOR.strip()) if part.strip()]


class Lookup:
    """The plan and its surroundings, read once; `actions` grows as the import writes new ones."""

    def __init__(self, plan: Plan):
        self.plan = plan
        self.axes = {axis.code: axis for axis in plan.axes.all()}
        lines = Action.objects.filter(axis__plan=plan).select_related("axis__plan", "same_as__axis")
        self.actions = {action.reference: action for action in lines}
        self.by_uid = {action.uid: action for action in self.actions.values()}
        in_office = Referent.objects.filter(organisation=plan.organisation).order_by("end")
        self.referents = Names("élu", [(one.name, one) for one in in_office])
        self.organisations = Names(
            "organisme", [(one.name, one) for one in Organisation.objects.order_by("-kind", "pk")]
        )
        self.communes = Names("nom de commune", [(one.name, one) for one in Commune.objects.all()])
        teams = Team.objects.select_related("organisation")
        self.teams = Names("nom d’équipe", [(exports.team_label(team), team) for team in teams])
        self.states = Names("état", [(label, value) for value, label in State.choices])
        self.priorities = Names("degré de priorité", [(label, value) for value, label in Action.Priority.choices])
        self.visibilities = Names("choix de visibilité", [(exports.PUBLIC, False), (exports.RESTRICTED, True)])
        self.kinds = Names("nature", [(label, value) for value, label in BudgetLine.Kind.choices])
        self.statuses = Names("avancement", [(label, value) for value, label in Funding.Status.choices])
        self.directions = Names("sens", [(exports.UP, "up"), (exports.DOWN, "down")])

    def axis(self, code: str):
        if code not in self.axes:
            raise NotFound(f"L’axe « {code} » n’existe pas dans ce plan.")
        return self.axes[code]

    def action(self, reference: str) -> Action:
        if reference not in self.actions:
            raise NotFound(f"L’action « {reference} » n’existe pas dans ce plan.")
        return self.actions[reference]

    def known(self, uid: str | None, axis: str | None, number: int | None) -> Action | None:
        """The action that a line speaks of, or None when it is a new one."""
        if uid:
            try:
                found = self.by_uid.get(UUID(uid))
            except ValueError:
                found = None
            if found is None:
                raise NotFound(
                    "Cet identifiant n’est celui d’aucune action du plan. Laissez la case vide pour en créer une."
                )
            return found
        return self.actions.get(f"{axis}.{number}") if axis and number else None

    def keep(self, action: Action) -> None:
        """A line was written: the next ones may speak of it."""
        self.actions = {ref: one for ref, one in self.actions.items() if one.pk != action.pk}
        self.actions[action.reference] = action
        self.by_uid[action.uid] = action
