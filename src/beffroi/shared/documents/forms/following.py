"""A day to remember."""

from django import forms

from beffroi.kernel.ui.widgets import DateInput


class ReminderForm(forms.Form):
    own_data = False
    due_on = forms.DateField(label="Me le rappeler le", widget=DateInput)
    label = forms.CharField(
        label="Ce qui est à faire", max_length=160, help_text="Lu par vous seul : « renouveler l’assurance »…"
    )
