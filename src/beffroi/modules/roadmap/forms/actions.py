"""What is written about an action: its text, its place, its dates, its people."""

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.roadmap.models import Action, Axis, Pilot, Plan, Referent
from beffroi.shared.organisations.models import Commune, Organisation, Team

SEVERAL = "Ctrl (ou Cmd) pour en choisir plusieurs."
GONE = "Ce choix n’existe pas ou n’existe plus."
TEXTS = ("title", "summary", "description", "objectives", "audience", "means")


def split_tags(text: str) -> list[str]:
    """The words of « eau, routes », each once. Raises ValidationError for one that is too long."""
    words = [word.strip() for word in text.split(",")]
    tags = list(dict.fromkeys(word for word in words if word))
    if any(len(tag) > 40 for tag in tags):
        raise forms.ValidationError("Un mot-clé a 40 caractères au plus.")
    return tags


class ReasonMixin(forms.Form):
    """Asks why when the plan has already been frozen once: the next revision takes it up."""

    reason = forms.CharField(
        label="Pourquoi ce changement",
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text="Demandé quand un engagement du plan change ; la prochaine révision le reprendra.",
    )


class ActionForm(ReasonMixin, forms.ModelForm):
    """The words of an action, its place and its dates."""

    tags = forms.CharField(label="Mots-clés", required=False, max_length=400, help_text="Séparés par des virgules.")

    class Meta:
        model = Action
        fields = ("axis", "number", *TEXTS, "start", "end", "priority", "tags", "source_place")
        widgets = {"start": DateInput, "end": DateInput}

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["axis"].queryset = plan.axes.order_by("position", "pk")
        self.fields["axis"].empty_label = None
        for name in ("summary", "description", "objectives", "means"):
            self.fields[name].widget.attrs["rows"] = 4
        self.fields["number"].required = False
        self.fields["number"].help_text = "Laissez vide pour la mettre à la fin de l’axe."
        self.fields["source_place"].help_text = "Où cette action se trouve dans le document adopté."
        self.initial["tags"] = ", ".join(self.instance.tags)
        if self.instance.pk is None:
            del self.fields["reason"]

    def clean_tags(self) -> list[str]:
        return split_tags(self.cleaned_data["tags"])

    def _post_clean(self):
        """The action checks the model: the object given stays as the database has it."""

    def clean(self):
        values = super().clean()
        start, end = values.get("start"), values.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin prévue doit venir après le début.")
        return values

    @property
    def changes(self) -> dict:
        """What the action takes."""
        values = {name: self.cleaned_data[name] for name in self.Meta.fields}
        if values["number"] is None:
            del values["number"]
        return values


class LongList(forms.SelectMultiple):
    """Several names to choose in a long list."""

    def __init__(self, attrs=None):
        super().__init__({"size": 8} | (attrs or {}))


def _several(label: str, widget=LongList, help_text: str = SEVERAL) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        required=False,
        coerce=int,
        widget=widget,
        help_text=help_text,
        error_messages={"invalid_choice": GONE},
    )


class PeopleForm(ReasonMixin):
    """Who carries an action, who answers for it, with whom and where."""

    referent = forms.TypedChoiceField(
        label="Élu référent", required=False, coerce=int, empty_value=None, error_messages={"invalid_choice": GONE}
    )
    users = _several("Agents pilotes", forms.CheckboxSelectMultiple, "")
    teams = _several("Équipes pilotes", forms.CheckboxSelectMultiple, "")
    organisations = _several("Organismes pilotes", help_text=f"{SEVERAL} Leurs agents peuvent mettre l’action à jour.")
    partners = _several("Partenaires")
    other_partners = forms.CharField(label="Autres partenaires", required=False, max_length=250)
    communes = _several("Communes concernées", help_text=f"Aucune : tout le territoire. {SEVERAL}")
    field_order = ("referent", "users", "teams", "organisations", "partners", "other_partners", "communes", "reason")

    def __init__(self, *args, action: Action, **kwargs):
        super().__init__(*args, **kwargs)
        kept = _people_of(action)
        self.initial = kept | {"referent": action.referent_id, "other_partners": action.other_partners}
        plan_body = action.axis.plan.organisation_id
        agents = User.objects.filter(Q(memberships__organisation=plan_body, is_active=True) | Q(pk__in=kept["users"]))
        teams = Team.objects.filter(Q(organisation=plan_body, is_active=True) | Q(pk__in=kept["teams"]))
        in_office = Q(organisation=plan_body) & (Q(end__isnull=True) | Q(end__gte=timezone.localdate()))
        referents = Referent.objects.filter(in_office | Q(pk=action.referent_id)).order_by("name")
        bodies = list(Organisation.objects.order_by("name").values_list("pk", "name", "kind"))
        towns = {pk for pk, _name, kind in bodies if kind == "commune"}
        choices = {
            "referent": [("", "Aucun"), *((person.pk, str(person)) for person in referents)],
            "users": [(user.pk, str(user)) for user in agents.distinct().order_by("last_name", "first_name", "pk")],
            "teams": [(team.pk, team.name) for team in teams.order_by("name")],
            "organisations": [(pk, name) for pk, name, _kind in bodies],
            "partners": [(pk, name) for pk, name, _kind in bodies if pk not in towns or pk in kept["partners"]],
            "communes": [(pk, name) for pk, name, _kind in bodies if pk in towns],
        }
        for name, known in choices.items():
            self.fields[name].choices = known

    @property
    def changes(self) -> dict:
        """What the action takes."""
        values = self.cleaned_data
        return {
            "referent": Referent.objects.filter(pk=values["referent"]).first(),
            "pilots": {
                "user": User.objects.filter(pk__in=values["users"]),
                "team": Team.objects.filter(pk__in=values["teams"]),
                "organisation": Organisation.objects.filter(pk__in=values["organisations"]),
            },
            "partners": Organisation.objects.filter(pk__in=values["partners"]),
            "other_partners": values["other_partners"],
            "communes": Commune.objects.filter(pk__in=values["communes"]),
        }


