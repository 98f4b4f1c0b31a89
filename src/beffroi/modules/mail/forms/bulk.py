"""What is asked once for several letters."""

from django import forms

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.modules.mail import actions, rights
from beffroi.modules.mail.models import LetterType, Priority
from beffroi.shared.organisations.models import Membership, Team


class RouteManyForm(forms.Form):
    """Give letters to a service, to an agent, or both; what each is stays as it was when nothing is chosen."""

    title = "Confier les courriers cochés"
    own_data = False
    type = forms.ModelChoiceField(
        label="Type", queryset=LetterType.objects.none(), required=False, empty_label="Celui de chacun"
    )
    priority = forms.ChoiceField(label="Priorité", choices=[("", "Celle de chacun"), *Priority.choices], required=False)
    team = forms.ModelChoiceField(label="Service", queryset=Team.objects.none(), required=False, empty_label="Aucun")
    assignee = forms.ModelChoiceField(
        label="Agent", queryset=User.objects.none(), required=False, empty_label="Le service choisira"
    )

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        roles = access.roles_with(rights.VIEW)
        held = Membership.objects.active().filter(organisation__in=bodies, role__in=roles).values("user")
        self.fields["type"].queryset = LetterType.objects.filter(organisation__in=bodies, is_active=True)
        self.fields["team"].queryset = Team.objects.filter(organisation__in=bodies, is_active=True)
        self.fields["assignee"].queryset = User.objects.filter(is_active=True, pk__in=held).order_by("last_name")

    def clean(self):
        given = super().clean()
        if not given.get("team") and not given.get("assignee"):
            raise forms.ValidationError("Choisissez un service, un agent, ou les deux.")
        return given

    def perform(self, letter, actor) -> str:
        """Give one letter; returns what was done, in a few words."""
        given = self.cleaned_data
        actions.route_letter(
            letter,
            actor=actor,
            type=given["type"] or letter.type,
            priority=given["priority"] or letter.priority,
            team=given["team"],
            assignee=given["assignee"],
        )
        return "confié"


class CloseManyForm(forms.Form):
    """Close letters, all with the same words."""

    title = "Clore les courriers cochés"
    own_data = False
    closing = forms.CharField(
        label="Suite donnée",
        max_length=300,
        required=False,
        help_text="Obligatoire pour ceux qui sont clos sans réponse écrite.",
    )

    def __init__(self, *args, bodies, **kwargs):
        super().__init__(*args, **kwargs)

    def perform(self, letter, actor) -> str:
        """Close one letter; returns what was done, in a few words."""
        actions.close_letter(letter, actor=actor, closing=self.cleaned_data["closing"])
        return "clos"


GESTURES = {"confier": RouteManyForm, "clore": CloseManyForm}
