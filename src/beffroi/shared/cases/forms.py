"""What a requester fills in."""

import uuid

from django import forms

from beffroi.shared.files.forms import UploadsField


class MessageForm(forms.Form):
    """Something to say, with files. `client_uuid` makes a second send of the same form harmless."""

    body = forms.CharField(
        label="Votre message",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": "Écrivez votre message."},
    )
    files = UploadsField(label="Photos ou documents", required=False)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actor=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].actor = actor
        self.fields["client_uuid"].initial = uuid.uuid4


class EmailForm(forms.Form):
    email = forms.EmailField(
        label="Votre adresse électronique",
        max_length=254,
        error_messages={"required": "Écrivez votre adresse, par exemple nom@exemple.fr."},
    )


class FindLinkForm(forms.Form):
    reference = forms.CharField(
        label="Référence de la demande",
        max_length=20,
        help_text="Elle commence par trois lettres, par exemple SIG-2026-000123.",
        error_messages={"required": "Écrivez la référence de votre demande."},
    )
    email = forms.EmailField(
        label="Adresse électronique donnée avec la demande",
        max_length=254,
        error_messages={"required": "Écrivez l’adresse donnée avec la demande."},
    )
