"""How a body wants the file of another accounting software, and the period of a file."""

import datetime

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.billing import layouts
from beffroi.shared.billing.models import AccountingLayout, Regie


class LayoutForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = AccountingLayout
        fields = [
            "name",
            "content",
            "columns",
            "separator",
            "quoting",
            "header",
            "encoding",
            "ending",
            "dates",
            "amounts",
            "extension",
        ]
        widgets = {"columns": forms.Textarea(attrs={"rows": 16, "spellcheck": "false"})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["columns"].help_text = (
            "Une colonne par ligne, dans l’ordre : « Titre : champ ». Après le champ, séparés par des "
            "points-virgules : une longueur, « majuscules », « sans accents ». Un texte fixe s’écrit entre "
            "guillemets droits ; « vide » laisse une colonne vide, « vide x 12 » en laisse douze."
        )
        self.fields["quoting"].help_text = "Sans guillemets, le séparateur devient une espace dans les textes."

    def clean(self):
        cleaned = super().clean()
        content = cleaned.get("content")
        if content and cleaned.get("columns"):
            try:
                layouts.columns_of(cleaned["columns"], content)
            except layouts.BadColumns as bad:
                for fault in bad.faults[:8]:
                    self.add_error("columns", fault)
        return cleaned


class ExportForm(forms.Form):
    """The régie and the period of a file; last month at first."""

    regie = forms.ModelChoiceField(label="Régie", queryset=Regie.objects.none(), empty_label=None)
    du = forms.DateField(label="Du", widget=DateInput)
    au = forms.DateField(label="Au", widget=DateInput)

    def __init__(self, *args, regies: list[Regie], **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["regie"].queryset = Regie.objects.filter(pk__in=[one.pk for one in regies])
        last = timezone.localdate().replace(day=1) - datetime.timedelta(days=1)
        self.fields["du"].initial, self.fields["au"].initial = last.replace(day=1), last
