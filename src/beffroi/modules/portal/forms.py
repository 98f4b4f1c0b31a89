"""What visitors fill in: all by GET, so that a choice stays in the address and nowhere else."""

from django import forms

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.portal.models import Theme
from beffroi.shared.organisations.models import Commune


def commune_choices(first: str) -> list[tuple[str, str]]:
    """The communes by name, after the entry that means all of them."""
    return [("", first), *Commune.objects.members().values_list("slug", "name")]


class FindTownHallForm(forms.Form):
    """Filters of the directory."""

    q = forms.CharField(
        label="Commune ou code postal", required=False, max_length=80, widget=forms.TextInput(attrs={"type": "search"})
    )
    pres = forms.CharField(
        label="Près de",
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": "une commune ou une adresse"}),
    )
    ouvertes = forms.BooleanField(label="Ouvertes maintenant", required=False)


class FilterNewsForm(forms.Form):
    """Filters of the news."""

    commune = forms.ChoiceField(label="Commune", required=False)
    theme = forms.ChoiceField(label="Thème", required=False, choices=[("", "Tous les thèmes"), *Theme.choices])

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].choices = commune_choices("Toutes les communes")


class FilterAgendaForm(FilterNewsForm):
    """Filters of the agenda."""

    du = forms.DateField(label="Du", required=False, widget=DateInput)
    au = forms.DateField(label="Au", required=False, widget=DateInput)
