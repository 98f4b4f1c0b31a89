"""One form for each step of a letter, and for what is asked of others."""

import datetime

from django import forms
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.mail import rights
from beffroi.modules.mail.models import Dispatch, LetterType, Priority
from beffroi.shared.documents.forms.documents import PlaceField
from beffroi.shared.documents.models import Series
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.models import Membership, Team
from beffroi.shared.signing.models import Circuit


def agents_of(organisation_id: int):
    """The accounts that may read the mail of that body today, by name."""
    held = Membership.objects.active().filter(organisation=organisation_id, role__in=access.roles_with(rights.VIEW))
    return User.objects.filter(is_active=True, pk__in=held.values("user")).order_by("last_name", "first_name")


def teams_of_body(organisation_id: int):
    return Team.objects.filter(organisation=organisation_id, is_active=True)


class StepForm(forms.Form):
    """The base of them all: knows the letter and who acts."""

    own_data = False

    def __init__(self, *args, letter, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.letter, self.actor = letter, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the letter."""


class RouteForm(StepForm):
    type = forms.ModelChoiceField(
        label="Type",
        queryset=LetterType.objects.none(),
        required=False,
        empty_label="À préciser plus tard",
        help_text="Il donne le délai et dit ce que vaut le silence.",
    )
    priority = forms.ChoiceField(label="Priorité", choices=Priority.choices)
    team = forms.ModelChoiceField(
        label="Service", queryset=Team.objects.none(), required=False, empty_label="Celui du type"
    )
    assignee = forms.ModelChoiceField(
        label="Agent", queryset=User.objects.none(), required=False, empty_label="Le service choisira"
    )
    note = forms.CharField(
        label="Mot pour le service", max_length=300, required=False, help_text="Il reste dans l’historique."
    )

    def prepare(self):
        body = self.letter.organisation_id
        self.fields["type"].queryset = LetterType.objects.filter(organisation=body, is_active=True)
        self.fields["team"].queryset = teams_of_body(body)
        self.fields["assignee"].queryset = agents_of(body)
        for name in ("type", "priority", "team", "assignee"):
            self.fields[name].initial = getattr(self.letter, name)


class PiecesForm(StepForm):
    pieces = forms.CharField(
        label="Pièces et informations manquantes",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Le demandeur les lira dans l’accusé de réception.",
    )
    until = forms.DateField(label="À fournir avant le", widget=DateInput)

    def prepare(self):
        self.fields["until"].initial = lambda: timezone.localdate() + datetime.timedelta(days=30)


class ReceivedForm(StepForm):
    received_on = forms.DateField(label="Pièces reçues le", widget=DateInput, initial=timezone.localdate)


class ForwardForm(StepForm):
    to = forms.CharField(label="Administration compétente", max_length=160)


class SignForm(StepForm):
    circuit = forms.ModelChoiceField(
        label="Circuit", queryset=Circuit.objects.none(), empty_label="Choisissez un circuit"
    )

    def prepare(self):
        circuits = Circuit.objects.filter(organisation=self.letter.organisation_id, is_active=True)
        self.fields["circuit"].queryset = circuits
        if not circuits.exists():
            self.fields["circuit"].help_text = "Aucun circuit : l’administrateur en crée un dans le parapheur."


class PaperForm(StepForm):
    document = UploadsField(label="Lettre signée, en PDF", most=1)

    def prepare(self):
        self.fields["document"].actor = self.actor


class SendForm(StepForm):
    mode = forms.ChoiceField(label="Comment", choices=Dispatch.Mode.choices, widget=forms.RadioSelect)
    day = forms.DateField(label="Le", widget=DateInput, initial=timezone.localdate)
    address = forms.EmailField(
        label="Adresse électronique",
        required=False,
        help_text="Pour un courriel : le destinataire y reçoit un lien vers la lettre signée, valable un mois.",
    )
    number = forms.CharField(
        label="Numéro de recommandé",
        max_length=20,
        required=False,
        help_text="Vide : le prochain numéro de vos tranches est pris.",
    )

    def prepare(self):
        party = self.letter.correspondent.shown if self.letter.correspondent_id else None
        self.fields["address"].initial = party.email if party else ""
        registered = self.letter.kind == "registered"
        self.fields["mode"].initial = Dispatch.Mode.REGISTERED if registered else Dispatch.Mode.POST


class CloseForm(StepForm):
    closing = forms.CharField(label="Suite donnée", max_length=300, required=False)

    def prepare(self):
        if self.letter.is_incoming and self.letter.state == "routed":
            self.fields["closing"].help_text = "Obligatoire : ce courrier est clos sans réponse écrite."


class ReasonForm(StepForm):
    reason = forms.CharField(label="Motif", max_length=300)


class CopyForm(StepForm):
    users = forms.ModelMultipleChoiceField(label="Agents", queryset=User.objects.none(), required=False)
    teams = forms.ModelMultipleChoiceField(
        label="Équipes", queryset=Team.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def prepare(self):
        self.fields["users"].queryset = agents_of(self.letter.organisation_id)
        self.fields["users"].widget = forms.CheckboxSelectMultiple(choices=self.fields["users"].choices)
        self.fields["teams"].queryset = teams_of_body(self.letter.organisation_id)

    def clean(self):
        given = super().clean()
        if not given.get("users") and not given.get("teams"):
            raise forms.ValidationError("Choisissez au moins un agent ou une équipe.")
        return given


class OpinionForm(StepForm):
    asked_of = forms.ModelChoiceField(label="À qui", queryset=User.objects.none(), empty_label="Choisissez un agent")
    question = forms.CharField(label="Question", max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    due_on = forms.DateField(label="Avant le", widget=DateInput)

    def prepare(self):
        self.fields["asked_of"].queryset = agents_of(self.letter.organisation_id).exclude(pk=self.actor.pk)
        self.fields["due_on"].initial = lambda: timezone.localdate() + datetime.timedelta(days=7)


class AnswerForm(StepForm):
    answer = forms.CharField(label="Votre avis", max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))


class LinkForm(StepForm):
    reference = forms.CharField(
        label="Référence de la demande", max_length=30, help_text="Par exemple SIG-2026-000123."
    )


class AcknowledgeForm(StepForm):
    address = forms.EmailField(
        label="Envoyer par courriel à", required=False, help_text="Vide : vous l’imprimez et le postez."
    )
    sealed = forms.BooleanField(
        label="Apposer le cachet de la plateforme",
        required=False,
        help_text="Le PDF porte alors une signature que chacun peut vérifier.",
    )

    def prepare(self):
        party = self.letter.correspondent.shown if self.letter.correspondent_id else None
        self.fields["address"].initial = party.email if party else ""


class FilingForm(StepForm):
    """Where a closed letter goes among the documents, and under which series of the plan."""

    place = PlaceField()
    series = forms.ModelChoiceField(
        label="Série du plan de classement",
        queryset=Series.objects.none(),
        required=False,
        empty_label="Celle du dossier choisi",
        help_text="Elle dit combien de temps le courrier est gardé et ce qu’il devient ensuite.",
    )

    def prepare(self):
        body = self.letter.organisation_id
        self.fields["place"].offer(self.actor, body)
        series = Series.objects.filter(activity__organisation=body, is_active=True)
        self.fields["series"].queryset = series.order_by("code", "pk")

    def chosen(self) -> dict:
        """The space, the folder and the series chosen."""
        space, parent = self.fields["place"].place(self.cleaned_data["place"])
        return {"space": space, "parent": parent, "series": self.cleaned_data["series"]}


class OutcomeForm(StepForm):
    outcome = forms.ChoiceField(label="Suite", choices=Dispatch.Outcome.choices)
    outcome_on = forms.DateField(label="Constatée le", widget=DateInput, initial=timezone.localdate)
