"""What the author of a report fills in after its end."""

import uuid

from django import forms

from beffroi.modules.reports.forms.filing import Trap
from beffroi.shared.files.forms import PhotosField


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


class SightingForm(Trap):
    """Somebody passed by a problem, and says what they saw."""

    SAID = (
        ("still_there", "Le problème est toujours là"),
        ("looks_solved", "Il semble réglé"),
        ("precision", "J’ai une précision"),
    )
    said = forms.ChoiceField(
        label="Qu’avez-vous vu\u202f?",
        choices=SAID,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez ce que vous avez vu."},
    )
    text = forms.CharField(
        label="En quelques mots", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    photos = PhotosField(label="Photos", required=False, most=3)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].actor = actor
        self.fields["photos"].help_text = "3 photos au plus. Évitez les visages et les plaques d’immatriculation."
        self.fields["client_uuid"].initial = uuid.uuid4

    def clean(self):
        data = super().clean()
        nothing = not data.get("text", "").strip() and not data.get("photos")
        if data.get("said") == "precision" and nothing and "text" not in self.errors:
            self.add_error("text", "Écrivez votre précision, ou joignez une photo.")
        return data


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