def _people_of(action: Action) -> dict[str, list[int]]:
    """The numbers of those whom the action already names, in one query."""
    pilots = Pilot.objects.filter(action=OuterRef("pk"))
    lists = {
        name: ArraySubquery(pilots.filter(**{f"{kind}__isnull": False}).values(f"{kind}_id"))
        for name, kind in (("users", "user"), ("teams", "team"), ("organisations", "organisation"))
    }
    lists["partners"] = ArraySubquery(Organisation.objects.filter(roadmap_partnerships=OuterRef("pk")).values("pk"))
    lists["communes"] = ArraySubquery(Commune.objects.filter(roadmap_actions=OuterRef("pk")).values("pk"))
    found = Action.objects.filter(pk=action.pk).annotate(**{f"{name}_ids": part for name, part in lists.items()})
    values = found.values(*(f"{name}_ids" for name in lists)).get()
    return {name: values[f"{name}_ids"] for name in lists}


class SameForm(ReasonMixin):
    """Says that a line repeats another action of the plan."""

    same_as = forms.ModelChoiceField(
        Action.objects.none(),
        label="Cette ligne répète",
        required=False,
        empty_label="Aucune : c’est une action à part",
    )
    field_order = ("same_as", "reason")

    def __init__(self, *args, action: Action, user, **kwargs):
        super().__init__(*args, **kwargs)
        others = Action.objects.visible_to(user).filter(axis__plan=action.axis.plan).distinct_ones()
        self.fields["same_as"].queryset = others.exclude(pk=action.pk).select_related("axis")
        self.initial = {"same_as": action.same_as_id}


class AxisForm(forms.ModelForm):
    class Meta:
        model = Axis
        fields = ("code", "title", "summary", "parent", "position", "editor_note")

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = plan.axes.exclude(pk=self.instance.pk)
        self.fields["parent"].empty_label = "Aucun : c’est un axe du plan"
        self.fields["editor_note"].help_text = "Ce qu’il faut savoir du document d’origine. Visible de tous."
        self.fields["position"].help_text = "1 pour le premier."

    def _post_clean(self):
        """The action checks the model."""


class PlanForm(forms.ModelForm):
    source_url = forms.URLField(label="Adresse du document", required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = Plan
        fields = (
            "title",
            "kind",
            "start",
            "end",
            "summary",
            "source_title",
            "source_url",
            "editor_note",
            "is_public",
            "budget_is_public",
            "taxes",
            "has_demo_figures",
            "revision_months",
        )
        widgets = {"start": DateInput, "end": DateInput}

    def _post_clean(self):
        """The action checks the model."""


class NewPlanForm(PlanForm):
    """The same for a plan that does not exist yet, with the body that will steer it, among `bodies`."""

    class Meta(PlanForm.Meta):
        fields = ("organisation", *(name for name in PlanForm.Meta.fields if name != "has_demo_figures"))

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies
        self.fields["organisation"].empty_label = None
        self.fields["is_public"].help_text = "Laissez décoché pour l’écrire d’abord au bureau."


class ReferentForm(forms.ModelForm):
    class Meta:
        model = Referent
        fields = ("name", "office", "start", "end", "user")
        widgets = {"start": DateInput, "end": DateInput}

    def __init__(self, *args, plan: Plan, **kwargs):
        super().__init__(*args, **kwargs)
        held = Q(memberships__organisation=plan.organisation, is_active=True)
        self.fields["user"].queryset = User.objects.filter(held | Q(pk=self.instance.user_id)).distinct()
        self.fields["user"].empty_label = "Aucun compte"
        self.fields["user"].help_text = "Pour que cette personne soit prévenue d’un blocage ou d’un retard."
        self.fields["end"].help_text = "À remplir quand le mandat se termine."

    def _post_clean(self):
        """The action checks the model."""
