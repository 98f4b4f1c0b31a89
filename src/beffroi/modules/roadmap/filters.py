"""The filters of the lists of actions, kept in the address."""

from collections.abc import Callable

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField
from django.db.models.functions import Cast, JSONArray

from beffroi.modules.roadmap import states
from beffroi.modules.roadmap.models import Action, Axis, Pilot, Plan, Referent

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
    """What to keep of the actions of a plan fetched `with_choices`.

    An unknown value is told beside its field and keeps everything.
    """

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
        referents = [tuple(pair) for pair in plan.referent_choices]
        self.fields["axe"].choices = [ANY, *((code, f"{code}. {title}") for code, title in plan.axis_choices)]
        self.fields["etat"].choices = [ANY, *((shown.code, shown.label) for shown in states.SHOWN.values())]
        self.fields["elu"].choices = [ANY, ("aucun", "Aucun"), *referents]
        self.fields["pilote"].choices = [ANY, ("aucun", "Aucun"), *_pilots(plan.pilot_choices)]
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


def with_choices(plans: QuerySet) -> QuerySet:
    """Adds what the choices of `ActionFilter` are made of: one query with the plan itself."""
    plan = OuterRef("pk")
    axes = Axis.objects.filter(plan=plan).order_by("position", "pk")
    referents = Referent.objects.filter(
        Exists(Action.objects.filter(axis__plan=OuterRef(plan), referent=OuterRef("pk")))
    )
    pilots = Pilot.objects.filter(action__axis__plan=plan).order_by("pk")
    kinds = ("user_id", "team_id", "organisation_id")
    names = ("user__first_name", "user__last_name", "user__email", "team__name", "organisation__name")
    number = Cast("pk", TextField())
    return plans.annotate(
        axis_choices=ArraySubquery(axes.values(json=JSONArray("code", "title"))),
        referent_choices=ArraySubquery(referents.order_by("name").values(json=JSONArray(number, "name"))),
        pilot_choices=ArraySubquery(pilots.values(json=JSONArray(*kinds, *names))),
    )


def _pilots(lines: list[list]) -> list[tuple[str, str]]:
    found = {}
    for user, team, body, first, last, email, team_name, body_name in lines:
        if user:
            found[f"user:{user}"] = f"{first} {last}".strip() or email
        elif team:
            found[f"team:{team}"] = team_name
        else:
            found[f"organisation:{body}"] = body_name
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
