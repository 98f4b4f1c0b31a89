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


class MyMandateForm(forms.ModelForm):
    """The mandate that a payer fills in from their own account, to sign it there or to print it."""

    iban = forms.CharField(
        label="IBAN", max_length=42, help_text="Il sera chiffré ; seuls ses quatre derniers signes s’afficheront ici."
    )
    agree = forms.BooleanField(
        label="J’ai lu ce mandat et je l’accepte : le signer ici vaut signature.", required=False
    )

    class Meta:
        model = DebitMandate
        fields = ["holder", "iban", "bic", "kind"]
        widgets = {"kind": forms.RadioSelect}
        help_texts = {"bic": "Facultatif pour un compte français."}

    def __init__(self, *args, online: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.online = online
        self.fields["kind"].choices = DebitMandate.Kind.choices

    def clean_agree(self):
        if self.online and not self.cleaned_data["agree"]:
            raise forms.ValidationError("Pour signer ici, cochez cette case ; sinon, imprimez le mandat.")
        return self.cleaned_data["agree"]


class ReceivedForm(forms.Form):
    """A mandate that comes back signed on paper."""

    own_data = False
    signed_on = forms.DateField(label="Signé le", widget=DateInput, help_text="La date que porte le papier.")


class DebitsForm(forms.Form):
    """The day of the debits."""

    own_data = False
    day = forms.DateField(
        label="Jour du prélèvement",
        widget=DateInput,
        help_text="Les payeurs reçoivent aussitôt l’annonce : jour, montant, mandat.",
    )
