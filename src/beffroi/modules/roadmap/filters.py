"""The filters of the lists of actions, kept in the address."""

from collections.abc import Callable

from django import forms
from django.db.models import Q, QuerySet

from beffroi.modules.roadmap import states
from beffroi.modules.roadmap.models import Action, Pilot, Plan, Referent

ANY = ("", "Tous")
SORTS = {
    "reference": ("axis__position", "axis_id", "number"),
    "title": ("title", "pk"),
    "shown": ("shown", "axis__position", "number", "pk"),
    "start": ("start", "axis__position", "number", "pk"),
    "end": ("end", "axis__position", "number", "pk"),
    "priority": ("priority", "axis__position", "number", "pk"),
    "planned": ("planned", "axis__position", "number", "pk"),
}


class ActionFilter(forms.Form):
    """What to keep of a plan's actions. An unknown value is told beside its field and keeps everything."""

    q = forms.CharField(label="Texte", required=False, max_length=100)
    axe = forms.ChoiceField(label="Axe", required=False)
    etat = forms.ChoiceField(label="État", required=False)
    elu = forms.ChoiceField(label="Élu référent", required=False)
    pilote = forms.ChoiceField(label="Pilote", required=False)
    annee = forms.ChoiceField(label="Année", required=False)
    priorite = forms.ChoiceField(label="Priorité", required=False, choices=[ANY, *Action.Priority.choices])
    retard = forms.BooleanField(label="En retard", required=False)

    def __init__(self, data, *, plan: Plan):
        super().__init__(data)
        referents = Referent.objects.filter(actions__axis__plan=plan).distinct()
        self.fields["axe"].choices = [ANY, *((axis.code, f"{axis.code}. {axis.title}") for axis in plan.axes.all())]
        self.fields["etat"].choices = [ANY, *((shown.code, shown.label) for shown in states.SHOWN.values())]
        self.fields["elu"].choices = [ANY, ("aucun", "Aucun"), *((str(one.pk), one.name) for one in referents)]
        self.fields["pilote"].choices = [ANY, ("aucun", "Aucun"), *_pilots(plan)]
        self.fields["annee"].choices = [("", "Toutes"), *((str(year), str(year)) for year in plan.years)]
        for name in ("axe", "etat", "elu", "pilote", "annee", "priorite"):
            self.fields[name].error_messages["invalid_choice"] = "Ce choix n’existe pas ou n’existe plus."

    def apply(self, actions: QuerySet) -> QuerySet:
        """Those that match; wants `with_shown_state`."""
        self.is_valid()
        for name, keep in KEEPERS.items():
            value = self.cleaned_data.get(name)
            if value:
                actions = keep(actions, value)
        return actions


def _pilots(plan: Plan) -> list[tuple[str, str]]:
    lines = Pilot.objects.filter(action__axis__plan=plan).select_related("user", "team", "organisation")
    found = {}
    for pilot in lines.order_by("pk"):
        kind = next(kind for kind in ("user", "team", "organisation") if getattr(pilot, f"{kind}_id"))
        found[f"{kind}:{getattr(pilot, f'{kind}_id')}"] = str(pilot)
    return sorted(found.items(), key=lambda choice: choice[1])


def _text(actions: QuerySet, value: str) -> QuerySet:
    rule = Q(tags__contains=[value])
    for name in ("title", "summary", "description", "objectives"):
        rule |= Q(**{f"{name}__unaccent__icontains": value})
    return actions.filter(rule)


def _referent(actions: QuerySet, value: str) -> QuerySet:
    return actions.filter(referent__isnull=True) if value == "aucun" else actions.filter(referent_id=int(value))


def _pilot(actions: QuerySet, value: str) -> QuerySet:
    if value == "aucun":
        return actions.filter(pilots__isnull=True)
    kind, pk = value.split(":")
    return actions.filter(pk__in=Pilot.objects.filter(**{f"{kind}_id": int(pk)}).values("action"))


def _year(actions: QuerySet, value: str) -> QuerySet:
    """Under way, or with money, in that year."""
    year = int(value)
    begins = Q(start__isnull=True) | Q(start__year__lte=year)
    ends = Q(end__isnull=True) | Q(end__year__gte=year)
    dated = ~Q(start__isnull=True, end__isnull=True) & begins & ends
    return actions.filter(dated | Q(pk__in=Action.objects.filter(budget_lines__year=year).values("pk")))


KEEPERS: dict[str, Callable[[QuerySet, str], QuerySet]] = {
    "q": _text,
    "axe": lambda actions, value: actions.filter(axis__code=value),
    "etat": lambda actions, value: actions.filter(shown=value),
    "elu": _referent,
    "pilote": _pilot,
    "annee": _year,
    "priorite": lambda actions, value: actions.filter(priority=int(value)),
    "retard": lambda actions, value: actions.filter(shown=states.LATE),
}


def sort(actions: QuerySet, wanted: str) -> QuerySet:
    """By `?tri=`; an unknown one is the order of the plan."""
    names = SORTS.get(wanted.removeprefix("-"), SORTS["reference"])
    sign = "-" if wanted.startswith("-") else ""
    return actions.order_by(f"{sign}{names[0]}", *names[1:])
