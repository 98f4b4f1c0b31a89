"""What a resident writes, what an agent writes for them, and the subjects that an organisation offers."""

import time
import uuid

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError

from beffroi.modules.contact.models import Subject
from beffroi.shared.cases.filing import choices_of
from beffroi.shared.cases.models import Case
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.models import Commune, Organisation, Team

SERVICE = "contact"
SALT = "beffroi.contact.opened"
SOONEST = 3  # seconds: nobody reads and fills in the form faster
CHANNELS = [Case.Channel.COUNTER, Case.Channel.PHONE, Case.Channel.LETTER, Case.Channel.EMAIL]


def opened_now() -> str:
    """The signed moment at which a form was given."""
    return signing.dumps(int(time.time()), salt=SALT)


def subjects_for(commune: Commune | None = None):
    """The subjects offered to everyone: those of the EPCI and, with a commune, those of its own town hall."""
    operator = Subject.objects.filter(is_active=True, organisation__is_operator=True)
    if commune is None:
        return operator.select_related("organisation")
    own = Subject.objects.filter(is_active=True, organisation_id=commune.pk)
    return (operator | own).select_related("organisation")


class SubjectField(forms.ModelChoiceField):
    def label_from_instance(self, subject: Subject) -> str:
        return f"{subject.label} – {subject.help_text}" if subject.help_text else subject.label


class RequestForm(forms.Form):
    """What is common to the two forms."""

    subject = SubjectField(
        label="Sujet",
        queryset=Subject.objects.none(),
        empty_label="Choisissez un sujet",
        error_messages={"required": "Choisissez un sujet : il mène au bon service."},
    )
    commune = forms.ModelChoiceField(
        label="Commune",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="Choisissez une commune",
        to_field_name="slug",
        help_text="Nécessaire pour écrire à une mairie.",
    )
    body = forms.CharField(
        label="Votre message",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": "Écrivez votre message."},
    )
    files = UploadsField(label="Photos ou documents", required=False)
    contact_name = forms.CharField(label="Votre nom", max_length=120, required=False)
    contact_email = forms.EmailField(label="Adresse électronique", max_length=254, required=False)
    contact_phone = forms.CharField(label="Téléphone", max_length=20, required=False)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actor=None, commune: Commune | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["subject"].queryset = subjects_for(commune)
        self.fields["commune"].queryset = Commune.objects.members()
        self.fields["files"].actor = actor
        self.fields["client_uuid"].initial = uuid.uuid4

    def clean(self):
        data = super().clean()
        subject = data.get("subject")
        if subject is not None and subject.to_commune and data.get("commune") is None:
            self.add_error("commune", "Choisissez la commune dont la mairie doit vous répondre.")
        return data


class ContactForm(RequestForm):
    """The public form. Robots are kept out without any riddle: a trap that people do not see, and the time taken."""

    website = forms.CharField(label="Ne remplissez pas ce champ", required=False)
    opened = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actor=None, **kwargs):
        super().__init__(*args, actor=actor, **kwargs)
        self.fields["opened"].initial = opened_now
        self.fields["commune"].label = "Votre commune"
        self.fields["contact_name"].widget.attrs["autocomplete"] = "name"
        self.fields["contact_email"].widget.attrs["autocomplete"] = "email"
        self.fields["contact_phone"].widget.attrs["autocomplete"] = "tel"
        if actor is not None and actor.is_authenticated:
            choices = choices_of(actor, service=SERVICE)
            if choices:
                self.fields["behalf"] = forms.ChoiceField(label="Pour qui ?", choices=choices, required=False)
            for name in ("contact_name", "contact_email", "contact_phone"):
                del self.fields[name]

    def clean(self):
        data = super().clean()
        if data.get("website") or not self._time_is_human(data.get("opened", "")):
            self.data = self.data.copy()
            self.data["website"], self.data["opened"] = "", self.data.get("opened") or opened_now()
            raise ValidationError("Votre message n’est pas encore parti. Relisez-le, puis envoyez-le de nouveau.")
        return data

    def _time_is_human(self, opened: str) -> bool:
        try:
            moment = signing.loads(opened, salt=SALT)
        except signing.BadSignature:
            self.data = self.data.copy()
            self.data["opened"] = opened_now()
            return False
        return time.time() - moment >= SOONEST


class DeskForm(RequestForm):
    """An agent writes for somebody at the counter, on the telephone, from a letter."""

    own_data = False
    channel = forms.ChoiceField(label="Reçu par", choices=[(c.value, c.label) for c in CHANNELS])

    def __init__(self, *args, person=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["body"].label = "Demande de la personne"
        self.fields["contact_name"].label = "Nom de la personne"
        self.fields["contact_email"].help_text = "Elle y recevra la référence et le lien de suivi."
        self.order_fields(["channel"])
        if person is not None:
            for name in ("contact_name", "contact_email", "contact_phone"):
                del self.fields[name]


class SubjectForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Subject
        fields = ["label", "help_text", "to_commune", "team", "hours", "order", "is_active"]
        help_texts = {
            "label": "Dans les mots d’un habitant : « Déchets », « Eau et assainissement ».",
            "help_text": "Affichée à côté du sujet, pour bien choisir.",
            "to_commune": "La personne choisit sa commune, et la mairie reçoit le message.",
            "hours": "Le délai annoncé à la personne, en heures de travail du service (35 = une semaine).",
            "order": "Les plus petits nombres viennent en premier.",
            "is_active": "Décoché, le sujet n’est plus proposé ; les messages reçus restent.",
        }

    def __init__(self, *args, organisation: Organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        teams = Team.objects.filter(organisation=organisation, is_active=True)
        self.fields["team"].queryset = teams
        self.fields["team"].empty_label = "Tous les agents de l’organisation"
        self.fields["hours"].min_value = 1
        if not organisation.is_operator:
            del self.fields["to_commune"]

    def clean_hours(self):
        hours = self.cleaned_data["hours"]
        if hours < 1:
            raise ValidationError("Donnez au moins une heure.")
        return hours
