"""What an agent writes about budgets and grants."""

from collections.abc import Callable
from typing import Any

from django import forms

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.transparency.importing import budgets, charts, grants, tables
from beffroi.modules.transparency.models import DatasetSheet, Grant
from beffroi.modules.transparency.models.grant import SEVERAL, SINGLE
from beffroi.shared.organisations.models import Organisation

TERMS = [(SINGLE, "en une fois"), (SEVERAL, "en plusieurs fois"), ("autre", "autrement")]


class BodyForm(forms.Form):
    """A form about one of the bodies in which the agent may write."""

    organisation = forms.ModelChoiceField(label="Collectivité", queryset=Organisation.objects.none(), empty_label=None)

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies
        if bodies.count() == 1:
            self.fields["organisation"].initial = bodies.get()
            self.fields["organisation"].widget = forms.HiddenInput()


class FileForm(BodyForm):
    """A body and a file. `reading` = what the file holds once the form is valid."""

    file = forms.FileField(label="Fichier")
    reading: Any = None

    def take(self, data: dict, read: Callable[[bytes, Organisation], Any]) -> dict:
        """Read the file; what makes it unreadable as a whole is told beside it."""
        uploaded, organisation = data.get("file"), data.get("organisation")
        self.reading = None
        if uploaded is not None and organisation is not None:
            try:
                self.reading = read(uploaded.read(tables.LARGEST + 1), organisation)
            except tables.Unreadable as fault:
                self.add_error("file", str(fault))
        return data


class BudgetFileForm(FileForm):
    field_order = ["organisation", "file"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "Budget"
        self.fields["file"].help_text = (
            "Le document budgétaire (XML) que votre comptabilité fait pour la préfecture, ou un tableau CSV aux "
            "colonnes du format commun (BGT_NATDEC, BGT_ANNEE…). 20 Mo au plus."
        )

    def clean(self):
        return self.take(super().clean(), lambda content, _body: budgets.read(content))


class GrantFileForm(FileForm):
    field_order = ["organisation", "file"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "Tableau des subventions"
        self.fields["file"].help_text = (
            "Un CSV aux colonnes du format commun : dateConvention, nomBeneficiaire, idBeneficiaire, objet, montant, "
            "nature, conditionsVersement, datesPeriodeVersement… 20 Mo au plus."
        )

    def clean(self):
        return self.take(super().clean(), grants.read)


class ChartForm(forms.Form):
    file = forms.FileField(
        label="Plan de comptes (XML)",
        help_text="Le fichier « planDeCompte.xml » de la nomenclature et de l’exercice, que l’État publie.",
    )

    def clean_file(self):
        content = self.cleaned_data["file"].read(tables.LARGEST + 1)
        try:
            charts.read(content)
        except tables.Unreadable as fault:
            raise forms.ValidationError(str(fault)) from fault
        return content


class GrantForm(forms.ModelForm):
    """One grant. The way of paying is chosen, or said in words."""

    own_data = False
    way = forms.ChoiceField(label="Versement", choices=TERMS, widget=forms.RadioSelect, initial=SINGLE)

    class Meta:
        model = Grant
        fields = (
            "organisation",
            "beneficiary",
            "beneficiary_siret",
            "beneficiary_rna",
            "object",
            "convention_on",
            "reference",
            "amount",
            "share",
            "nature",
            "way",
            "terms",
            "paid_from",
            "paid_until",
            "notified",
            "rae",
            "scheme",
        )
        widgets = {"convention_on": DateInput, "paid_from": DateInput, "paid_until": DateInput}
        help_texts = {
            "object": "Une phrase que chacun comprend : elle sera publique.",
            "amount": "En euros, pour tous les bénéficiaires ensemble.",
            "paid_until": "Vide si elle est versée en une fois.",
            "rae": "Pour une aide à une entreprise seulement.",
            "terms": "Seulement si elle est versée autrement.",
        }

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies
        self.fields["organisation"].empty_label = None
        self.fields["terms"].required = False
        if self.instance.pk:
            self.fields["organisation"].disabled = True
        elif bodies.count() == 1:
            self.initial["organisation"] = bodies.get().pk
            self.fields["organisation"].widget = forms.HiddenInput()
        if self.instance.pk and not self.is_bound:
            self.initial["share"] = self.instance.share.normalize()  # kept with four decimals
            known = self.instance.terms in (SINGLE, SEVERAL)
            self.initial["way"] = self.instance.terms if known else "autre"
        if not self.is_bound and self.initial.get("terms") in (SINGLE, SEVERAL):
            self.initial["terms"] = ""

    def clean(self):
        data = super().clean()
        way, words = data.get("way"), (data.get("terms") or "").strip()
        if way == "autre" and not words:
            self.add_error("terms", "Dites en quelques mots comment elle est versée.")
        elif way:
            data["terms"] = words if way == "autre" else way
        if way == SEVERAL and not data.get("paid_until") and "paid_until" not in self.errors:
            self.add_error("paid_until", "Versée en plusieurs fois : dites jusqu’à quand.")
        return data


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Donnez le motif : il reste dans l’historique."},
    )


class SheetForm(forms.ModelForm):
    class Meta:
        model = DatasetSheet
        fields = ("theme", "scale", "starts_on", "ends_on", "published_on")
        widgets = {"starts_on": DateInput, "ends_on": DateInput, "published_on": DateInput}
