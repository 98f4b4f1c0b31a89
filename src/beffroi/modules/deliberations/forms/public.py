"""What a resident asks for: to be told of new acts."""

from django import forms

from beffroi.kernel.forms import AddressToTellField
from beffroi.modules.deliberations import matters
from beffroi.modules.deliberations.listing import publishers


class AlertForm(forms.Form):
    email = AddressToTellField()
    organisation = forms.ModelChoiceField(
        label="Collectivité",
        queryset=publishers().none(),
        required=False,
        empty_label="Toutes",
        to_field_name="slug",
    )
    theme = forms.ChoiceField(label="Thème", required=False, choices=[("", "Tous"), *matters.FIRST.items()])
    site = forms.CharField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off", "data-no-draft": ""}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = publishers()

    def clean_site(self):
        if self.cleaned_data["site"]:
            raise forms.ValidationError("Videz le champ « Laissez ce champ vide » : il sert à écarter les robots.")
        return ""
