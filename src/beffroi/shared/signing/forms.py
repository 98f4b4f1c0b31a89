"""What is written in the sign-book."""

from django import forms

from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.models import Membership
from beffroi.shared.signing.models import Circuit, CircuitStep, Delegation, Desk, Kind

LARGEST_KEY = 64 * 1024
LARGEST_COPY = 20 * 1024 * 1024


def agents_of(organisations):
    """The accounts that hold a role today in one of these bodies (objects or ids)."""
    active = Membership.objects.active().filter(organisation__in=organisations)
    return User.objects.filter(is_active=True, pk__in=active.values("user")).order_by("last_name", "first_name")


class FolderForm(forms.Form):
    """A new folder. `circuits` = those of the bodies for which the person may prepare one."""

    own_data = False
    circuit = forms.ModelChoiceField(
        label="Circuit", queryset=Circuit.objects.none(), empty_label="Choisissez un circuit"
    )
    title = forms.CharField(label="Objet", max_length=200)
    document = UploadsField(label="Document à signer", most=1)
    annexes = UploadsField(label="Annexes", most=10, required=False)
    note = forms.CharField(
        label="Mot d’accompagnement", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args, actor, circuits, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["circuit"].queryset = circuits
        self.fields["circuit"].label_from_instance = lambda one: f"{one.name} ({one.organisation.name})"
        for name in ("document", "annexes"):
            self.fields[name].actor = actor


class DecisionForm(forms.Form):
    """The decision of a desk. `geste` is the button pressed: approve or reject."""

    comment = forms.CharField(
        label="Note", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lue par tous ceux du circuit. Obligatoire pour rejeter.",
    )  # fmt: skip
    private_note = forms.CharField(
        label="Note interne", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Lue par votre bureau seulement.",
    )  # fmt: skip
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)


class SignatureForm(DecisionForm):
    """A signature: with the account, with one's own certificate, or from a copy signed elsewhere."""

    WAYS = (
        ("account", "Avec mon compte : signature simple, scellée par la plateforme"),
        ("certificate", "Avec mon certificat (fichier .p12 ou .pfx), qui n’est pas conservé"),
        ("elsewhere", "J’ai signé le document avec mon propre outil : je dépose la copie signée"),
    )
    way = forms.ChoiceField(label="Comment signer", choices=WAYS, initial="account", widget=forms.RadioSelect)
    certificate = forms.FileField(label="Certificat", required=False)
    password = forms.CharField(
        label="Mot de passe du certificat", required=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    signed_copy = forms.FileField(label="Copie signée (PDF)", required=False)

    field_order = ("way", "certificate", "password", "signed_copy", "comment", "private_note")

    def __init__(self, *args, rejects: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        self.rejects = rejects
        self.fields["way"].required = not rejects

    def clean(self):
        data = super().clean()
        if self.rejects:
            return data
        for way, name, largest, words in (
            ("certificate", "certificate", LARGEST_KEY, "Choisissez le fichier de votre certificat."),
            ("elsewhere", "signed_copy", LARGEST_COPY, "Déposez la copie signée."),
        ):
            if data.get("way") != way:
                continue
            if not data.get(name):
                self.add_error(name, words)
            elif data[name].size > largest:
                self.add_error(name, "Ce fichier est trop lourd.")
        return data


class OtherDeskForm(forms.Form):
    """Another desk of the body: to ask its opinion, or to give it the step."""

    desk = forms.ModelChoiceField(label="Bureau", queryset=Desk.objects.none(), empty_label="Choisissez un bureau")

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        desks = Desk.objects.filter(organisation=step.folder.organisation_id, is_active=True)
        self.fields["desk"].queryset = desks.exclude(pk=step.desk_id)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif", max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi : ceux du circuit le liront."},
    )  # fmt: skip


class DeskForm(forms.ModelForm):
    own_data = False
    holders = forms.ModelMultipleChoiceField(
        label="Titulaires", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple,
        help_text="Si plusieurs personnes tiennent le bureau, la décision de l’une suffit.",
    )  # fmt: skip

    class Meta:
        model = Desk
        fields = ("name", "head", "is_active")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        self.fields["head"].queryset = Desk.objects.filter(organisation=organisation).exclude(pk=self.instance.pk)
        self.fields["head"].empty_label = "Aucun"
        self.fields["holders"].queryset = agents_of([organisation])
        if self.instance.pk:
            self.fields["holders"].initial = list(self.instance.holders.active().values_list("user_id", flat=True))


class CircuitForm(forms.ModelForm):
    class Meta:
        model = Circuit
        fields = ("name", "is_active")

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation


class CircuitStepForm(forms.Form):
    """One line of a circuit; an empty rank drops it."""

    position = forms.IntegerField(label="Rang", min_value=1, max_value=50, required=False)
    kind = forms.ChoiceField(label="Demandé", choices=Kind.choices)
    desk = forms.ChoiceField(label="Bureau", required=False)
    days = forms.IntegerField(label="Délai (jours)", min_value=1, max_value=365, initial=3)

    def __init__(self, *args, desks, **kwargs):
        super().__init__(*args, **kwargs)
        self.desks = {str(desk.pk): desk for desk in desks}
        self.fields["desk"].choices = [("", "Le supérieur de l’auteur"), *self.desks.items()]

    def clean_desk(self) -> Desk | None:
        return self.desks.get(self.cleaned_data["desk"])


CircuitStepFormSet = forms.formset_factory(CircuitStepForm, extra=3, max_num=30)


def steps_of(formset) -> list[CircuitStep]:
    """The steps that were filled in."""
    return [
        CircuitStep(**{name: line.get(name) for name in ("position", "kind", "desk", "days")})
        for line in formset.cleaned_data
        if line.get("position")
    ]


class DelegationForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Delegation
        fields = ("desk", "user", "ground", "start", "end")
        widgets = {"start": DateInput, "end": DateInput, "ground": forms.RadioSelect}
        help_texts = {"ground": "Chaque décision le dira, sur le bordereau aussi."}

    def __init__(self, *args, desks, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["desk"].queryset = desks
        self.fields["user"].queryset = agents_of({desk.organisation_id for desk in desks})


class VerifyForm(forms.Form):
    file = forms.FileField(label="Document PDF", help_text="Il est lu, puis oublié : rien n’est gardé.")

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > LARGEST_COPY:
            raise forms.ValidationError("Ce fichier dépasse 20 Mo.")
        return file


class EmptyForm(forms.Form):
    """Nothing to type: the step is confirmed on its own page."""
