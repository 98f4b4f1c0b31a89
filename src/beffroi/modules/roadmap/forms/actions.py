"""What is written about an action: its text, its place, its dates, its people."""

from django import forms
from django.db.models import Q

from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.roadmap.models import Action, Axis, Plan, Referent
from beffroi.shared.organisations.models import Commune, Organisation, Team

SEVERAL = "Ctrl (ou Cmd) pour en choisir plusieurs."
TEXTS = ("title", "summary", "description", "objectives", "audience", "means")


class ReasonMixin(forms.Form):
    """Asks why when the plan has already been frozen once: the next revision takes it up."""

    reason = forms.CharField(
        label="Pourquoi ce changement",
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text="Demandé quand un engagement du plan change ; la prochaine révision le reprendra.",
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
        words = [word.strip() for word in self.cleaned_data["tags"].split(",")]
        tags = list(dict.fromkeys(word for word in words if word))
        if any(len(tag) > 40 for tag in tags):
            raise forms.ValidationError("Un mot-clé a 40 caractères au plus.")
        return tags

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


class PeopleForm(ReasonMixin):
    """Who carries an action, who answers for it, with whom and where."""

    referent = forms.ModelChoiceField(
        Referent.objects.none(), label="Élu référent", required=False, empty_label="Aucun"
    )
    users = forms.ModelMultipleChoiceField(
        User.objects.none(), label="Agents pilotes", required=False, widget=forms.CheckboxSelectMultiple
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.none(), label="Équipes pilotes", required=False, widget=forms.CheckboxSelectMultiple
    )
    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label="Organismes pilotes",
        required=False,
        help_text=f"{SEVERAL} Leurs agents peuvent mettre l’action à jour.",
    )
    partners = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label="Partenaires",
        required=False,
        help_text="Ctrl (ou Cmd) pour en choisir plusieurs.",
    )
    other_partners = forms.CharField(label="Autres partenaires", required=False, max_length=250)
    communes = forms.ModelMultipleChoiceField(
        Commune.objects.none(),
        label="Communes concernées",
        required=False,
        help_text=f"Aucune : tout le territoire. {SEVERAL}",
    )
    field_order = ("referent", "users", "teams", "organisations", "partners", "other_partners", "communes", "reason")

    def __init__(self, *args, action: Action, **kwargs):
        super().__init__(*args, **kwargs)
        body = action.axis.plan.organisation
        pilots = list(action.pilots.all())
        kinds = ("user", "team", "organisation")
        kept = {kind: [pk for pilot in pilots if (pk := getattr(pilot, f"{kind}_id"))] for kind in kinds}
        agents = User.objects.filter(Q(memberships__organisation=body, is_active=True) | Q(pk__in=kept["user"]))
        fields = self.fields
        fields["referent"].queryset = Referent.objects.filter(
            Q(organisation=body, pk__in=Referent.objects.in_office().values("pk")) | Q(pk=action.referent_id)
        )
        fields["users"].queryset = agents.distinct().order_by("last_name", "first_name", "pk")
        fields["teams"].queryset = Team.objects.filter(
            Q(organisation=body, is_active=True) | Q(pk__in=kept["team"])
        ).order_by("name")
        fields["organisations"].queryset = Organisation.objects.order_by("name")
        known = Q(pk__in=action.partners.values("pk"))
        fields["partners"].queryset = Organisation.objects.filter(~Q(kind="commune") | known).order_by("name")
        fields["communes"].queryset = Commune.objects.order_by("name")
        self.initial = {
            "referent": action.referent_id,
            "users": kept["user"],
            "teams": kept["team"],
            "organisations": kept["organisation"],
            "partners": [body.pk for body in action.partners.all()],
            "other_partners": action.other_partners,
            "communes": [commune.pk for commune in action.communes.all()],
        }

    @property
    def changes(self) -> dict:
        values = self.cleaned_data
        return {
            "referent": values["referent"],
            "pilots": {"user": values["users"], "team": values["teams"], "organisation": values["organisations"]},
            "partners": values["partners"],
            "other_partners": values["other_partners"],
            "communes": values["communes"],
        }


class SameForm(ReasonMixin):
    """Says that a line repeats another action of the plan."""

    same_as = forms.ModelChoiceField(
        Action.objects.none(),
        label="Cette ligne répète",
        required=False,
        empty_label="Aucune : c’est une action à part",
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
        self.fields["parent"].empty_label = "Aucun : c’est un axe du plan"
        self.fields["editor_note"].help_text = "Ce qu’il faut savoir du document d’origine. Visible de tous."
        self.fields["position"].help_text = "1 pour le premier."

    def _post_clean(self):
        """The action checks the model."""


class PlanForm(forms.ModelForm):
    source_url = forms.URLField(label="Adresse du document", required=False, max_length=200, assume_scheme="https")

    class Meta:
        model = Plan
        fields = (
            "title", "kind", "start", "end", "summary", "source_title", "source_url", "editor_note", "is_public",
            "budget_is_public", "taxes", "has_demo_figures", "revision_months",
        )  # fmt: skip
        widgets = {"start": DateInput, "end": DateInput}

    def _post_clean(self):
        """The action checks the model."""


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
