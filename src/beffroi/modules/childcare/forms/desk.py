"""What agents search."""

from django import forms

from beffroi.modules.childcare.models import Site


class ChildrenFilter(forms.Form):
    q = forms.CharField(label="Nom de l’enfant", required=False, max_length=80, widget=forms.SearchInput)
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), required=False, empty_label="Tous")

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites


class CertifyFilter(forms.Form):
    """Which of them."""

    q = forms.CharField(label="Nom de l’enfant", required=False, max_length=80, widget=forms.SearchInput)
    site = forms.ModelChoiceField(label="Site", queryset=Site.objects.none(), required=False, empty_label="Tous")
    rappel = forms.ChoiceField(
        label="Rappel",
        required=False,
        choices=[
            ("", "Tous"),
            ("jamais", "Jamais rappelés"),
            ("une", "Rappelés une fois"),
            ("deux", "Rappelés deux fois ou plus"),
        ],
    )

    def __init__(self, *args, sites, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = sites
