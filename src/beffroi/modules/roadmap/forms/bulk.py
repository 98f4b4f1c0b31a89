"""What a gesture on several actions asks: a state, a referent, a priority, an axis, pilots, dates, tags."""

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from beffroi.kernel.models import User
from beffroi.kernel.ui.formats import counted
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.roadmap import access, actions
from beffroi.modules.roadmap.actions.content import next_number
from beffroi.modules.roadmap.forms.actions import SEVERAL, LongList, ReasonMixin, split_tags
from beffroi.modules.roadmap.models import Action, Axis, Pilot, Plan, Referent
from beffroi.modules.roadmap.states import State
from beffroi.shared.organisations.models import Organisation, Team


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


class BulkPilots(BulkForm):
    """Named on each action, in addition to those who carry it or in their place."""

    title = "Changer les pilotes de ces actions"
    gesture = "pilotes"
    how = forms.ChoiceField(
        label="Ces pilotes",
        choices=[("add", "s’ajoutent"), ("replace", "remplacent tous les autres"), ("remove", "sont retirés")],
        initial="add",
        widget=forms.RadioSelect,
    )
    users = forms.ModelMultipleChoiceField(
        label="Agents", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    teams = forms.ModelMultipleChoiceField(
        label="Équipes", queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    organisations = forms.ModelMultipleChoiceField(
        label="Organismes", queryset=Organisation.objects.none(), required=False, widget=LongList, help_text=SEVERAL
    )
    field_order = ("how", "users", "teams", "organisations", "reason")
    kinds = ("users", "teams", "organisations")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.plan.organisation_id
        agents = User.objects.filter(memberships__organisation=body, is_active=True).distinct()
        self.fields["users"].queryset = agents.order_by("last_name", "first_name", "pk")
        self.fields["teams"].queryset = Team.objects.filter(organisation=body, is_active=True).order_by("name")
        self.fields["organisations"].queryset = Organisation.objects.order_by("name")

    def clean(self):
        values = super().clean()
        if not any(values.get(kind) for kind in self.kinds) and values.get("how") != "replace":
            raise ValidationError("Choisissez au moins un pilote.")
        return values

    def perform(self, action, actor):
        Action.objects.select_for_update(of=("self",)).get(pk=action.pk)
        wanted = {kind: set(self.cleaned_data[kind]) for kind in self.kinds}
        how = self.cleaned_data["how"]
        if how != "replace":
            held: dict[str, set] = {kind: set() for kind in self.kinds}
            for pilot in Pilot.objects.filter(action=action).select_related("user", "team", "organisation"):
                for kind in self.kinds:
                    held[kind] |= {one for one in (getattr(pilot, kind.removesuffix("s")),) if one is not None}
            join = set.union if how == "add" else set.difference
            wanted = {kind: join(held[kind], wanted[kind]) for kind in self.kinds}
        given = {kind: sorted(chosen, key=lambda one: one.pk) for kind, chosen in wanted.items()}
        changed = actions.set_pilots(action, actor=actor, reason=self.cleaned_data["reason"], **given)
        count = sum(len(chosen) for chosen in given.values())
        return f"{counted(count, 'pilote')}" if changed else "mêmes pilotes"


class BulkDates(BulkForm):
    """What is left empty does not change."""

    title = "Changer les dates de ces actions"
    gesture = "dates"
    start = forms.DateField(
        label="Début prévu", required=False, widget=DateInput, help_text="Vide\u202f: chacune garde le sien."
    )
    end = forms.DateField(
        label="Fin prévue", required=False, widget=DateInput, help_text="Vide\u202f: chacune garde la sienne."
    )
    field_order = ("start", "end", "reason")

    def clean(self):
        values = super().clean()
        start, end = values.get("start"), values.get("end")
        if not self.errors and not start and not end:
            raise ValidationError("Donnez au moins une des deux dates.")
        if start and end and end < start:
            self.add_error("end", "La fin prévue doit venir après le début.")
        return values

    def perform(self, action, actor):
        given = {name: self.cleaned_data[name] for name in ("start", "end") if self.cleaned_data[name]}
        start, end = given.get("start", action.start), given.get("end", action.end)
        if start and end and end < start:
            raise ValidationError("sa fin prévue viendrait avant son début")
        changed = actions.edit_action(action, actor=actor, reason=self.cleaned_data["reason"], **given)
        return "dates changées" if changed else "déjà à ces dates"


class BulkTags(BulkForm):
    title = "Changer les mots-clés de ces actions"
    gesture = "mots-cles"
    added = forms.CharField(label="Ajouter", required=False, max_length=400, help_text="Séparés par des virgules.")
    removed = forms.CharField(label="Retirer", required=False, max_length=400, help_text="Séparés par des virgules.")
    field_order = ("added", "removed", "reason")

    def clean_added(self):
        return split_tags(self.cleaned_data["added"])

    def clean_removed(self):
        return split_tags(self.cleaned_data["removed"])

    def clean(self):
        values = super().clean()
        if not self.errors and not values.get("added") and not values.get("removed"):
            raise ValidationError("Donnez au moins un mot-clé à ajouter ou à retirer.")
        return values

    def perform(self, action, actor):
        held = Action.objects.select_for_update(of=("self",)).get(pk=action.pk).tags
        gone = {tag.casefold() for tag in self.cleaned_data["removed"]}
        kept = [tag for tag in held if tag.casefold() not in gone]
        known = {tag.casefold() for tag in kept}
        tags = kept + [tag for tag in self.cleaned_data["added"] if tag.casefold() not in known]
        changed = actions.edit_action(action, actor=actor, reason=self.cleaned_data["reason"], tags=tags)
        return f"mots-clés\u202f: {', '.join(tags) or 'aucun'}" if changed else "mêmes mots-clés"


FORMS = (BulkState, BulkReferent, BulkPriority, BulkAxis, BulkPilots, BulkDates, BulkTags)
GESTURES: dict[str, type[BulkForm]] = {form.gesture: form for form in FORMS}
