"""What the régisseur fills in at the counter."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.billing import money
from beffroi.shared.billing.access import VIEW
from beffroi.shared.billing.actions.counter import count_pieces
from beffroi.shared.billing.forms import MoneyField, regies
from beffroi.shared.billing.models import COUNTER, PIECES, Deposit, Method, Payment
from beffroi.shared.signing.levels import Format
from beffroi.shared.signing.models import Nature

MOST_PIECES = 100_000


class CollectForm(forms.Form):
    """Money received from a payer, for the invoices ticked."""

    own_data = False
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    invoices = forms.MultipleChoiceField(
        label="Factures à régler",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Réglées dans l’ordre de leurs échéances. Sans facture cochée, la somme devient une avance.",
    )
    method = forms.ChoiceField(label="Moyen de paiement", widget=forms.RadioSelect)
    amount = MoneyField(label="Somme reçue")
    reference = forms.CharField(
        label="Référence", required=False, max_length=60, help_text="Numéro du chèque, du titre, du ticket de carte."
    )
    bank = forms.CharField(label="Banque du chèque", required=False, max_length=60)

    def __init__(self, *args, regie, invoices, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_number = {invoice.number: invoice for invoice in invoices}
        self.fields["client_uuid"].initial = uuid.uuid4
        self.fields["invoices"].choices = [
            (one.number, f"{one.number}, {one.label}, reste {money.words(one.due)}") for one in invoices
        ]
        self.fields["invoices"].initial = list(self.by_number)
        self.fields["method"].choices = [(code.value, code.label) for code in COUNTER if regie.accepts(code)]
        self.fields["amount"].initial = sum(invoice.due for invoice in invoices) or None

    def clean(self):
        data = super().clean()
        needed = (Method.CHEQUE, Method.CARD, Method.CESU, Method.ANCV)
        if data.get("method") in needed and not data.get("reference"):
            self.add_error("reference", "Écrivez le numéro : il sert au bordereau de remise.")
        return data

    def chosen(self) -> list:
        """The invoices ticked."""
        return [self.by_number[number] for number in self.cleaned_data["invoices"]]


class RefundForm(forms.Form):
    """What is left of a payment, given back."""

    own_data = False
    amount = MoneyField(label="Somme rendue")
    method = forms.ChoiceField(
        label="Par", choices=[(Method.TRANSFER, "Virement"), (Method.CASH, "Espèces")], widget=forms.RadioSelect
    )
    reference = forms.CharField(label="Référence du virement", required=False, max_length=60)
    reason = forms.CharField(label="Motif", max_length=200)


class BounceForm(forms.Form):
    """Why a payment is refused by the bank."""

    own_data = False
    reason = forms.CharField(label="Motif du rejet", max_length=200, help_text="« Chèque sans provision »")


class ClosingForm(forms.Form):
    """Notes and coins, one by one."""

    own_data = False
    day = forms.DateField(label="Journée", widget=DateInput)
    comment = forms.CharField(
        label="Explication d’un écart", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate
        for value in PIECES:
            kind = "billets" if value >= 500 else "pièces"
            self.fields[f"p{value}"] = forms.IntegerField(
                label=f"{kind.capitalize()} de {money.words(value)}",
                required=False,
                min_value=0,
                max_value=MOST_PIECES,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def piece_fields(self):
        return [self[f"p{value}"] for value in PIECES]

    def pieces(self) -> dict[int, int]:
        """{value in cents: how many}."""
        return {value: self.cleaned_data.get(f"p{value}") or 0 for value in PIECES}

    def counted(self) -> int:
        return count_pieces(self.pieces())


class DepositForm(forms.Form):
    """What leaves for the Treasury account."""

    own_data = False
    kind = forms.ChoiceField(label="Remise de", choices=Deposit.Kind.choices)
    reference = forms.CharField(label="Numéro du bordereau de la banque", required=False, max_length=60)
    amount = MoneyField(label="Somme en espèces", required=False, help_text="Pour une remise d’espèces seulement.")

    def clean(self):
        data = super().clean()
        if data.get("kind") == Deposit.Kind.CASH and not data.get("amount"):
            self.add_error("amount", "Écrivez la somme remise.")
        return data


class PaymentFilter(forms.Form):
    """The filters of the journal of the régie."""

    q = forms.CharField(label="Rechercher", required=False, max_length=80)
    regie = forms.ChoiceField(label="Régie", required=False)
    moyen = forms.ChoiceField(label="Moyen", required=False, choices=[("", "Tous"), *Method.choices])
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Payment.Kind.choices])
    du = forms.DateField(label="Du", required=False, widget=DateInput)
    au = forms.DateField(label="au", required=False, widget=DateInput)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regie"].choices = [("", "Toutes"), *((one.code, one.name) for one in regies(user, VIEW))]

    def chosen(self) -> dict:
        """What filters."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class PeriodForm(forms.Form):
    """From a day to a day; by default, the year under way."""

    du = forms.DateField(label="Du", required=False, widget=DateInput)
    au = forms.DateField(label="au", required=False, widget=DateInput)

    def period(self):
        """(first day, last day)."""
        today = timezone.localdate()
        data = self.cleaned_data if self.is_valid() else {}
        return data.get("du") or today.replace(month=1, day=1), data.get("au") or today


class SlipForm(forms.Form):
    """A slip of titles."""

    own_data = False
    label = forms.CharField(label="Objet du bordereau", max_length=160)
    period = forms.IntegerField(label="Mois (1 à 12)", min_value=1, max_value=12)
    documents = forms.BooleanField(
        label="Joindre la facture de chaque titre",
        required=False,
        help_text="En PDF, dans le fichier (PES PJ). Le fichier grossit d’environ 20 ko par titre.",
    )
    late_only = forms.BooleanField(
        label="Seulement ce qui est en retard",
        required=False,
        initial=True,
        help_text="Décochez pour transmettre aussi ce qui n’est pas encore échu.",
    )


class SlipMoveForm(forms.Form):
    """What became of a slip."""

    own_data = False
    reason = forms.CharField(label="Motif du rejet", required=False, max_length=300)


class SlipSignForm(forms.Form):
    """Which circuit signs a slip."""

    own_data = False
    nature = forms.ModelChoiceField(
        label="Circuit de signature", queryset=Nature.objects.none(), empty_label="Choisissez"
    )

    def __init__(self, *args, slip, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["nature"].queryset = signing_natures(slip)


def signing_natures(slip):
    """The natures of folder of the body that sign a PES file."""
    body = slip.regie.organisation_id
    return Nature.objects.filter(organisation=body, is_active=True, format__in=[Format.AUTO, Format.PES])


class ReturnForm(forms.Form):
    """A file of the trésorerie: what it has collected, or whether it took a slip."""

    own_data = False
    file = forms.FileField(
        label="Fichier PES de la trésorerie",
        help_text="Un fichier XML, 20 Mo au plus : un retour de recouvrements, ou un acquittement (ACK).",
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > 20_000_000:
            raise ValidationError("Ce fichier dépasse 20 Mo.")
        return file
