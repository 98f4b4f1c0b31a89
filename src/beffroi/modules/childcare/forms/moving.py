"""Where a home lives: what a family asks for, what an agent reads on a proof."""

import datetime

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Move
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people import communes
from beffroi.shared.people.models import Household

OLDEST = datetime.date(1950, 1, 1)
AHEAD = datetime.timedelta(days=92)


def _commune() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        label="Commune", queryset=Commune.objects.none(), required=False, empty_label="Une autre, hors du territoire"
    )


def _since(day: datetime.date) -> datetime.date:
    if day < OLDEST:
        raise forms.ValidationError("Vérifiez l’année.")
    if day > timezone.localdate() + AHEAD:
        raise forms.ValidationError("Trois mois à l’avance au plus.")
    return day


class MoveForm(forms.Form):
    """The address of a home as its family would have it, since when, and the proof."""

    own_data = False
    address = forms.CharField(label="Adresse", max_length=250)
    postal_code = forms.CharField(label="Code postal", max_length=5)
    city = forms.CharField(label="Localité", max_length=80)
    commune = _commune()
    start = forms.DateField(label="Vous y vivez depuis le", widget=DateInput)
    files = UploadsField(label="Justificatif de domicile", most=3)

    def __init__(self, *args, household: Household, **kwargs):
        names = ("address", "postal_code", "city", "commune")
        super().__init__(*args, initial={name: getattr(household, name) for name in names}, **kwargs)
        self.fields["commune"].queryset = communes.offered()
        self.fields["address"].widget.attrs |= {
            "data-suggest": "/adresses/suggestions",
            "data-suggest-fill": "postal_code city",
            "autocomplete": "off",
        }
        said = "Facture d’eau, d’électricité ou de téléphone, quittance, avis d’imposition : de moins de trois mois."
        self.fields["files"].help_text = f"{said} {self.fields['files'].help_text}"
        self.fields["files"].error_messages["required"] = "Joignez un justificatif de domicile."

    def clean_postal_code(self):
        code = self.cleaned_data["postal_code"].strip()
        if not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise forms.ValidationError("Un code postal a cinq chiffres.")
        return code

    def clean_start(self):
        return _since(self.cleaned_data["start"])

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ("address", "postal_code", "city", "commune")}


class MoveAnswerForm(forms.Form):
    """What an agent accepts of a request, and why the rest is not."""

    own_data = False
    start = forms.DateField(
        label="Commune prouvée à partir du",
        widget=DateInput,
        help_text="Le tarif suit ce jour. Les factures déjà émises ne changent pas.",
    )
    reason = forms.CharField(
        label="Si vous refusez un champ, pourquoi",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="La famille le lit.",
    )

    def __init__(self, *args, move: Move, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["start"].initial = move.start
        if "commune" not in move.fields:
            del self.fields["start"]

    def clean_start(self):
        return _since(self.cleaned_data["start"])


class ResidenceForm(forms.Form):
    """A proof of residence seen at the counter."""

    own_data = False
    commune = _commune()
    start = forms.DateField(
        label="À partir du",
        widget=DateInput,
        help_text="Le tarif suit ce jour. Les factures déjà émises ne changent pas.",
    )
    seen = forms.BooleanField(
        label="J’ai vu un justificatif de domicile de moins de trois mois",
        error_messages={"required": "Sans justificatif, le domicile reste à vérifier."},
    )

    def __init__(self, *args, household: Household, start: datetime.date, **kwargs):
        super().__init__(*args, initial={"commune": household.commune, "start": start}, **kwargs)
        self.fields["commune"].queryset = communes.offered()

    def clean_start(self):
        return _since(self.cleaned_data["start"])
