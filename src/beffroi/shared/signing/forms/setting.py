"""Desks, circuits, natures, delegations, keys; and the file that anyone checks."""

from django import forms

from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.documents.models import Space
from beffroi.shared.organisations.models import Membership
from beffroi.shared.signing.forms.deciding import LARGEST_COPY
from beffroi.shared.signing.levels import Level, Strength
from beffroi.shared.signing.models import (
    Circuit,
    CircuitStep,
    Delegation,
    Desk,
    Detail,
    Kind,
    ModuleKey,
    Nature,
    Route,
    Rule,
)


def agents_of(organisations):
    """The accounts that hold a role today in one of these bodies (objects or ids)."""
    active = Membership.objects.active().filter(organisation__in=organisations)
    return User.objects.filter(is_active=True, pk__in=active.values("user")).order_by("last_name", "first_name")


class DeskForm(forms.ModelForm):
    own_data = False
    holders = forms.ModelMultipleChoiceField(
        label="Titulaires",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Si plusieurs personnes tiennent le bureau, la décision de l’une suffit, sauf si l’étape demande "
        "que chaque titulaire décide.",
    )

    class Meta:
        model = Desk
        fields = ("name", "head", "digest", "is_active")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        self.fields["head"].queryset = Desk.objects.filter(organisation=organisation).exclude(pk=self.instance.pk)
        self.fields["head"].empty_label = "Aucun"
        self.fields["holders"].queryset = agents_of([organisation])
        if self.instance.pk:
            self.fields["holders"].initial = list(self.instance.holders.active().values_list("user_id", flat=True))


class CircuitForm(forms.ModelForm):
    class Meta:
        model = Circuit
        fields = ("name", "archive_to", "is_active")
        help_texts = {"archive_to": "Pour une étape « Archivage » : le document signé et son bordereau y sont classés."}

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        self.fields["archive_to"].queryset = Space.objects.filter(organisation=organisation)
        self.fields["archive_to"].empty_label = "Aucun"


class CircuitStepForm(forms.Form):
    """One line of a circuit; an empty rank drops it."""

    position = forms.IntegerField(label="Rang", min_value=1, max_value=50, required=False)
    kind = forms.ChoiceField(label="Demandé", choices=Kind.choices)
    desk = forms.ChoiceField(label="Bureau", required=False)
    days = forms.IntegerField(label="Délai (jours)", min_value=1, max_value=365, initial=3)
    strength = forms.ChoiceField(label="Clé exigée", choices=Strength.choices, required=False)
    floor = forms.ChoiceField(label="Niveau exigé", choices=Level.choices, required=False)
    alternative = forms.BooleanField(label="L’un de ce rang suffit", required=False)
    everyone = forms.BooleanField(label="Chaque titulaire décide", required=False)

    def __init__(self, *args, desks, **kwargs):
        super().__init__(*args, **kwargs)
        self.desks = {str(desk.pk): desk for desk in desks}
        routes = [(f"-{route.value}", route.label) for route in Route if route not in (Route.DESK, Route.ABOVE)]
        self.fields["desk"].choices = [("", Route.ABOVE.label), *routes, *self.desks.items()]

    def clean(self):
        data = super().clean()
        wanted = data.get("desk") or ""
        data["desk"] = self.desks.get(wanted)
        data["route"] = Route.DESK if data["desk"] else Route(wanted[1:] or Route.ABOVE)
        data["strength"] = data.get("strength") or Strength.SIMPLE
        data["floor"] = data.get("floor") or Level.B
        return data


CircuitStepFormSet = forms.formset_factory(CircuitStepForm, extra=3, max_num=30)
STEP_FIELDS = ("position", "kind", "route", "desk", "days", "strength", "floor", "alternative", "everyone")


def steps_of(formset) -> list[CircuitStep]:
    """The steps that were filled in."""
    return [
        CircuitStep(**{name: line.get(name) for name in STEP_FIELDS})
        for line in formset.cleaned_data
        if line.get("position")
    ]


