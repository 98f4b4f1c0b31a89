"""Choosing days: by a pattern, or one by one on the calendar."""

import datetime

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models.children import WEEKDAYS


class PatternForm(forms.Form):
    """« Chaque mercredi jusqu’en juillet »: the days of the week, a unit, until when."""

    weekdays = forms.TypedMultipleChoiceField(
        label="Chaque", coerce=int, widget=forms.CheckboxSelectMultiple, error_messages={"required": "Cochez un jour."}
    )
    unit = forms.TypedChoiceField(label="Formule", coerce=int)
    every = forms.TypedChoiceField(
        label="Rythme", coerce=int, choices=[(1, "toutes les semaines"), (2, "une semaine sur deux")], initial=1
    )
    start = forms.DateField(label="À partir du", widget=DateInput)
    end = forms.DateField(label="Jusqu’au", widget=DateInput)

    def __init__(self, *args, units, weekdays, period, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [(unit.pk, unit.name) for unit in units]
        self.counted = {unit.pk: unit for unit in units if unit.is_counted}
        if self.counted:
            self.fields["quantity"] = forms.IntegerField(
                label="Quantité",
                min_value=1,
                max_value=max(unit.most for unit in self.counted.values()),
                initial=1,
                help_text="Pour une formule à la quantité.",
            )
        self.fields["weekdays"].choices = [(day, WEEKDAYS[day]) for day in sorted(weekdays)]
        self.fields["weekdays"].initial = sorted(weekdays)[:1]
        self.fields["start"].initial = max(period.start, timezone.localdate())
        self.fields["end"].initial = period.end

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin doit venir après le début.")
        return cleaned

    @property
    def how_many(self) -> int:
        """How many, a day; one of what is not counted."""
        return self.cleaned_data["quantity"] if self.cleaned_data["unit"] in self.counted else 1

    def days(self, open_days: list[datetime.date]) -> list[datetime.date]:
        """The days of the pattern, among those on which the activity takes place."""
        data = self.cleaned_data
        first = data["start"] - datetime.timedelta(days=data["start"].weekday())
        return [
            day
            for day in open_days
            if data["start"] <= day <= data["end"]
            and day.weekday() in data["weekdays"]
            and ((day - first).days // 7) % data["every"] == 0
        ]


class QuantityForm(forms.Form):
    """How many, of what is booked by quantity; `known` = what the page said that it was."""

    quantity = forms.IntegerField(label="Quantité", min_value=1)
    known = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, booking, **kwargs):
        super().__init__(*args, **kwargs)
        field, most = self.fields["quantity"], booking.unit.most
        field.initial, field.help_text = booking.quantity, f"De 1 à {most} ce jour-là. Pour ne rien garder, annulez."
        field.widget.attrs |= {"min": 1, "max": most}
        self.fields["known"].initial = booking.quantity
