"""The classification plan."""

from django import forms

from beffroi.shared.documents.models import Activity, Series


class ActivityForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Activity
        fields = ["code", "title"]

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation


class SeriesForm(forms.ModelForm):
    """A series of the plan of one body."""

    own_data = False

    class Meta:
        model = Series
        fields = [
            "activity",
            "code",
            "title",
            "years",
            "trigger",
            "fate",
            "communicability",
            "basis",
            "note",
            "is_active",
        ]
        help_texts = {
            "years": "Laissez vide pour garder sans limite. La durée finit le 31 décembre de sa dernière année.",
            "basis": "Instruction des Archives de France, code, décision de la collectivité…",
        }
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["activity"].queryset = Activity.objects.filter(organisation=organisation)
        self.fields["activity"].empty_label = "Choisissez une activité"


class CopyPlanForm(forms.Form):
    """The plan of another body that the person manages, or that of the operator."""

    source = forms.ModelChoiceField(label="Plan à copier", queryset=None, empty_label="Choisissez une collectivité")

    def __init__(self, *args, sources, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = sources