class NatureForm(forms.ModelForm):
    class Meta:
        model = Nature
        fields = (
            "type",
            "name",
            "circuit",
            "format",
            "level",
            "fallback",
            "stamp_page",
            "in_turn",
            "reminder_days",
            "expiry_days",
            "is_active",
        )
        help_texts = {
            "stamp_page": "1 : la première page ; −1 : la dernière. Un document qui porte #signature# ou #cachet# dans "
            "son texte dit lui-même où va le tampon.",
            "reminder_days": "0 : jamais.",
            "expiry_days": "0 : jamais.",
            "level": "Au-delà de B-B, il faut un service d’horodatage. Le niveau atteint est toujours dit.",
        }

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        self.fields["circuit"].queryset = Circuit.objects.filter(organisation=organisation)
        self.fields["circuit"].empty_label = "Choisissez un circuit"


class DetailForm(forms.ModelForm):
    choices = forms.CharField(label="Choix (séparés par une virgule)", required=False, max_length=600)

    class Meta:
        model = Detail
        fields = ("name", "kind", "choices", "moment", "required")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["name"].required = False
        self.initial["choices"] = ", ".join(self.instance.choices)

    def clean_choices(self) -> list[str]:
        return [word.strip()[:60] for word in self.cleaned_data["choices"].split(",") if word.strip()]

    def clean(self):
        data = super().clean()
        if data.get("name") and data.get("kind") == Detail.Kind.CHOICE and not data.get("choices"):
            self.add_error("choices", "Donnez les choix proposés.")
        return data


class RuleForm(forms.ModelForm):
    class Meta:
        model = Rule
        fields = ("rank", "detail", "test", "value", "circuit")

    def __init__(self, *args, nature: Nature, offered: tuple[list, list], **kwargs):
        """`offered` = the details and the circuits to choose among, read once for all the lines."""
        super().__init__(*args, **kwargs)
        details, circuits = offered
        asked = Detail.objects.filter(nature=nature) if nature.pk else Detail.objects.none()
        self.fields["detail"].queryset = asked.filter(moment=Detail.Moment.CREATION)
        self.fields["detail"].choices = [("", "L’objet du dossier"), *((one.pk, str(one)) for one in details)]
        self.fields["circuit"].queryset = Circuit.objects.filter(organisation=nature.organisation_id)
        self.fields["circuit"].choices = [("", "Choisissez"), *((one.pk, str(one)) for one in circuits)]
        self.fields["circuit"].required = self.fields["value"].required = False

    def clean(self):
        data = super().clean()
        if data.get("value") and not data.get("circuit"):
            self.add_error("circuit", "Choisissez le circuit de cette règle.")
        return data


DetailFormSet = forms.modelformset_factory(Detail, form=DetailForm, extra=2, max_num=20)
RuleFormSet = forms.modelformset_factory(Rule, form=RuleForm, extra=2, max_num=20)


class DelegationForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Delegation
        fields = ("desk", "user", "ground", "start", "end")
        widgets = {"start": DateInput, "end": DateInput, "ground": forms.RadioSelect}
        help_texts = {"ground": "Chaque décision le dira, sur le bordereau aussi."}

    def __init__(self, *args, desks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["desk"].queryset = desks
        self.fields["user"].queryset = agents_of({desk.organisation_id for desk in desks})


class ModuleKeyForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = ModuleKey
        fields = ("user", "token", "label", "is_active")
        help_texts = {
            "token": "Tel que l’administrateur l’a nommé dans le module.",
            "label": "Le nom commun de la clé et de son certificat dans le jeton.",
        }

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["user"].queryset = agents_of(organisations)


class VerifyForm(forms.Form):
    file = forms.FileField(
        label="Fichier signé", help_text="PDF, XML signé, ou signature détachée (.xml, .p7s). Il est lu, puis oublié."
    )
    payload = forms.FileField(
        label="Fichier que la signature accompagne",
        required=False,
        help_text="Seulement pour une signature détachée : le document qu’elle signe.",
    )

    def _small(self, name: str):
        file = self.cleaned_data[name]
        if file and file.size > LARGEST_COPY:
            raise forms.ValidationError("Ce fichier dépasse 20 Mo.")
        return file

    def clean_file(self):
        return self._small("file")

    def clean_payload(self):
        return self._small("payload")
