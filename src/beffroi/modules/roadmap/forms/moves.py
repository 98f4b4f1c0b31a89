"""Moving an action from one state to another."""

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.roadmap.states import State


class MoveForm(forms.Form):
    """One step of the workflow; the action says what is missing."""

    verb = forms.ChoiceField(label="Ce qui change", widget=forms.RadioSelect)
    on = forms.DateField(
        label="Depuis quel jour",
        widget=DateInput,
        help_text="Le jour où le changement a vraiment eu lieu.",
    )
    reason = forms.CharField(
        label="Pourquoi", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    public_reason = forms.BooleanField(label="Publier ce motif sur le site", required=False)
    unblock_condition = forms.CharField(
        label="Ce qui doit se produire pour que l’action reprenne",
        help_text="Demandé pour un blocage seulement.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args, moves, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["verb"].choices = [(move.verb, move.label) for move in moves]
        self.fields["on"].initial = timezone.localdate()
        explained = [move.label.lower() for move in moves if move.reason]
        if explained:
            self.fields["reason"].help_text = f"Demandé pour : {', '.join(explained)}. Gardé avec l’action."
        if not any(move.target == State.BLOCKED for move in moves):
            del self.fields["unblock_condition"]
