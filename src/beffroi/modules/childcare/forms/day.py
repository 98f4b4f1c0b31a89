"""Menus."""

from django import forms

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Dish


class DishForm(forms.ModelForm):
    class Meta:
        model = Dish
        fields = ["day", "meal", "course", "name", "organic", "vegetarian", "allergens"]
        widgets = {"day": DateInput}
        labels = {"organic": "Bio", "vegetarian": "Végétarien"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["allergens"].help_text = "Séparés par des virgules : gluten, lait, œufs…"


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
