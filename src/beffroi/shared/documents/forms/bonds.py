"""Links, types of document, one gesture on many documents."""

from django import forms
from django.utils.text import slugify

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.documents.forms.documents import PlaceField
from beffroi.shared.documents.forms.places import series_of
from beffroi.shared.documents.models import Document, DocumentType, Link

KINDS = (("text", "texte"), ("number", "nombre"), ("date", "date"), ("boolean", "oui ou non"), ("choice", "choix"))


class LinkForm(forms.Form):
    """Another document, by its address or its number."""

    own_data = False
    kind = forms.ChoiceField(label="Ce document", choices=Link.Kind.choices)
    other = forms.CharField(
        label="L’autre document", max_length=300, help_text="Son adresse, copiée du navigateur, ou son numéro."
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_other(self) -> Document:
        digits = [part for part in self.cleaned_data["other"].split("/") if part.isascii() and part.isdecimal()]
        number = int(digits[-1]) if digits and len(digits[-1]) < 16 else 0
        found = Document.objects.visible_to(self.user).filter(pk=number).first()
        if found is None:
            raise forms.ValidationError("Ce document n’existe pas, ou vous ne le voyez pas.")
        return found


class TypeForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = DocumentType
        fields = ["name", "is_active"]

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation


class TypeFieldForm(forms.Form):
    """One field of a type; without a label, the line is left out."""

    own_data = False
    label = forms.CharField(label="Libellé", max_length=60, required=False)
    type = forms.ChoiceField(label="Nature", choices=KINDS)
    choices = forms.CharField(
        label="Choix", max_length=300, required=False, help_text="Séparés par des virgules, pour un choix."
    )
    required = forms.BooleanField(label="Obligatoire", required=False)
    remind = forms.IntegerField(
        label="Prévenir, jours avant",
        min_value=1,
        max_value=999,
        required=False,
        help_text="Pour une date : qui suit le document est prévenu.",
    )


TypeFieldFormSet = forms.formset_factory(TypeFieldForm, extra=3, max_num=20, validate_max=True)


def specs_of(lines, kept: list[dict]) -> list[dict]:
    """The fields that were written; one that keeps its label keeps its name, so that what was typed stays."""
    names = {spec["label"]: spec["name"] for spec in kept}
    found = []
    for rank, line in enumerate(lines):
        given = line.cleaned_data
        label = (given.get("label") or "").strip()
        if not label:
            continue
        before = kept[rank]["name"] if rank < len(kept) else ""
        name = names.get(label) or before or slugify(label).replace("-", "_")[:40] or f"champ_{rank}"
        spec = {"name": name, "label": label, "type": given["type"], "required": given["required"]}
        if given["type"] == "choice":
            spec["choices"] = [one.strip() for one in given["choices"].split(",") if one.strip()]
        if given["type"] == "date" and given.get("remind"):
            spec["remind"] = given["remind"]
        found.append(spec)
    return found


class ManyForm(forms.Form):
    """What to do to the documents that were ticked: each part left empty changes nothing."""

    own_data = False
    place = PlaceField(required=False)
    series = forms.ModelChoiceField(label="Série", queryset=None, required=False, empty_label="Ne rien changer")
    kind = forms.ModelChoiceField(label="Type", queryset=None, required=False, empty_label="Ne rien changer")
    dated_on = forms.DateField(label="Date du document", widget=DateInput, required=False)
    sender = forms.CharField(label="Auteur ou expéditeur", max_length=160, required=False)
    tags = forms.CharField(
        label="Étiquettes à ajouter", max_length=300, required=False, help_text="Séparées par des virgules."
    )
    finalise = forms.BooleanField(label="Rendre définitifs", required=False)

    def __init__(self, *args, user, organisation_id, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].offer(user, organisation_id)
        self.fields["place"].label = "Déplacer vers"
        self.fields["series"].queryset = series_of(organisation_id)
        kinds = DocumentType.objects.filter(organisation=organisation_id, is_active=True)
        self.fields["kind"].queryset = kinds

    def clean(self):
        data = super().clean()
        if not self.errors and not any(data.values()):
            raise forms.ValidationError("Choisissez au moins un changement.")
        return data
