"""What a dispatcher fills in to say which reports an order answers."""

import re

from django import forms

from beffroi.kernel.ui.formats import counted, nb

SEPARATORS = re.compile(r"[\s,;]+")


class LinkForm(forms.Form):
    """Reports ticked among those around, others by their references; `found` once valid."""

    own_data = False
    near = forms.MultipleChoiceField(label="Autour du travail", required=False, widget=forms.CheckboxSelectMultiple)
    references = forms.CharField(
        label="Autres références",
        required=False,
        max_length=400,
        help_text="Comme SIG-2026-000123, séparées par des espaces.",
    )

    def __init__(self, *args, free, around, **kwargs):
        super().__init__(*args, **kwargs)
        self.free = free
        self.found: list = []
        self.fields["near"].choices = [
            (one.reference, f"{one.reference}\u202f: {one.title}, à {nb(round(one.away))}\u202fm") for one in around
        ]
        if not around:
            del self.fields["near"]
            self.fields["references"].label = "Références des signalements"

    def clean_references(self):
        typed = [one.upper() for one in SEPARATORS.split(self.cleaned_data["references"]) if one]
        known = {one.reference: one for one in self.free.filter(reference__in=typed)}
        if wrong := [one for one in typed if one not in known]:
            raise forms.ValidationError(
                f"{counted(len(wrong), 'référence')} à revoir\u202f: {', '.join(wrong[:5])}. Un signalement s’ajoute "
                "s’il est en cours, chez vous, et pas encore traité par cet ordre."
            )
        return typed

    def clean(self):
        data = super().clean()
        wanted = {*data.get("near", ()), *data.get("references", ())}
        if not self.errors and not wanted:
            raise forms.ValidationError("Choisissez au moins un signalement.")
        self.found = list(self.free.filter(reference__in=wanted).order_by("reference"))
        return data
