"""A document for some absences, and its answer."""

from django import forms

from beffroi.kernel.ui.formats import day as day_words
from beffroi.shared.files.forms import UploadsField


class ExcuseForm(forms.Form):
    """The days that the document is for, and the document."""

    own_data = False
    days = forms.TypedMultipleChoiceField(
        label="Jours à justifier",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Cochez au moins un jour.",
            "invalid_choice": "Un de ces jours ne se justifie plus : rechargez la page.",
        },
    )
    files = UploadsField(label="Justificatif", most=3)

    def __init__(self, *args, bookings, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(one.pk, f"{day_words(one.day)}, {one.what}") for one in bookings]
        self.fields["days"].initial = [one.pk for one in bookings] if len(bookings) == 1 else []
        said = "Un certificat dit que l’enfant ne pouvait pas venir, jamais de quoi il souffre : cachez le reste."
        self.fields["files"].help_text = f"{said} {self.fields['files'].help_text}"
        self.fields["files"].error_messages["required"] = "Joignez le justificatif."


class ExcuseAnswerForm(forms.Form):
    """Why a document is refused."""

    own_data = False
    reason = forms.CharField(
        label="Si vous refusez, pourquoi",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="La famille le lit.",
    )
