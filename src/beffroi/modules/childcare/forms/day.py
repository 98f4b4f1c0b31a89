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
