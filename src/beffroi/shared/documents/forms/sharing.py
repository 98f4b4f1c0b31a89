"""Links for people outside."""

import datetime

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.files.forms import UploadsField


def _in_two_weeks() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=14)


class LinkForm(forms.Form):
    """A link to read; for a folder, it shows what the folder itself holds."""

    own_data = False
    label = forms.CharField(label="À qui, ou pourquoi", max_length=120)
    until = forms.DateField(label="Valable jusqu’au", widget=DateInput, initial=_in_two_weeks)
    password = forms.CharField(
        label="Mot de passe",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="À donner à part, par téléphone par exemple.",
    )
    most = forms.IntegerField(
        label="Nombre de téléchargements",
        min_value=1,
        max_value=1000,
        required=False,
        help_text="1 pour une seule fois ; vide : autant que voulu.",
    )
    message = forms.CharField(
        label="Message affiché", max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    wants_receipt = forms.BooleanField(
        label="Demander un accusé de lecture",
        required=False,
        help_text="La personne confirme qu’elle a reçu avant de lire ; le jour et l’heure sont gardés.",
    )

    def expires_at(self) -> datetime.datetime:
        """The end of the last day."""
        last = datetime.datetime.combine(self.cleaned_data["until"], datetime.time(23, 59, 59))
        return timezone.make_aware(last)


class DepositLinkForm(LinkForm):
    """A link to deposit files in a folder: nothing is read there."""

    wants_receipt = None  # type: ignore[assignment]

    most = forms.IntegerField(label="Nombre de fichiers", min_value=1, max_value=1000, required=False)


class PasswordForm(forms.Form):
    password = forms.CharField(
        label="Mot de passe", max_length=80, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )


class DepositForm(forms.Form):
    """What somebody outside gives."""

    sender = forms.CharField(label="Votre nom ou celui de votre organisme", max_length=120)
    files = UploadsField(label="Fichiers", kind="document", most=10)
