"""A report written without network: one page, sent later by the device."""

import uuid

from django import forms

from beffroi.modules.reports.forms.desk import CategoryField
from beffroi.modules.reports.forms.filing import PlaceForm, Trap


class OfflineForm(PlaceForm, Trap):
    """Everything on one page; `client_uuid` is the number that the device gave to the draft."""

    category = CategoryField(label="Le problème", error_messages={"required": "Choisissez le problème."})
    description = forms.CharField(
        label="Que se passe-t-il\u202f?", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    contact_email = forms.EmailField(
        label="Votre courriel",
        required=False,
        help_text="Pour être prévenu à chaque étape.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    made_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client_uuid"].initial = uuid.uuid4
        self.fields["category"].group()
        address = self.fields["address"].widget.attrs
        address.pop("data-suggest")
        address.pop("data-suggest-map")
