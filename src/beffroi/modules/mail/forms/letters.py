"""Register and correct a letter; write one that leaves."""

import uuid

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.mail.models import Correspondent, Kind, Letter, Register, Template
from beffroi.modules.mail.models.register import COMING, GOING
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.models import Team

SUGGESTIONS = "/bureau/courrier/correspondants/suggestions/"
DETAILS = ("siret", "contact", "address", "postal_code", "city", "email", "phone")


def name_bodies(field, registers) -> None:
    """Say of which body each register is, when there are several."""
    found = list(registers)
    several = len({one.organisation_id for one in found}) > 1
    field.label_from_instance = lambda one: f"{one.organisation.name} – {one}" if several else str(one)


class PartyField(forms.CharField):
    """Someone of the directory, chosen while typing, or a new name."""

    def __init__(self, **kwargs):
        attrs = {"data-suggest": SUGGESTIONS, "autocomplete": "off"}
        super().__init__(max_length=200, widget=forms.TextInput(attrs=attrs), **kwargs)


class SenderMixin(forms.Form):
    """What is known of a correspondent who is not in the directory yet; all may stay empty."""

    siret = forms.CharField(label="SIRET", max_length=20, required=False, help_text="D’une entreprise ou association.")
    contact = forms.CharField(label="À l’attention de", max_length=120, required=False)
    address = forms.CharField(label="Adresse", max_length=250, required=False)
    postal_code = forms.CharField(label="Code postal", max_length=5, required=False)
    city = forms.CharField(label="Localité", max_length=80, required=False)
    email = forms.EmailField(label="Courriel", required=False)
    phone = forms.CharField(label="Téléphone", max_length=20, required=False)

    def sender_details(self) -> dict:
        """What was typed of the new correspondent."""
        return {name: self.cleaned_data[name].strip() for name in DETAILS if self.cleaned_data.get(name)}


class LetterForm(SenderMixin, forms.ModelForm):
    """A letter that arrives, or goes from a team to another; `registers` = where the person may write it."""

    own_data = False
    sender = PartyField(
        label="Expéditeur",
        required=False,
        help_text="Obligatoire, sauf courrier interne. Choisissez-le pendant la frappe, ou écrivez un nouveau nom.",
    )
    pieces = UploadsField(label="Numérisation et pièces", most=10, required=False)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Letter
        fields = (
            "register",
            "object",
            "channel",
            "arrived_on",
            "document_date",
            "reference",
            "sender_team",
            "details",
            "first_received_on",
            "first_received_by",
        )
        widgets = {
            "arrived_on": DateInput,
            "document_date": DateInput,
            "first_received_on": DateInput,
            "details": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "first_received_on": "Seulement si une autre administration l’a reçu puis vous l’a transmis.",
            "details": "Ce que la lettre demande, en quelques mots.",
        }

    def __init__(self, *args, actor, registers, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.fields["pieces"].actor = actor
        register = self.fields["register"]
        registers = registers.filter(kind__in=COMING, is_active=True).select_related("organisation")
        register.queryset = registers
        register.empty_label = "Choisissez un registre"
        name_bodies(register, registers)
        if self.instance.pk:
            del self.fields["register"]
            del self.fields["client_uuid"]
        else:
            self.fields["client_uuid"].initial = uuid.uuid4
            usual = next((one for one in registers if one.kind == Kind.INCOMING and one.team_id is None), None)
            if not self.initial.get("register") and len({one.organisation_id for one in registers}) == 1:
                self.initial["register"] = usual.pk if usual else None
            self.initial["arrived_on"] = timezone.localdate()
        self.fields["arrived_on"].required = True
        bodies = {self.instance.organisation_id} if self.instance.pk else {one.organisation_id for one in registers}
        self.fields["sender_team"].queryset = Team.objects.filter(organisation__in=bodies, is_active=True)
        self.fields["sender_team"].empty_label = "Aucune"
        self.fields["sender_team"].help_text = "Pour un courrier interne seulement."
        if self.instance.correspondent_id:
            self.fields["sender"].initial = self.instance.correspondent.shown.label

    def clean(self):
        given = super().clean()
        register = given.get("register") or (self.instance.register if self.instance.pk else None)
        if register is None:
            return given
        if register.kind == Kind.INTERNAL:
            if not given.get("sender_team"):
                self.add_error("sender_team", "Dites quelle équipe écrit.")
            elif given["sender_team"].organisation_id != register.organisation_id:
                self.add_error("sender_team", "Cette équipe est d’un autre organisme.")
            given["sender"] = ""
        else:
            given["sender_team"] = None
            if not given.get("sender"):
                self.add_error("sender", "Dites qui écrit.")
        return given


class WritingForm(SenderMixin, forms.ModelForm):
    """A letter that leaves. `asked` = the one to which it replies."""

    own_data = False
    recipient = PartyField(label="Destinataire")
    body = forms.CharField(
        label="Texte",
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="Une ligne vide sépare deux paragraphes. L’en-tête, l’adresse et les références sont ajoutés.",
    )
    pieces = UploadsField(label="Pièces jointes", most=10, required=False)

    class Meta:
        model = Letter
        fields = ("register", "object")

    def __init__(self, *args, actor, registers, asked: Letter | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pieces"].actor = actor
        found = registers.filter(kind__in=GOING, is_active=True).select_related("organisation")
        if asked is not None:
            found = found.filter(organisation=asked.organisation_id)
        self.fields["register"].queryset = found
        self.fields["register"].empty_label = "Choisissez un registre"
        name_bodies(self.fields["register"], found)
        plain = next((one for one in found if one.kind == Kind.OUTGOING), None)
        if plain and len({one.organisation_id for one in found}) == 1:
            self.initial["register"] = plain.pk
        if asked is not None:
            self.initial["object"] = asked.object
            if asked.correspondent_id:
                self.fields["recipient"].initial = asked.correspondent.shown.label


class RevisionForm(forms.Form):
    """The next version of a project; `seen` = the one that was read."""

    own_data = False
    object = forms.CharField(label="Objet", max_length=300)
    body = forms.CharField(label="Texte", max_length=20000, widget=forms.Textarea(attrs={"rows": 16}))
    comment = forms.CharField(label="Ce qui change", max_length=200, required=False)
    pieces = UploadsField(label="Ajouter des pièces jointes", most=10, required=False)
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["pieces"].actor = actor


class ModelForm(forms.Form):
    """Which model an answer starts from."""

    template = forms.ModelChoiceField(
        label="Modèle", queryset=Template.objects.none(), required=False, empty_label="Aucun"
    )

    def __init__(self, *args, templates, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["template"].queryset = templates


class CorrespondentForm(forms.ModelForm):
    """One record of the directory."""

    own_data = False

    class Meta:
        model = Correspondent
        fields = ("nature", "name", "siret", "contact", "address", "postal_code", "city", "email", "phone")


def registers_for(user, permission: str):
    """The registers open to that person for that gesture."""
    return Register.objects.open_to(user, permission)
