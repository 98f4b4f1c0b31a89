"""The list of the desk: its filters, columns and order, each in the address."""

from functools import cached_property

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value

from beffroi.kernel import access, finding
from beffroi.kernel.dated import midnight, midnight_after
from beffroi.kernel.models import SearchEntry
from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.cases import rows
from beffroi.shared.cases.basket import BY_CODE, SITUATIONS
from beffroi.shared.cases.kept_lists import Column, DeskList
from beffroi.shared.cases.models import Case, case_kinds
from beffroi.shared.organisations.models import Membership, Organisation, Team

COLUMNS = (
    Column("objet", "Objet", lambda case: case.title, ("title",), width=40),
    Column("nature", "Nature", lambda case: case.kind_label.capitalize(), ("kind",), shown=False, width=22),
    Column("commune", "Commune", lambda case: str(case.commune or ""), ("commune__name",)),
    Column(
        "organisme", "Organisme", lambda case: str(case.organisation), ("organisation__name",), shown=False, width=30
    ),
    Column("equipe", "Équipe", lambda case: str(case.team or ""), ("team__name",), shown=False),
    Column(
        "agent",
        "Agent",
        lambda case: str(case.assignee or ""),
        ("assignee__last_name", "assignee__first_name"),
        width=22,
    ),
    Column("priorite", "Priorité", lambda case: case.get_priority_display(), ("priority",), shown=False, width=12),
    Column("canal", "Canal", lambda case: case.get_channel_display(), ("channel",), shown=False, width=14),
    Column("recue", "Reçue", lambda case: case.created_at, ("created_at",), shown=False),
    Column("echeance", "Échéance", lambda case: case.due_at, ("due_at",)),
    Column("etat", "État", lambda case: case.desk_state, ("state",)),
)
PERIODS = ("du", "au")


def bodies_of(user) -> set[int] | None:
    """The bodies whose cases, of any kind, `user` sees at the desk; None = all."""
    found: set[int] = set()
    for model in case_kinds():
        bodies = access.organisations_where(user, model.view_permission)
        if bodies is None:
            return None
        found |= bodies
    return found


def organisations_of(user) -> QuerySet[Organisation]:
    """The same, as objects."""
    bodies = bodies_of(user)
    active = Organisation.objects.filter(is_active=True)
    if bodies is None:
        return active.filter(Q(kind="epci") | Exists(Case.objects.filter(organisation=OuterRef("pk"))))
    return active.filter(pk__in=bodies)


# The list itself: its lines are read and written by `rows`.
CASES = DeskList(
    url_name="cases:list",
    title="Demandes",
    columns=COLUMNS,
    heading=rows.heading,
    organisations=organisations_of,
    cells=rows.CELLS,
    wide=("objet",),
)
ORDERS = {"reference": ("reference",)} | CASES.orders


def kinds_seen_by(user) -> list[type[Case]]:
    return [model for model in case_kinds() if access.can(user, model.view_permission)]


