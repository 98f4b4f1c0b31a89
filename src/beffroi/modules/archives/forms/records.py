"""The forms of slips, transfers, handovers and settings: one for each step."""

from django import forms
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.archives.models import (
    Elimination,
    Handover,
    Line,
    PaperTransfer,
    Profile,
    Setup,
    Transfer,
    UnitProfile,
    setup_of,
)
from beffroi.modules.archives.seda import units
from beffroi.modules.archives.seda.profiles import LARGEST
from beffroi.shared.documents.models import DocumentType, Folder, Series
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.signing.models import Circuit


class StepForm(forms.Form):
    """The base of them all: knows the record and who acts."""

    own_data = False

    def __init__(self, *args, record, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.record, self.actor = record, actor
        self.prepare()

    def prepare(self) -> None:
        """Fill the choices from the record."""


class NothingForm(StepForm):
    """A step that asks nothing: only to be sure."""


class ReasonForm(StepForm):
    reason = forms.CharField(label="Motif", max_length=300)


class SignForm(StepForm):
    circuit = forms.ModelChoiceField(
        label="Circuit",
        queryset=Circuit.objects.none(),
        empty_label="Choisissez un circuit",
        help_text="L’autorité territoriale signe le bordereau avant qu’il parte au visa.",
    )

    def prepare(self):
        circuits = Circuit.objects.filter(organisation=self.record.organisation_id, is_active=True)
        self.fields["circuit"].queryset = circuits
        self.fields["circuit"].initial = setup_of(self.record.organisation).circuit
        if not circuits.exists():
            self.fields["circuit"].help_text = "Aucun circuit : l’administrateur en crée un dans le parapheur."


class PaperForm(StepForm):
    document = UploadsField(label="Bordereau signé, en PDF", most=1)

    def prepare(self):
        self.fields["document"].actor = self.actor


class VisaForm(StepForm):
    """What the departmental archives wrote on the slip."""

    visa_on = forms.DateField(label="Visé le", widget=DateInput, initial=timezone.localdate)
    visa_reference = forms.CharField(
        label="Référence du visa", max_length=80, help_text="Celle que porte le bordereau visé."
    )
    visa_name = forms.CharField(label="Nom de la personne qui a visé", max_length=120)
    visa_quality = forms.CharField(label="Qualité", max_length=160, initial="Directeur des archives départementales")
    scan = UploadsField(label="Bordereau visé, numérisé", most=1)
    refused = forms.ModelMultipleChoiceField(
        label="Lignes refusées",
        queryset=Line.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Cochez celles que le service d’archives demande de conserver. Toutes cochées : le visa est refusé.",
    )
    refusal = forms.CharField(label="Motif du refus", max_length=300, required=False)

    def prepare(self):
        self.fields["refused"].queryset = self.record.lines.all()
        self.fields["refused"].label_from_instance = lambda line: line.title
        self.fields["scan"].actor = self.actor


class DestroyForm(StepForm):
    typed = forms.CharField(label="Numéro du bordereau", max_length=40)
    method = forms.CharField(
        label="Comment le papier est détruit",
        max_length=160,
        required=False,
        help_text="Par exemple : broyage par le prestataire, certificat du 3 mars 2026.",
    )

    def prepare(self):
        self.fields["typed"].help_text = f"Écrivez {self.record.reference} : cela ne se défait pas."
        if not self.record.lines.filter(box__isnull=False, outcome=Line.Outcome.ACCEPTED).exists():
            del self.fields["method"]


class SlipForm(forms.ModelForm):
    """The words of a slip in preparation, and those of each line."""

    class Meta:
        model = Elimination
        fields = ["title", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(self.instance.lines.all())
        for line in self.lines:
            self.fields[f"obs_{line.pk}"] = forms.CharField(
                label=f"Observations : {line.title}", max_length=300, required=False, initial=line.observations
            )

    def observations(self) -> dict[int, str]:
        return {line.pk: self.cleaned_data[f"obs_{line.pk}"] for line in self.lines}


class TransferForm(forms.ModelForm):
    class Meta:
        model = Transfer
        fields = ["title", "note", "seda", "profile"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = Q(is_active=True) | Q(pk=self.instance.profile_id)
        offered = Profile.objects.filter(own, organisation=self.instance.organisation_id).defer("schema")
        self.fields["profile"].queryset = offered
        self.fields["profile"].empty_label = "Aucun"
        self.fields["profile"].label_from_instance = lambda one: f"{one} ({one.identifier}, SEDA {one.seda})"


class PaperTransferForm(forms.ModelForm):
    class Meta:
        model = PaperTransfer
        fields = ["title", "note"]
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}


class DeliverForm(StepForm):
    delivered_on = forms.DateField(label="Remis le", widget=DateInput, initial=timezone.localdate)


class ReceiveForm(StepForm):
    """What the departmental archives wrote on the slip when they took the boxes."""

    received_on = forms.DateField(label="Pris en charge le", widget=DateInput, initial=timezone.localdate)
    received_name = forms.CharField(label="Nom de la personne qui a signé", max_length=120)
    received_quality = forms.CharField(
        label="Qualité", max_length=160, required=False, initial="Archives départementales"
    )
    shelfmark = forms.CharField(
        label="Cote du versement", max_length=120, required=False, help_text="Celle que le service d’archives a donnée."
    )
    scan = UploadsField(label="Bordereau signé, numérisé", most=1)

    def prepare(self):
        self.fields["scan"].actor = self.actor


class SendForm(StepForm):
    sent_on = forms.DateField(label="Envoyé le", widget=DateInput, initial=timezone.localdate)
    channel = forms.CharField(
        label="Par quelle voie",
        max_length=120,
        help_text="Plateforme du service d’archives, support remis en main propre… Beffroi n’envoie rien lui-même.",
    )


class PurgeForm(StepForm):
    typed = forms.CharField(label="Numéro du versement", max_length=40)

    def prepare(self):
        self.fields["typed"].help_text = f"Écrivez {self.record.reference} : cela ne se défait pas."


class MessageForm(forms.Form):
    file = forms.FileField(
        label="Message reçu (XML)",
        widget=forms.FileInput(attrs={"accept": ".xml,application/xml,text/xml"}),
        help_text="Accusé de réception ou réponse au transfert, tel que le service d’archives l’a envoyé.",
    )


LIVES = ("y75", "y100", "y120")


class HandoverForm(forms.ModelForm):
    """A request. Where the delay hangs on a person's life, their dates may be given: they are not kept."""

    own_data = False
    born = forms.DateField(label="Personne concernée : née le", required=False, widget=DateInput)
    died = forms.DateField(
        label="Décédée le",
        required=False,
        widget=DateInput,
        help_text="Ces deux dates servent au calcul du délai (L213-2) et ne sont pas gardées.",
    )

    class Meta:
        model = Handover
        fields = ["kind", "folder", "requester", "reason", "asked_on", "derogation"]
        widgets = {"kind": forms.RadioSelect, "folder": forms.HiddenInput, "asked_on": DateInput}

    def __init__(self, *args, folder: Folder, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["folder"].queryset = Folder.objects.filter(pk=folder.pk)
        self.fields["folder"].initial = folder
        series = folder.effective_series
        if series is None or series.communicability not in LIVES:
            del self.fields["born"], self.fields["died"]

    def dates(self) -> dict:
        """What is known of the person."""
        return {name: self.cleaned_data.get(name) for name in ("born", "died")}


class SetupForm(forms.ModelForm):
    class Meta:
        model = Setup
        fields = ["agency_name", "agency_identifier", "own_identifier", "agreement", "seda", "copies", "circuit"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circuit"].queryset = Circuit.objects.filter(
            organisation=self.instance.organisation, is_active=True
        )


class ProfileForm(forms.ModelForm):
    own_data = False
    file = forms.FileField(
        label="Schéma (RelaxNG ou XSD)",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".rng,.xsd,.xml,application/xml"}),
    )

    class Meta:
        model = Profile
        fields = ["name", "identifier", "seda", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = (
            "Vide : celui d’avant reste."
            if self.instance.schema
            else "Chaque paquet sera vérifié avec lui, avant d’être fait. Vide : seul l’identifiant est écrit."
        )

    def schema(self) -> bytes | None:
        """What was sent; None when nothing was."""
        sent = self.cleaned_data["file"]
        return sent.read(LARGEST + 1) if sent else None


class UnitProfileForm(forms.ModelForm):
    own_data = False
    file = forms.FileField(
        label="Schéma (JSON)", required=False, widget=forms.FileInput(attrs={"accept": ".json,application/json"})
    )

    class Meta:
        model = UnitProfile
        fields = ["name", "identifier", "series", "kind", "is_active"]
        help_texts = {
            "series": "Chaque dossier versé de cette série suivra ce profil.",
            "kind": "Ou chaque document versé de ce type. L’un ou l’autre.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        body = self.instance.organisation_id
        series = Series.objects.filter(activity__organisation=body).select_related("activity")
        self.fields["series"].queryset = series.order_by("activity__code", "code")
        self.fields["series"].empty_label = "Aucune"
        self.fields["kind"].queryset = DocumentType.objects.filter(organisation=body, is_active=True)
        self.fields["kind"].empty_label = "Aucun"
        self.fields["file"].help_text = (
            "Vide : celui d’avant reste."
            if self.instance.schema
            else "Le schéma, ou le fichier d’import du profil. Chaque unité sera vérifiée avec lui avant que le paquet "
            "soit fait. Vide : seul l’identifiant est écrit."
        )

    def given(self) -> bytes | None:
        """What was sent; None when nothing was."""
        sent = self.cleaned_data["file"]
        return sent.read(units.LARGEST + 1) if sent else None
