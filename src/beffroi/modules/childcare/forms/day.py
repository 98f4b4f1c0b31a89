"""Menus."""

from django import forms

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Dish
from beffroi.modules.childcare.models.day import ALLERGENS


class DishForm(forms.ModelForm):
    allergens = forms.MultipleChoiceField(
        label="Allergènes", choices=[(name, name.capitalize()) for name in ALLERGENS], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

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
