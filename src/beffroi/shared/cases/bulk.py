"""One gesture on many cases: each is done, or says why it is not."""

from collections.abc import Callable, Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef

from beffroi.kernel import access
from beffroi.kernel.bulk import Line, attempt
from beffroi.kernel.bulk import numbers as ticked
from beffroi.kernel.models import User
from beffroi.kernel.workflow import TransitionRefused
from beffroi.shared.cases import actions
from beffroi.shared.cases.models import Case, case_kinds
from beffroi.shared.organisations.models import Membership, Team


class BulkForm(forms.Form):
    """The base of the gestures; `perform(case)` does it to one case and returns what was done, in a few words."""

    own_data = False
    title = ""
    submit = "Valider"

    def __init__(self, *args, actor, cases: list[Case], **kwargs):
        super().__init__(*args, **kwargs)
        self.actor, self.cases = actor, cases

    def perform(self, case: Case) -> str:
        raise TypeError("a gesture says what it does")


class BulkAssign(BulkForm):
    title = "Confier ces demandes"
    submit = "Confier"
    team = forms.ModelChoiceField(
        label="Équipe", queryset=Team.objects.none(), required=False, empty_label="Ne rien changer"
    )
    assignee = forms.ModelChoiceField(
        label="Agent", queryset=User.objects.none(), required=False, empty_label="Personne en particulier"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        bodies = {case.organisation_id for case in self.cases}
        self.fields["team"].queryset = Team.objects.filter(organisation__in=bodies, is_active=True).select_related(
            "organisation"
        )
        if len(bodies) > 1:
            self.fields["team"].label_from_instance = lambda team: f"{team.name}, {team.organisation}"
        held = {role for model in case_kinds() for role in access.roles_with(model.handle_permission)}
        roles = Membership.objects.active().filter(organisation__in=bodies, role__in=held, user=OuterRef("pk"))
        self.fields["assignee"].queryset = User.objects.filter(Exists(roles), is_active=True).order_by(
            "last_name", "first_name"
        )

    def clean(self):
        data = super().clean()
        if not data.get("team") and not data.get("assignee"):
            raise ValidationError("Choisissez une équipe ou un agent.")
        return data

    def perform(self, case):
        team, assignee = self.cleaned_data["team"], self.cleaned_data["assignee"]
        actions.assign_case(case, actor=self.actor, team=team or case.team, assignee=assignee)
        return f"confiée à {' et '.join(str(one) for one in (team, assignee) if one)}"


class BulkPriority(BulkForm):
    title = "Changer la priorité de ces demandes"
    submit = "Enregistrer"
    priority = forms.TypedChoiceField(label="Priorité", choices=Case.Priority, coerce=int, initial=Case.Priority.NORMAL)

    def perform(self, case):
        value = self.cleaned_data["priority"]
        actions.set_priority(case, actor=self.actor, priority=value)
        return f"priorité {Case.Priority(value).label.lower()}"


class BulkStep(BulkForm):
    title = "Faire avancer ces demandes"
    verb = forms.ChoiceField(label="Étape")
    reason = forms.CharField(
        label="Message aux demandeurs",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Le même pour tous. Chaque demandeur le lira.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offered: dict[str, str] = {}
        for case in self.cases:
            for step in case.workflow.available(case, self.actor):
                offered.setdefault(step.verb, step.label)
        self.fields["verb"].choices = list(offered.items())

    def perform(self, case):
        verb = self.cleaned_data["verb"]
        if verb not in case.workflow.transitions or case.workflow.transitions[verb].hidden:
            raise TransitionRefused(f"Un {case.kind_label} n’a pas cette étape.")
        actions.move_case(case, verb, actor=self.actor, reason=self.cleaned_data["reason"])
        return case.get_state_display().lower()


class BulkMerge(BulkForm):
    title = "Regrouper ces demandes"
    submit = "Regrouper"
    into = forms.ChoiceField(
        label="Demande à garder", help_text="Les autres seront closes ; leurs demandeurs suivront celle-ci."
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["into"].choices = [(case.reference, str(case)) for case in self.cases if not case.merged_into_id]

    def perform(self, case):
        kept = next(one for one in self.cases if one.reference == self.cleaned_data["into"])
        if case.pk == kept.pk:
            return "gardée"
        actions.merge_case(case, kept, actor=self.actor)
        return f"regroupée avec {kept.reference}"


GESTURES: dict[str, type[BulkForm]] = {
    "confier": BulkAssign,
    "priorite": BulkPriority,
    "etape": BulkStep,
    "regrouper": BulkMerge,
}


def chosen(user, numbers: Iterable[str]) -> list[Case]:
    """The concrete cases ticked, among those that the person sees at the desk."""
    wanted = ticked(list(numbers))
    seen = set(Case.objects.on_desk_of(user).filter(pk__in=wanted).values_list("pk", flat=True))
    found = [
        case
        for model in case_kinds()
        for case in model._base_manager.filter(pk__in=seen).select_related(
            "organisation", "team", "commune", "assignee"
        )
    ]
    rank = {pk: place for place, pk in enumerate(wanted)}
    return sorted(found, key=lambda case: rank[case.pk])


def run(cases: list[Case], user, perform: Callable[[Case], str]) -> list[Line]:
    """Do it to each, on its own: a refusal changes nothing for the others."""
    return [_one(case, user, perform) for case in cases]


def _one(case: Case, user, perform: Callable[[Case], str]) -> Line:
    if not case.can_be_handled_by(user):
        return Line(case.reference, False, "vous ne traitez pas les demandes de cet organisme")
    return attempt(case.reference, lambda: perform(case), refused="cette étape ne vous est pas permise")
