"""Freezing, adopting, comparing revisions; importing a workbook."""

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput


class FreezeForm(forms.Form):
    """A name, a word, and why each thing changed since the last revision."""

    label = forms.CharField(label="Nom de la révision", max_length=120)
    summary = forms.CharField(
        label="Ce qui change, en quelques mots", required=False, max_length=2000, widget=forms.Textarea
    )

    def __init__(self, *args, changes, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["label"].initial = f"Révision {timezone.localdate().year}"
        for change in changes:
            self.fields[f"reason-{change['uid']}"] = forms.CharField(
                label=f"Pourquoi « {change['reference']} {change['title']} » a changé",
                initial=change["reason"],
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    @property
    def reasons(self) -> dict[str, str]:
        return {
            name.removeprefix("reason-"): value
            for name, value in self.cleaned_data.items()
            if name.startswith("reason-")
        }


class AdoptForm(forms.Form):
    adopted_on = forms.DateField(label="Adoptée le", widget=DateInput)
    deliberation = forms.CharField(label="Référence de la délibération", max_length=120)


class ImportForm(forms.Form):
    file = forms.FileField(label="Classeur XLSX", help_text="5 Mo au plus.")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > 5 * 1024 * 1024:
            raise forms.ValidationError("Ce classeur dépasse 5 Mo.")
        return file


class ApplyForm(forms.Form):
    reason = forms.CharField(
        label="Pourquoi ces changements",
        required=False,
        max_length=2000,
        widget=forms.Textarea,
        help_text="Pour les lignes sans « Motif du changement ». La prochaine révision le reprendra.",
    )
