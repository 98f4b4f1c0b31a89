"""A one-off invoice: what an agent types, line by line."""

import uuid
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.billing import money, rates
from beffroi.shared.billing.forms import MoneyField

LINES = 6


class LineForm(forms.Form):
    """One line; empty, it is left out."""

    own_data = False
    label = forms.CharField(label="Libellé", max_length=160, required=False)
    subject = forms.CharField(label="Pour", max_length=120, required=False)
    quantity = forms.DecimalField(
        label="Quantité", required=False, min_value=Decimal("0.01"), max_value=9999, decimal_places=2, localize=True
    )
    price = MoneyField(label="Prix unitaire (€)", required=False)

    def clean(self):
        data = super().clean()
        if self.errors or not self.has_changed():
            return data
        if not data.get("label"):
            self.add_error("label", "Écrivez ce qui est facturé.")
        if not data.get("price"):
            self.add_error("price", "Écrivez le prix.")
        return data

    def line(self) -> rates.Gathered | None:
        """The line of the invoice, or None."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        quantity, price = data.get("quantity") or Decimal(1), data["price"]
        return rates.Gathered(
            subject=data["subject"],
            label=data["label"],
            quantity=quantity,
            unit_price=price,
            amount=money.rounded(price * quantity),
            explanation="",
        )


class SingleForm(forms.Form):
    """The head of a one-off invoice. `client_uuid` makes a second press harmless."""

    own_data = False
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)
    label = forms.CharField(label="Objet", max_length=160, help_text="« Location de la salle, 12 décembre »")
    due_on = forms.DateField(label="À payer avant le", widget=DateInput)

    def __init__(self, *args, regie, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client_uuid"].initial = uuid.uuid4
        self.fields["due_on"].initial = timezone.localdate() + timedelta(days=regie.payment_days)

    def clean_due_on(self):
        day = self.cleaned_data["due_on"]
        if day < timezone.localdate():
            raise ValidationError("L’échéance ne peut pas être passée.")
        return day


class Lines(forms.BaseFormSet):
    """At least one line."""

    def clean(self):
        if not any(self.errors) and not self.lines():
            raise ValidationError("Écrivez au moins une ligne.")

    def lines(self) -> list[rates.Gathered]:
        return [line for form in self.forms if (line := form.line()) is not None]


LineFormSet = forms.formset_factory(LineForm, formset=Lines, extra=LINES, max_num=LINES, validate_max=True)
