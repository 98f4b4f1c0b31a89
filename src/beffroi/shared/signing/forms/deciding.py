"""What a desk writes when it decides."""

from django import forms
from django.conf import settings

from beffroi.shared.signing.actions.deciding import Key
from beffroi.shared.signing.forms.details import add_details
from beffroi.shared.signing.levels import Strength
from beffroi.shared.signing.models import Desk, Detail, ModuleKey

LARGEST_KEY = 64 * 1024
LARGEST_COPY = 20 * 1024 * 1024
MOST_COPIES = 10
REJECT = Detail.Moment.REJECT


class CopiesInput(forms.FileInput):
    allow_multiple_selected = True


class CopiesField(forms.FileField):
    """The signed copies, one for each document: `cleaned_data` is a list, empty when there is none."""

    def __init__(self, **kwargs):
        super().__init__(widget=CopiesInput(attrs={"multiple": True}), **kwargs)

    def clean(self, data, initial=None):
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if len(sent) > MOST_COPIES:
            raise forms.ValidationError(f"{MOST_COPIES} fichiers au plus.")
        return [super(CopiesField, self).clean(one, initial) for one in sent]


class DecisionForm(forms.Form):
    """The decision of a desk. `geste` is the button pressed: approve or reject."""

    comment = forms.CharField(
        label="Note",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lue par tous ceux du circuit. Obligatoire pour rejeter.",
    )
    private_note = forms.CharField(
        label="Note interne",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Lue par votre bureau seulement.",
    )
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        add_details(self, step.folder.nature, step.kind, REJECT)

    def key(self) -> Key | None:
        """How to sign; None = with the account."""
        return None


class SignatureForm(DecisionForm):
    """A signature: with the account, with one's own certificate, with a key of the module, or from a copy signed
    elsewhere; only what is strong enough for the step is offered."""

    ACCOUNT = ("account", "Avec mon compte : signature simple, scellée par la plateforme")
    CERTIFICATE = ("certificate", "Avec mon certificat (fichier .p12 ou .pfx), qui n’est pas conservé")
    MODULE = ("module", "Avec ma clé sur module (PKCS #11), par son code PIN")
    ELSEWHERE = ("elsewhere", "J’ai signé le document avec mon propre outil : je dépose la copie signée")

    way = forms.ChoiceField(label="Comment signer", choices=(), widget=forms.RadioSelect)
    certificate = forms.FileField(label="Certificat", required=False)
    password = forms.CharField(
        label="Mot de passe du certificat",
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    module_key = forms.ModelChoiceField(
        label="Clé", queryset=ModuleKey.objects.none(), required=False, empty_label="Choisissez une clé"
    )
    pin = forms.CharField(
        label="Code PIN de la clé",
        required=False,
        max_length=64,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Il n’est pas gardé. Trop de codes faux bloquent la clé.",
    )
    signed_copy = CopiesField(label="Copie signée", required=False)

    field_order = ("way", "certificate", "password", "module_key", "pin", "signed_copy", "comment", "private_note")

    def __init__(self, *args, step, actor, rejects: bool = False, **kwargs):
        super().__init__(*args, step=step, **kwargs)
        self.rejects = rejects
        self.fields["way"].required = not rejects
        mine = ModuleKey.objects.filter(user=actor, is_active=True)
        self.fields["module_key"].queryset = mine
        ways = [self.CERTIFICATE, self.ELSEWHERE]
        if settings.PKCS11_MODULE and mine.exists():
            ways.insert(1, self.MODULE)
        else:
            del self.fields["module_key"], self.fields["pin"]
        if step.strength == Strength.SIMPLE:
            ways.insert(0, self.ACCOUNT)
        self.fields["way"].choices = ways
        self.fields["way"].initial = ways[0][0]

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
            sent = data.get(name)
            if not sent:
                self.add_error(name, words)
            elif any(one.size > largest for one in (sent if isinstance(sent, list) else [sent])):
                self.add_error(name, "Ce fichier est trop lourd.")
        if data.get("way") == "module":
            if not data.get("module_key"):
                self.add_error("module_key", "Choisissez votre clé.")
            if not data.get("pin"):
                self.add_error("pin", "Donnez son code PIN.")
        return data

    def key(self) -> Key | None:
        given = self.cleaned_data
        if given["way"] == "certificate":
            return Key(pkcs12=given["certificate"].read(), password=given["password"])
        if given["way"] == "module":
            return Key(module=given["module_key"], password=given["pin"])
        if given["way"] == "elsewhere":
            first, *others = [sent.read() for sent in given["signed_copy"]]
            return Key(signed_copy=first, others=tuple(others))
        return None


class OtherDeskForm(forms.Form):
    """Another desk of the body: to ask its opinion, or to give it the step."""

    desk = forms.ModelChoiceField(label="Bureau", queryset=Desk.objects.none(), empty_label="Choisissez un bureau")

    def __init__(self, *args, step, **kwargs):
        super().__init__(*args, **kwargs)
        desks = Desk.objects.filter(organisation=step.folder.organisation_id, is_active=True)
        self.fields["desk"].queryset = desks.exclude(pk=step.desk_id)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi : ceux du circuit le liront."},
    )
