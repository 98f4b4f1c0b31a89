"""Keys of tools, mailboxes, scan folders."""

from django import forms
from django.conf import settings

from beffroi.shared.documents.models import Folder, Inlet


class KeyForm(forms.Form):
    own_data = False
    label = forms.CharField(label="Pour quel outil", max_length=80, help_text="LibreOffice de mon poste, scanner…")


class InletForm(forms.ModelForm):
    """Where files come from by themselves. `folders` = those that the person manages. An empty password is kept."""

    own_data = False
    secret = forms.CharField(
        label="Mot de passe",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Chiffré, jamais montré.",
    )

    class Meta:
        model = Inlet
        fields = ["kind", "folder", "host", "port", "tls", "username", "path", "is_active"]
        help_texts = {"path": "INBOX pour une boîte aux lettres ; le nom du sous-dossier pour des numérisations."}

    field_order = ("kind", "folder", "host", "port", "tls", "username", "secret", "path", "is_active")

    def __init__(self, *args, folders, **kwargs):
        super().__init__(*args, **kwargs)
        found = Folder.objects.alive().filter(space__in=folders, state="open").select_related("space")
        self.fields["folder"].queryset = found.order_by("space__name", "name")
        self.fields["folder"].label_from_instance = lambda one: f"{one.space.name} : {one.name}"
        self.fields["folder"].empty_label = "Choisissez un dossier"
        if not settings.SCANS:
            self.fields["kind"].choices = [Inlet.Kind.choices[0]]
            self.fields["kind"].help_text = "Les numérisations demandent le réglage BEFFROI_SCANS."

    def clean(self):
        data = super().clean()
        if data.get("secret"):
            self.instance.password = data["secret"]
        return data
