"""What narrows the lists, and what is kept of them."""

from django import forms

from beffroi.modules.mail.models import Correspondent


class DirectoryFilters(forms.Form):
    """The filters of the directory."""

    q = forms.CharField(
        label="Nom, SIRET ou localité", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Correspondent.Nature.choices])

    def apply(self, found):
        """The records that pass."""
        self.is_valid()
        chosen = self.cleaned_data
        if chosen.get("nature"):
            found = found.filter(nature=chosen["nature"])
        if text := chosen.get("q", "").strip():
            digits = text.replace(" ", "")
            found = (
                found.filter(name__unaccent__icontains=text)
                | found.filter(city__unaccent__icontains=text)
                | found.filter(siret=digits)
            )
        return found


class MergeForm(forms.Form):
    """The record with which another is found to be the same."""

    own_data = False
    other = forms.ModelChoiceField(label="C’est la même que", queryset=Correspondent.objects.none())

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["other"].queryset = choices
        self.fields["other"].label_from_instance = lambda one: one.label
        self.fields["other"].empty_label = "Choisissez une fiche"
