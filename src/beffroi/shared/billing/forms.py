"""What agents of a régie fill in."""

from django import forms
from django.core.exceptions import ValidationError

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.billing import money, sources
from beffroi.shared.billing.access import INVOICE, VIEW
from beffroi.shared.billing.models import Regie


class MoneyField(forms.CharField):
    """An amount typed in euros, « 12,50 », read as cents."""

    def __init__(self, *args, least: int | None = 1, **kwargs):
        kwargs.setdefault("max_length", 20)
        super().__init__(*args, **kwargs)
        self.least = least
        self.widget.attrs.setdefault("inputmode", "decimal")

    def prepare_value(self, value):
        return format(money.euros(value), "f").replace(".", ",") if isinstance(value, int) else value

    def clean(self, value):
        typed = super().clean(value)
        if not typed:
            return None
        try:
            cents = money.read(typed)
        except ValueError as fault:
            raise ValidationError(str(fault)) from None
        if self.least is not None and cents < self.least:
            raise ValidationError(f"Au moins {money.words(self.least)}.")
        return cents


def regies(user, permission: str = VIEW):
    """The régies in which `user` has a permission; read once for a request, whose `user` is its own."""
    kept = user.__dict__.setdefault("billing_regies", {})
    if permission not in kept:
        kept[permission] = list(Regie.objects.visible_to(user, permission).select_related("organisation"))
    return kept[permission]


class InvoiceFilter(forms.Form):
    """The filters of the list of invoices."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    regie = forms.ChoiceField(label="Régie", required=False)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[
            ("", "Tous"),
            ("a-payer", "À payer"),
            ("retard", "En retard"),
            ("reglee", "Réglées"),
            ("avoir", "Avoirs"),
        ],
    )
    du = forms.DateField(label="Émises du", required=False, widget=DateInput)
    au = forms.DateField(label="au", required=False, widget=DateInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regie"].choices = [("", "Toutes"), *((one.code, one.name) for one in regies(user))]

    def chosen(self) -> dict:
        """What filters; a value that is not one filters nothing and is told."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CreditForm(forms.Form):
    """A credit note: of everything, or of a part."""

    own_data = False
    amount = MoneyField(label="Montant à annuler", required=False, help_text="Vide : toute la facture.")
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lu par le payeur et par le comptable.",
    )


class RegieChoiceField(forms.ChoiceField):
    """One of the régies in which the person has a permission; gives the régie itself."""

    def offer(self, user, permission: str) -> None:
        self.regies = {str(one.pk): one for one in regies(user, permission)}
        self.choices = [(pk, one.name) for pk, one in self.regies.items()]

    def clean(self, value):
        return self.regies[super().clean(value)]


class RunForm(forms.Form):
    """The invoicing of a period."""

    own_data = False
    regie = RegieChoiceField(label="Régie")
    source = forms.ChoiceField(label="Ce qui est facturé")
    label = forms.CharField(
        label="Objet des factures", max_length=160, help_text="« Accueil de loisirs, octobre 2026 »"
    )
    start = forms.DateField(label="Période du", widget=DateInput)
    end = forms.DateField(label="au", widget=DateInput)
    issued_on = forms.DateField(label="Date des factures", widget=DateInput)
    due_on = forms.DateField(label="À payer avant le", widget=DateInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regie"].offer(user, INVOICE)
        self.fields["source"].choices = sources.choices()

    def clean(self):
        data = super().clean()
        if data.get("start") and data.get("end") and data["end"] < data["start"]:
            self.add_error("end", "La période finit avant de commencer.")
        if data.get("issued_on") and data.get("due_on") and data["due_on"] < data["issued_on"]:
            self.add_error("due_on", "L’échéance vient après la date des factures.")
        return data
