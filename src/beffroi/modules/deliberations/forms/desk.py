"""What an agent writes about an act."""

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.deliberations import actes_xml, matters
from beffroi.modules.deliberations.actions.acts import VOTES
from beffroi.modules.deliberations.models import Act, Item, Mode
from beffroi.modules.deliberations.models.act import NUMBER
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.signing.models import Circuit


class ActForm(forms.ModelForm):
    """The act itself, its document and its annexes. `bodies` = where the agent may write."""

    own_data = False
    document = UploadsField(label="Document de l’acte (PDF)", most=1, required=False)
    annexes = UploadsField(label="Annexes", most=10, required=False)

    class Meta:
        model = Act
        fields = (
            "organisation",
            "nature",
            "object",
            "matter",
            "decided_on",
            "author_first_name",
            "author_last_name",
            "author_quality",
            "must_transmit",
            "voters",
            "votes_cast",
            "votes_for",
            "votes_against",
            "abstentions",
        )
        widgets = {"decided_on": DateInput, "object": forms.Textarea(attrs={"rows": 3})}
        labels = {"decided_on": "Date de la séance ou de la signature"}
        help_texts = {
            "object": "Une phrase que chacun comprend, sans nom de personne : elle sera publique. 500 caractères.",
            "matter": "La classification nationale des actes : elle sert au contrôle de légalité et aux alertes.",
            "author_quality": "Par exemple « maire », « présidente », « première adjointe ».",
            "must_transmit": "Coché, l’acte ne se publie qu’avec l’accusé de réception de la préfecture.",
            "voters": "Nombre d’élus de l’assemblée. Laissez vide s’il n’y a pas de vote.",
        }

    def __init__(self, *args, actor, bodies, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = bodies
        self.fields["organisation"].empty_label = None
        self.fields["matter"].choices = [("", "Choisissez une matière"), *matters.choices()]
        for name in ("document", "annexes"):
            self.fields[name].actor = actor
        if bodies.count() == 1:
            self.fields["organisation"].initial = bodies.get()
            self.fields["organisation"].widget = forms.HiddenInput()
        if self.instance.pk and self.instance.number:
            for name in ("organisation", "nature"):
                self.fields[name].disabled = True
        if self.instance.pk and Item.objects.filter(act=self.instance).exclude(voting="").exists():
            for name in VOTES:
                self.fields[name].disabled = True
            self.fields["voters"].help_text = "Ces nombres viennent du vote noté en séance et le suivent."

    def clean_document(self):
        files = self.cleaned_data["document"]
        if any(file.blob.mime != "application/pdf" for file in files):
            raise forms.ValidationError("Donnez l’acte en PDF : un format que personne ne modifie par mégarde.")
        return files


class AdoptForm(forms.Form):
    """The act was voted or signed."""

    decided_on = forms.DateField(label="Date de la décision", widget=DateInput)
    number = forms.CharField(
        label="Numéro",
        required=False,
        max_length=15,
        help_text="Vide : le prochain numéro du registre. Majuscules, chiffres et tirets.",
    )

    def clean_number(self):
        number = self.cleaned_data["number"].strip().upper()
        if number:
            NUMBER(number)
        return number


class ReceiveForm(forms.Form):
    """The receipt: its file (ARActe), or its identifier and its date typed from it. The view sets `act`."""

    act: Act
    file = forms.FileField(
        label="Fichier de l’accusé de réception (XML)",
        required=False,
        help_text="Le fichier ARActe rendu par votre opérateur : la date et l’identifiant y sont lus.",
    )
    receipt = forms.CharField(label="ou identifiant de l’accusé", required=False, max_length=60)
    received_on = forms.DateField(label="Reçu en préfecture le", required=False, widget=DateInput)

    def clean(self):
        data = super().clean()
        uploaded = data.pop("file", None)
        if uploaded is not None:
            try:
                found = actes_xml.read_receipt(uploaded.read(actes_xml.LARGEST + 1), self.act)
            except actes_xml.BadReceipt as refusal:
                self.add_error("file", str(refusal))
                return data
            return {"receipt": found.identifier, "received_on": found.received_on}
        for name, words in (("receipt", "Donnez l’identifiant de l’accusé."), ("received_on", "Donnez sa date.")):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, words)
        return data


class PublishForm(forms.Form):
    """Nothing to type: publishing is confirmed on its own page."""


class TransmissionForm(forms.Form):
    classification_on = forms.DateField(
        label="Date de la classification en matières",
        widget=DateInput,
        help_text="Celle que votre opérateur a reçue de la préfecture ; il la montre dans ses réglages.",
    )


class NotifyForm(forms.Form):
    notified_on = forms.DateField(
        label="Notifié à la personne le",
        widget=DateInput,
        initial=timezone.localdate,
        help_text="Le délai de recours part de ce jour.",
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Donnez le motif : il reste dans l’historique."},
    )


class WithdrawForm(ReasonForm):
    """The page of the act stays and says why."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = "Public. Par exemple « Annulé par le tribunal administratif », sans nom."


class AnonymiseForm(forms.Form):
    own_data = False
    document = UploadsField(label="Version sans donnée personnelle (PDF)", most=1)
    object_text = forms.CharField(
        label="Objet", max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Sans nom de personne."
    )
    reason = forms.CharField(
        label="Motif", max_length=300, help_text="Public. Par exemple « Retrait du nom d’un particulier »."
    )

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["document"].actor = actor


class RegimeForm(forms.Form):
    """How a commune of fewer than 3,500 people publishes."""

    mode = forms.ChoiceField(label="Mode de publication", choices=Mode.choices, widget=forms.RadioSelect)
    place = forms.CharField(
        label="Lieu d’affichage ou de consultation",
        required=False,
        max_length=200,
        help_text="Par exemple « panneau de la mairie, 2 place de l’Église ».",
    )
    decision = forms.ModelChoiceField(
        label="Délibération qui l’a décidé",
        queryset=Act.objects.none(),
        required=False,
        empty_label="Aucune",
        help_text="Elle doit elle-même être publiée en ligne.",
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        deliberations = Act.objects.online().filter(organisation=organisation, nature=Act.Nature.DELIBERATION)
        self.fields["decision"].queryset = deliberations
        self.fields["decision"].label_from_instance = lambda act: f"{act.number} – {act.object}"


class SignatureForm(forms.Form):
    """Through which circuit of the body the act is signed."""

    circuit = forms.ModelChoiceField(
        label="Circuit", queryset=Circuit.objects.none(), empty_label="Choisissez un circuit"
    )

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        circuits = Circuit.objects.filter(organisation=organisation, is_active=True)
        self.fields["circuit"].queryset = circuits
        if not circuits.exists():
            self.fields["circuit"].help_text = "Aucun circuit : l’administrateur en crée un dans le parapheur."
