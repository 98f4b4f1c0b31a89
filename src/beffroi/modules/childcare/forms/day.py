"""Menus, periods."""

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Dish
from beffroi.modules.childcare.models.day import ALLERGENS


class DishForm(forms.ModelForm):
    allergens = forms.MultipleChoiceField(
        label="Allergènes",
        required=False,
        choices=[(name, name.capitalize().replace("Oe", "Œ")) for name in ALLERGENS],
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Dish
        fields = ["day", "meal", "course", "name", "organic", "vegetarian", "allergens"]
        widgets = {"day": DateInput}
        labels = {"organic": "Bio", "vegetarian": "Végétarien"}


class SpanForm(forms.Form):
    """From a day to a day."""

    du = forms.DateField(label="Du", widget=DateInput)
    au = forms.DateField(label="Au", widget=DateInput)

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("du"), cleaned.get("au")
        if start and end and (end < start or (end - start).days > 800):
            self.add_error("au", "Deux ans au plus, la fin après le début.")
        return cleaned


class StatementForm(forms.Form):
    """A year, or one of its quarters."""

    annee = forms.TypedChoiceField(label="Année", coerce=int, required=False)
    trimestre = forms.TypedChoiceField(
        label="Trimestre",
        coerce=int,
        required=False,
        empty_value=None,
        choices=[
            ("", "Toute l’année"),
            (1, "1er (janvier à mars)"),
            (2, "2e (avril à juin)"),
            (3, "3e (juillet à septembre)"),
            (4, "4e (octobre à décembre)"),
        ],
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        this = timezone.localdate().year
        self.fields["annee"].choices = [(year, str(year)) for year in range(this, this - 5, -1)]

    def chosen(self) -> tuple[int, int | None]:
        """(year, quarter); this year when nothing right was asked."""
        data = self.cleaned_data if self.is_valid() else {}
        return data.get("annee") or timezone.localdate().year, data.get("trimestre")