class FilterForm(forms.Form):
    """Every filter is a parameter of the address; what is unknown or empty filters nothing."""

    own_data = False
    q = forms.CharField(label="Rechercher", required=False, max_length=200)
    nature = forms.ChoiceField(label="Nature", required=False)
    etat = forms.ChoiceField(label="État", required=False)
    organisation = forms.ChoiceField(label="Organisme", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)
    equipe = forms.ChoiceField(label="Équipe", required=False)
    agent = forms.ChoiceField(label="Agent", required=False)
    priorite = forms.ChoiceField(label="Priorité", required=False, choices=[("", "Toutes"), *Case.Priority.choices])
    canal = forms.ChoiceField(label="Canal", required=False, choices=[("", "Tous"), *Case.Channel.choices])
    du = forms.DateField(label="Reçue à partir du", required=False, widget=DateInput)
    au = forms.DateField(label="Reçue jusqu’au", required=False, widget=DateInput)
    colonnes = CASES.columns_field()

    def __init__(self, data, *, user):
        super().__init__(data)
        for name, choices in remembered(user, "cases:choices", lambda: _choices(user)).items():
            self.fields[name].choices = choices

    @cached_property
    def wanted(self) -> dict:
        """The filters that are set and valid."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in ("", None, [])}

    @property
    def advanced(self) -> int:
        """How many are set among those that are folded."""
        return sum(1 for name in self.wanted if name not in ("q", "nature", "etat", "colonnes"))

    @property
    def columns(self) -> list[Column]:
        return CASES.chosen(self.wanted.get("colonnes"))

    def apply(self, cases: QuerySet) -> QuerySet:
        """The cases of the desk that answer to every filter."""
        for name, value in self.wanted.items():
            rule = RULES.get(name)
            if rule is not None:
                cases = cases.filter(rule(value))
        return cases


def _choices(user) -> dict[str, list]:
    """What each drop-down list offers to `user`."""
    kinds, bodies = kinds_seen_by(user), bodies_of(user)
    natures = [(model._meta.app_label, str(model._meta.verbose_name_plural).capitalize()) for model in kinds]
    states = [
        (
            str(model._meta.verbose_name_plural).capitalize(),
            [
                (f"{model._meta.app_label}:{value}", "Réponse attendue" if value in model.waiting_states else label)
                for value, label in model.states.choices
            ],
        )
        for model in kinds
    ]
    return {
        "nature": [("", "Toutes"), *natures],
        "etat": [("", "Tous"), *states],
        **_places(bodies),
        **_people(bodies),
    }


def _places(bodies: set[int] | None) -> dict[str, list]:
    wanted = Q(commune__member=True) | (Q(kind="epci") if bodies is None else Q(pk__in=bodies))
    rows = Organisation.objects.filter(wanted).order_by("name").values_list("pk", "name", "slug", "commune__member")
    mine = [(str(pk), name) for pk, name, _slug, _member in rows if bodies is None or pk in bodies]
    communes = [(slug, name) for _pk, name, slug, member in rows if member]
    return {"organisation": [("", "Tous"), *mine], "commune": [("", "Toutes"), *communes]}


def _people(bodies: set[int] | None) -> dict[str, list]:
    """The teams and the agents of these bodies, in one query."""
    roles = Membership.objects.active().filter(user__is_active=True)
    teams = Team.objects.filter(is_active=True).order_by()
    if bodies is not None:
        roles, teams = roles.filter(organisation__in=bodies), teams.filter(organisation__in=bodies)
    rows = teams.annotate(which=Value("equipe")).values_list("which", "pk", "name", "organisation__name")
    rows = rows.union(
        roles.annotate(which=Value("agent")).values_list("which", "user", "user__first_name", "user__last_name")
    )
    several = bodies is None or len(bodies) > 1
    found = {"equipe": [("", "Toutes"), ("aucune", "Aucune")], "agent": [("", "Tous"), ("aucun", "Personne")]}
    for which, pk, one, two in sorted(rows, key=lambda row: (row[3].casefold(), row[2].casefold())):
        label = f"{one} {two}" if which == "agent" else f"{one}, {two}" if several else one
        found[which].append((str(pk), label))
    return found


def _state(value: str) -> Q:
    app, _, state = value.partition(":")
    kind = next((model for model in case_kinds() if model._meta.app_label == app), None)
    return Q(kind=kind._meta.label_lower if kind else "", state=state)


def _kind(app: str) -> Q:
    return Q(kind__in=[model._meta.label_lower for model in case_kinds() if model._meta.app_label == app])


def _text(typed: str) -> Q:
    """By reference, by name, or by the words that the search box knows."""
    typed = finding.clean(typed)
    models = ContentType.objects.get_for_models(*case_kinds()).values()
    found = SearchEntry.objects.filter(target_type__in=models).extra(  # noqa: S610  the words are a parameter
        where=["vector @@ (SELECT kernel_query(%s, true))"], params=[typed]
    )
    return (
        Q(reference__icontains=typed)
        | Q(pk__in=found.values("target_id"))
        | Q(contact_name__unaccent__icontains=typed)
        | Q(person__last_name__unaccent__iexact=typed)
        | Q(requester__last_name__unaccent__iexact=typed)
    )


RULES = {
    "q": _text,
    "nature": _kind,
    "etat": _state,
    "organisation": lambda value: Q(organisation_id=int(value)),
    "commune": lambda value: Q(commune__slug=value),
    "equipe": lambda value: Q(team__isnull=True) if value == "aucune" else Q(team_id=int(value)),
    "agent": lambda value: Q(assignee__isnull=True) if value == "aucun" else Q(assignee_id=int(value)),
    "priorite": lambda value: Q(priority=int(value)),
    "canal": lambda value: Q(channel=value),
    "du": lambda day: Q(created_at__gte=midnight(day)),
    "au": lambda day: Q(created_at__lt=midnight_after(day)),
}


def situation_of(query) -> str:
    """The pile that the address names; the cases under way otherwise."""
    code = query.get("vue", "")
    return code if code in BY_CODE else ""


def ordered(cases: QuerySet, sort: str, *, under_way: bool = False) -> QuerySet:
    """In the order of `?tri=`; by default the most pressing first.

    `under_way` = none of them is ended: an index holds that order.
    """
    name = sort.removeprefix("-")
    if name not in ORDERS:
        ended = () if under_way else (F("closed_at").desc(nulls_first=True),)
        return cases.order_by(*ended, F("due_at").asc(nulls_last=True), "-created_at")
    keys = [
        F(key).desc(nulls_last=True) if sort.startswith("-") else F(key).asc(nulls_last=True) for key in ORDERS[name]
    ]
    return cases.order_by(*keys, "-pk")


def is_filtered(query) -> bool:
    """Does the address name a filter, or columns, of the form?"""
    return any(value != "" for name in FilterForm.base_fields for value in query.getlist(name))


def selection(user, query) -> tuple[FilterForm | None, QuerySet]:
    """The form, None when the address filters nothing, and the cases of an address."""
    form = FilterForm(query, user=user) if is_filtered(query) else None
    cases = Case.objects.listed_for(user).filter(BY_CODE[situation_of(query)].rule(user))
    return form, sort_of(form.apply(cases) if form else cases, query)


def sort_of(cases: QuerySet, query) -> QuerySet:
    """In the order that the address asks."""
    return ordered(cases, query.get("tri", ""), under_way=BY_CODE[situation_of(query)].under_way)


def situation_tabs(query, path: str, figures: dict[str, int]) -> list[tuple]:
    """The piles as links, the other filters kept."""
    tabs = []
    for situation in SITUATIONS:
        kept = query.copy()
        for name in ("vue", "page"):
            kept.pop(name, None)
        if situation.code:
            kept["vue"] = situation.code
        url = f"{path}?{kept.urlencode()}" if kept else path
        tabs.append((situation.label, url, figures.get(situation.code) or None if situation.code else None))
    return tabs
