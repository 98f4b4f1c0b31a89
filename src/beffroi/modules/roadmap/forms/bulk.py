"""What a gesture on several actions asks: a state, a referent, a priority, an axis."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.roadmap import access, actions
from beffroi.modules.roadmap.actions.content import next_number
from beffroi.modules.roadmap.forms.actions import ReasonMixin
from beffroi.modules.roadmap.models import Action, Axis, Plan, Referent
from beffroi.modules.roadmap.states import State


class BulkForm(ReasonMixin):
    """The base of the gestures; `perform` does it to one action and returns what was done, in a few words."""

    title = ""
    gesture = ""

    def __init__(self, *args, plan: Plan, chosen: list[Action], **kwargs):
        super().__init__(*args, **kwargs)
        self.plan, self.chosen = plan, chosen

    def perform(self, action: Action, actor) -> str:
        raise TypeError("a gesture says what it does")


class BulkState(BulkForm):
    """By the shortest way of the workflow, as when a board is brought up to date after a meeting."""

    title = "Changer l’état de ces actions"
    gesture = "etat"
    state = forms.ChoiceField(label="Nouvel état", choices=State)
    on = forms.DateField(
        label="Depuis quel jour", widget=DateInput, help_text="Le jour où le changement a vraiment eu lieu."
    )
    public_reason = forms.BooleanField(label="Publier ce motif sur le site", required=False)
    unblock_condition = forms.CharField(
        label="Ce qui doit se produire pour que l’action reprenne",
        help_text="Demandé pour un blocage seulement.",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    field_order = ("state", "on", "reason", "public_reason", "unblock_condition")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()
        self.fields["reason"].label = "Pourquoi"
        self.fields["reason"].help_text = "Demandé pour mettre en pause, bloquer, reporter, abandonner ou rouvrir."

    def clean_on(self):
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError("Cette date est dans l’avenir : notez le changement quand il aura eu lieu.")
        return day

    def clean(self):
        values = super().clean()
        if values.get("state") == State.BLOCKED:
            if not values.get("reason", "").strip():
                self.add_error("reason", "Dites pourquoi : ce motif sera gardé avec chaque action.")
            if not values.get("unblock_condition", "").strip():
                self.add_error("unblock_condition", "Dites ce qui doit se produire pour que ces actions reprennent.")
        return values

    def perform(self, action, actor):
        values = dict(self.cleaned_data)
        state = State(values.pop("state"))
        if action.state == state and not action.same_as_id:
            return f"déjà « {state.label} »"
        if action.same_as_id:
            raise ValidationError("cette ligne répète une autre action : son avancement se note sur celle-là")
        actions.reach_state(action, state, actor=actor, **values)
        return f"« {state.label} »"


class BulkReferent(BulkForm):
    title = "Changer l’élu référent de ces actions"
    gesture = "elu"
    referent = forms.ModelChoiceField(
        label="Élu référent", queryset=Referent.objects.none(), required=False, empty_label="Aucun"
    )
    field_order = ("referent", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        people = Referent.objects.active().filter(organisation=self.plan.organisation_id)
        self.fields["referent"].queryset = people.order_by("name")

    def perform(self, action, actor):
        person = self.cleaned_data["referent"]
        changed = actions.edit_action(action, actor=actor, reason=self.cleaned_data["reason"], referent=person)
        said = f"élu référent : {person.name}" if person else "sans élu référent"
        return said if changed else f"déjà {said}"


class BulkPriority(BulkForm):
    title = "Changer la priorité de ces actions"
    gesture = "priorite"
    priority = forms.TypedChoiceField(
        label="Priorité", choices=Action.Priority, coerce=int, initial=Action.Priority.MEDIUM
    )
    field_order = ("priority", "reason")

    def perform(self, action, actor):
        value = self.cleaned_data["priority"]
        changed = actions.edit_action(action, actor=actor, reason=self.cleaned_data["reason"], priority=value)
        said = f"priorité {Action.Priority(value).label.lower()}"
        return said if changed else f"déjà en {said}"


class BulkAxis(BulkForm):
    """For those who edit the whole plan: each action goes to the end of the axis."""

    title = "Déplacer ces actions vers un axe"
    gesture = "axe"
    axis = forms.ModelChoiceField(label="Axe", queryset=Axis.objects.none(), empty_label=None)
    field_order = ("axis", "reason")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["axis"].queryset = self.plan.axes.order_by("position", "pk")

    def perform(self, action, actor):
        if not access.can_edit_plan(actor, self.plan):
            raise PermissionDenied("roadmap.edit")
        axis = Axis.objects.select_for_update().get(pk=self.cleaned_data["axis"].pk)
        if action.axis_id == axis.pk:
            return "déjà dans cet axe"
        moved = {"axis": axis, "number": next_number(axis)}
        actions.edit_action(action, actor=actor, reason=self.cleaned_data["reason"], **moved)
        return f"devient {action.reference}"


GESTURES: dict[str, type[BulkForm]] = {form.gesture: form for form in (BulkState, BulkReferent, BulkPriority, BulkAxis)}
