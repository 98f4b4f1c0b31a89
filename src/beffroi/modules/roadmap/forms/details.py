"""What hangs on an action: steps, money, notes, links, documents, indicators."""

from django import forms
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.roadmap.forms.actions import ReasonMixin
from beffroi.modules.roadmap.models import ActionIndicator, BudgetLine, Funding, IndicatorValue
from beffroi.shared.files.forms import UploadsField

BLANK_LINES = 3
AMOUNT = {"max_digits": 12, "decimal_places": 2, "min_value": 0, "localize": True}


class StepForm(forms.Form):
    title = forms.CharField(label="Étape", max_length=160)
    due = forms.DateField(label="Échéance", required=False, widget=DateInput)
    done_on = forms.DateField(label="Faite le", required=False, widget=DateInput)

    def clean_done_on(self):
        day = self.cleaned_data["done_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError("Une étape ne peut pas être faite dans l’avenir.")
        return day


class BudgetForm(forms.Form):
    year = forms.IntegerField(label="Année", min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label="Nature", choices=BudgetLine.Kind.choices)
    planned = forms.DecimalField(label="Prévu (€)", **AMOUNT)
    actual = forms.DecimalField(label="Réalisé (€)", required=False, **AMOUNT)


class FundingForm(forms.Form):
    funder = forms.CharField(label="Financeur", max_length=120)
    scheme = forms.CharField(label="Dispositif", max_length=120, required=False)
    amount = forms.DecimalField(label="Montant (€)", **AMOUNT)
    status = forms.ChoiceField(label="Avancement", choices=Funding.Status.choices)


class Lines(forms.BaseFormSet):
    """Lines to fill, to change or to take away; those left empty are ignored."""

    def rows(self) -> list[dict]:
        """What is kept, in order."""
        kept = [form.cleaned_data for form in self.forms if form.cleaned_data and not form.cleaned_data.get("DELETE")]
        return [{name: value for name, value in row.items() if name != "DELETE"} for row in kept]

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Retirer"


def lines_of(form):
    return forms.formset_factory(form, formset=Lines, extra=BLANK_LINES, can_delete=True)


StepLines, BudgetLines, FundingLines = (lines_of(form) for form in (StepForm, BudgetForm, FundingForm))


class SpreadForm(forms.Form):
    """Share a sum over years."""

    total = forms.DecimalField(label="Somme à répartir (€)", **AMOUNT)
    kind = forms.ChoiceField(label="Nature", choices=BudgetLine.Kind.choices)
    first = forms.IntegerField(label="De l’année", min_value=2000, max_value=2100)
    last = forms.IntegerField(label="à l’année", min_value=2000, max_value=2100)


class NoteForm(forms.Form):
    body = forms.CharField(label="Où en est l’action", max_length=4000, widget=forms.Textarea)
    public = forms.BooleanField(label="Publier sur le site", required=False)


class LinkForm(forms.Form):
    """To a case, by its reference, or to an address."""

    reference = forms.CharField(
        label="Référence d’une demande", required=False, max_length=20, help_text="Par exemple SIG-2026-000123."
    )
    url = forms.URLField(label="ou adresse d’une page", required=False, max_length=500, assume_scheme="https")
    label = forms.CharField(label="Intitulé", required=False, max_length=200, help_text="Demandé pour une adresse.")

    def clean(self):
        values = super().clean()
        reference, url = values.get("reference", "").strip().upper(), values.get("url", "")
        if bool(reference) == bool(url) and not self.errors:
            raise forms.ValidationError("Donnez soit la référence d’une demande, soit une adresse.")
        if url and not values.get("label", "").strip():
            self.add_error("label", "Dites en quelques mots ce que montre cette page.")
        return values | {"reference": reference}


class DocumentForm(forms.Form):
    files = UploadsField(label="Documents", most=5)
    public = forms.BooleanField(label="Publier ces documents sur le site", required=False)


class IndicatorForm(ReasonMixin, forms.ModelForm):
    """A figure to follow: typed by hand, or read each night from another module."""

    code = forms.ChoiceField(
        label="Source automatique",
        required=False,
        help_text="La plateforme relève alors la valeur chaque nuit.",
    )

    class Meta:
        model = ActionIndicator
        fields = (
            "label",
            "unit",
            "direction",
            "code",
            "period_days",
            "target",
            "target_on",
            "threshold",
            "source",
            "public",
        )
        widgets = {"target_on": DateInput}
        localized_fields = ("target", "threshold")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        known = [(one.code, f"{one.label} ({one.unit})") for one in modules.collect("indicators")]
        if self.instance.code and self.instance.code not in dict(known):
            known.append((self.instance.code, f"{self.instance.label} (module éteint)"))
        self.fields["code"].choices = [("", "Aucune : saisie à la main"), *known]
        self.fields["period_days"].help_text = "Pour une source automatique : les jours sur lesquels la valeur porte."
        self.fields["threshold"].help_text = "La valeur à partir de laquelle le résultat n’est plus acceptable."
        self.fields["public"].label = "Publier cet indicateur sur le site"

    def _post_clean(self):
        """The action checks the model."""

    @property
    def changes(self) -> dict:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class ValueForm(forms.Form):
    date = forms.DateField(label="Date", widget=DateInput)
    value = forms.DecimalField(label="Valeur", max_digits=16, decimal_places=4, localize=True)
    nature = forms.ChoiceField(label="Nature", choices=IndicatorValue.Nature.choices)
    comment = forms.CharField(label="Commentaire", required=False, max_length=250)
