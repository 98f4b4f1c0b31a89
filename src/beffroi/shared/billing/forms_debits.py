"""What is filled in for direct debits."""

from django import forms

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.billing.models import DebitMandate


class MandateForm(forms.ModelForm):
    """A mandate that a payer has signed. The IBAN is typed once and never shown again."""

    own_data = False
    iban = forms.CharField(
        label="IBAN", max_length=42, help_text="Il sera chiffré ; seuls ses quatre derniers signes s’affichent."
    )

    class Meta:
        model = DebitMandate
        fields = ["holder", "iban", "bic", "kind", "signed_on"]
        widgets = {"signed_on": DateInput, "kind": forms.RadioSelect}
        help_texts = {"bic": "Facultatif pour un compte français."}


class DebitsForm(forms.Form):
    """The day of the debits."""

    own_data = False
    day = forms.DateField(
        label="Jour du prélèvement",
        widget=DateInput,
        help_text="Les payeurs reçoivent aussitôt l’annonce : jour, montant, mandat.",
    )
