"""What agents fill in about one case, and about their ready answers and lists."""

import uuid

from django import forms
from django.db.models import Exists, OuterRef, Q

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.shared.cases.models import AnswerTemplate, Case, case_kinds
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.models import Membership, Organisation, Team


class GestureForm(forms.Form):
    """A gesture on a case as the agent saw it: `version` tells whether it has changed since."""

    own_data = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, case: Case, **kwargs):
        super().__init__(*args, **kwargs)
        self.case = case
        self.fields["version"].initial = case.version

    def renew(self) -> None:
        """After a refusal: keep what was typed, and take the case as it is now for what was seen."""
        self.data = self.data.copy()
        self.data["version"] = Case.objects.values_list("version", flat=True).get(pk=self.case.pk)


class TextForm(GestureForm):
    """A gesture that says something; `text_name` is where a ready answer is inserted."""

    text_name = "body"
    body = forms.CharField(
        label="Message",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": "Écrivez le texte : il est attendu."},
    )
    files = UploadsField(label="Pièces jointes", required=False)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actor=None, label="", hint="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["files"].actor = actor
        self.fields["client_uuid"].initial = uuid.uuid4
        if label:
            self.fields["body"].label = label
        self.fields["body"].help_text = hint

    def insert(self, text: str) -> None:
        """Add a ready answer after what is already written."""
        self.data = self.data.copy()
        written = self.data.get("body", "").rstrip()
        self.data["body"] = f"{written}\n\n{text}" if written else text


def handlers(case: Case):
    """The accounts that may be given a case: those who handle its kind in the body in charge."""
    held = access.roles_with(case.kind_model.handle_permission)
    roles = Membership.objects.active().filter(organisation=case.organisation_id, role__in=held, user=OuterRef("pk"))
    query = User.objects.filter(Q(Exists(roles)) | Q(pk=case.assignee_id), is_active=True)
    return query.order_by("last_name", "first_name", "pk")


class AssignForm(GestureForm):
    team = forms.ModelChoiceField(label="Équipe", queryset=Team.objects.none(), required=False, empty_label="Aucune")
    assignee = forms.ModelChoiceField(
        label="Agent", queryset=User.objects.none(), required=False, empty_label="Personne en particulier"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        teams = Q(is_active=True) | Q(pk=self.case.team_id)
        self.fields["team"].queryset = Team.objects.filter(teams, organisation_id=self.case.organisation_id)
        self.fields["team"].initial = self.case.team_id
        self.fields["assignee"].queryset = handlers(self.case)
        self.fields["assignee"].initial = self.case.assignee_id


def receivers(case: Case):
    """The bodies to which a case may be handed over; `staffed` = somebody there handles its kind."""
    held = access.roles_with(case.kind_model.handle_permission)
    roles = Membership.objects.active().filter(organisation=OuterRef("pk"), role__in=held)
    public = Q(kind__in=("epci", "departement", "syndicat", "state")) | Q(commune__member=True)
    query = Organisation.objects.filter(public, is_active=True).exclude(pk=case.organisation_id)
    return query.annotate(staffed=Exists(roles)).order_by("-staffed", "kind", "name")


class TransferForm(GestureForm):
    organisation = forms.ModelChoiceField(
        label="Organisme", queryset=Organisation.objects.none(), empty_label="Choisir"
    )
    reason = forms.CharField(
        label="Motif",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Le demandeur et l’autre organisme le liront.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["organisation"]
        field.queryset = receivers(self.case)
        found = list(field.queryset)
        groups = (
            ("Reçoivent les demandes sur la plateforme", [o for o in found if o.staffed]),
            ("Personne n’y est encore inscrit", [o for o in found if not o.staffed]),
        )
        field.choices = [("", "Choisir")] + [(label, [(o.pk, str(o)) for o in ones]) for label, ones in groups if ones]


class PriorityForm(GestureForm):
    priority = forms.TypedChoiceField(label="Priorité", choices=Case.Priority, coerce=int)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["priority"].initial = self.case.priority


class MergeForm(GestureForm):
    into = forms.CharField(
        label="Référence de la demande à garder",
        max_length=20,
        help_text="Celle-ci sera close ; son demandeur suivra la demande gardée.",
    )

    def clean_into(self):
        reference = self.cleaned_data["into"].strip().upper()
        kept = self.case.kind_model.objects.on_desk_of(self.actor).filter(reference=reference).first()
        if kept is None:
            raise forms.ValidationError(
                "Aucune demande de même nature, parmi celles que vous voyez, n’a cette référence."
            )
        return kept

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor


class AnswerTemplateForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = AnswerTemplate
        fields = ["organisation", "kind", "name", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 9})}

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations
        self.fields["organisation"].empty_label = None
        kinds = [(model._meta.label_lower, str(model._meta.verbose_name).capitalize()) for model in case_kinds()]
        self.fields["kind"] = forms.ChoiceField(
            label="Nature de demande", choices=[("", "Toutes"), *kinds], required=False
        )
        self.fields["body"].max_length = 5000


class SavedViewForm(forms.Form):
    own_data = False
    name = forms.CharField(label="Nom de la vue", max_length=80)

    def __init__(self, *args, organisations, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"] = forms.ModelChoiceField(
            label="Partager avec les agents de",
            queryset=organisations,
            required=False,
            empty_label="Ne pas partager",
        )
