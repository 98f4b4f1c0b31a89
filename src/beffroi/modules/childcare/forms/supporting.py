"""A body that pays for a home."""

from itertools import pairwise

from django import forms
from django.db.models import F, Func

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Support
from beffroi.shared.billing.forms import MoneyField
from beffroi.shared.billing.money import words
from beffroi.shared.organisations.models import Organisation

CEILINGS = ("cap_day", "cap_month", "cap_whole")
MOST = 10_000_000  # cents


class SupportForm(forms.ModelForm):
    """Who pays, how much, from when to when; what the agreement fixes."""

    own_data = False
    cap_day = MoneyField(label="Au plus par jour, en euros", required=False)
    cap_month = MoneyField(label="Au plus par mois, en euros", required=False)
    cap_whole = MoneyField(
        label="Au plus en tout, en euros", required=False, help_text="Pour toute la durée de la prise en charge."
    )

    class Meta:
        model = Support
        fields = ["body", "percent", "start", "end", "cap_day", "cap_month", "cap_whole", "reference", "quotient"]
        widgets = {"start": DateInput, "end": DateInput}

    def __init__(self, *args, organisation: int, **kwargs):
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.filter(is_active=True).exclude(pk=organisation)
        self.fields["body"].queryset = bodies.order_by(Func(F("name"), function="kernel_fold"))
        self.fields["body"].empty_label = "Choisir…"
        self.fields["body"].help_text = "Un organisme de l’annuaire : CCAS, Département, employeur…"
        self.fields["percent"].widget.attrs |= {"min": 1, "max": 100}
        self.fields["percent"].help_text = "100 : il paie tout. Sinon le payeur du foyer paie le reste."
        self.fields["end"].help_text = "Vide : jusqu’à nouvel ordre."
        self.fields["reference"].help_text = "Écrite sur la facture de l’organisme : numéro de bon, de dossier…"
        self.fields["quotient"].help_text = "Si la convention en fixe un. Vide : celui du foyer."

    def clean_percent(self):
        percent = self.cleaned_data["percent"]
        if not 1 <= percent <= 100:
            raise forms.ValidationError("De 1 à 100 %.")
        return percent

    def clean_quotient(self):
        value = self.cleaned_data["quotient"]
        if value is not None and value > 50_000:
            raise forms.ValidationError("50 000 au plus.")
        return value

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin vient après le début.")
        for name in CEILINGS:
            if (cleaned.get(name) or 0) > MOST:
                self.add_error(name, f"{words(MOST)} au plus.")
        for name, wider in pairwise(CEILINGS):
            if cleaned.get(name) and cleaned.get(wider) and cleaned[wider] < cleaned[name]:
                self.add_error(wider, "Moins que le plafond d’avant : celui-ci ne servirait à rien.")
        return cleaned

    def validate_constraints(self):
        """See `actions.save_support`."""
