"""Paying in advance, and asking for it back."""

from django import forms

from beffroi.shared.billing.forms import MoneyField


class AdvanceForm(forms.Form):
    """How much is paid before any invoice."""

    amount = MoneyField(label="Somme à payer d’avance (€)", help_text="Par exemple 50,00.")


class AskRefundForm(forms.Form):
    """What is asked back, and on which account."""

    amount = MoneyField(label="Somme à rendre (€)")
    holder = forms.CharField(label="Titulaire du compte", max_length=70)
    iban = forms.CharField(
        label="IBAN", max_length=42, help_text="Il sera chiffré, et oublié dès que la somme vous est rendue."
    )


class PayRefundForm(forms.Form):
    """The transfer that gives it back."""

    own_data = False
    reference = forms.CharField(label="Référence du virement", max_length=60)


class RefuseRefundForm(forms.Form):
    """Why it is not given back."""

    own_data = False
    reason = forms.CharField(label="Motif du refus", max_length=200, help_text="Le payeur le lira.")
