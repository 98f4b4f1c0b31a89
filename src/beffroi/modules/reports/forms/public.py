"""What the author of a report fills in after its end."""

from django import forms

from beffroi.modules.reports.forms.filing import Trap


class ReopenForm(forms.Form):
    reason = forms.CharField(
        label="Qu’est-ce qui n’est pas réglé\u202f?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce qui n’est pas réglé\u202f: le service le lira."},
    )


class FlagForm(Trap):
    """Somebody says that a public page shows what it should not."""

    reason = forms.CharField(
        label="Que faut-il vérifier\u202f?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Dites ce qui ne va pas."},
    )


class RelayForm(forms.Form):
    """What a body without desk answers about a report."""

    ANSWERS = (
        ("acknowledge", "Nous nous en occupons"),
        ("resolve", "C’est réglé"),
        ("decline", "Cela ne relève pas de nous"),
        ("note", "Autre réponse"),
    )
    answer = forms.ChoiceField(label="Votre réponse", choices=ANSWERS, widget=forms.RadioSelect)
    text = forms.CharField(
        label="Précisions",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L’auteur du signalement les lira, sauf si cela ne relève pas de vous.",
    )

    def clean(self):
        data = super().clean()
        if data.get("answer") != "acknowledge" and not data.get("text", "").strip():
            self.add_error("text", "Dites-en un peu plus.")
        return data
