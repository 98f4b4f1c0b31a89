"""A body that pays for a home."""

from django import forms
from django.db.models import F, Func

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Support
from beffroi.shared.organisations.models import Organisation


class SupportForm(forms.ModelForm):
    """Who pays, how much, from when to when; what the agreement fixes."""

    own_data = False

    class Meta:
        model = Support
        fields = ["body", "percent", "start", "end", "reference", "quotient"]
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
        return cleaned

    def validate_constraints(self):
        """See `actions.save_support`."""
