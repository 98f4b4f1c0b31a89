"""What agents and residents fill in about people, homes and mandates."""

from django import forms
from django.utils import timezone

from beffroi.kernel import modules
from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.organisations.forms import french_phone
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people import communes
from beffroi.shared.people.actions.codes import can_send
from beffroi.shared.people.models import LONGEST_MONTHS, Household, Mandate, Person, months_later

TITLES = [("", "Non précisée"), ("Mme", "Madame"), ("M.", "Monsieur")]
DURATIONS = [("1", "1 mois"), ("3", "3 mois"), ("6", "6 mois"), ("12", "1 an")]


def _communes():
    return communes.offered()


def _suggest(field: forms.Field) -> None:
    field.widget.attrs |= {
        "data-suggest": "/adresses/suggestions",
        "data-suggest-fill": "postal_code city",
        "autocomplete": "off",
    }


def _clean_postal_code(code: str) -> str:
    if code and not (len(code) == 5 and code.isascii() and code.isdigit()):
        raise forms.ValidationError("Un code postal a cinq chiffres.")
    return code


class PersonForm(forms.ModelForm):
    """A resident, written by an agent."""

    own_data = False
    title = forms.ChoiceField(label="Civilité", choices=TITLES, required=False)
    birth_date = forms.DateField(
        label="Date de naissance",
        required=False,
        widget=DateInput,
        help_text="Seulement si elle est utile pour distinguer deux personnes.",
    )
    commune = forms.ModelChoiceField(
        label="Commune du territoire",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="Aucune, ou inconnue",
    )

    class Meta:
        model = Person
        fields = [
            *("title", "first_name", "last_name", "birth_date", "email", "phone"),
            *("address", "postal_code", "city", "commune"),
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = _communes()
        self.fields["phone"].widget.input_type = "tel"
        _suggest(self.fields["address"])

    def clean_first_name(self):
        return " ".join(self.cleaned_data["first_name"].split())

    def clean_last_name(self):
        return " ".join(self.cleaned_data["last_name"].split())

    def clean_phone(self):
        return french_phone(self.cleaned_data["phone"])

    def clean_postal_code(self):
        return _clean_postal_code(self.cleaned_data["postal_code"].strip())

    def clean_birth_date(self):
        day = self.cleaned_data["birth_date"]
        if day and not 1900 <= day.year <= timezone.localdate().year or day and day > timezone.localdate():
            raise forms.ValidationError("Vérifiez la date de naissance.")
        return day


class OwnForm(PersonForm):
    """The same, by the person themselves; the e-mail of an account is changed where one signs in."""

    own_data = True

    class Meta(PersonForm.Meta):
        fields = ["title", "first_name", "last_name", "phone", "address", "postal_code", "city", "commune"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["birth_date"]


class FindPersonForm(forms.Form):
    q = forms.CharField(label="Nom, téléphone ou courriel", required=False, max_length=80, widget=forms.SearchInput)
    commune = forms.ModelChoiceField(
        label="Commune", queryset=Commune.objects.none(), required=False, empty_label="Toutes"
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = _communes()


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code reçu",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        help_text="Six chiffres.",
    )


class HouseholdForm(forms.ModelForm):
    own_data = False
    relation = forms.CharField(
        label="Place dans le foyer", required=False, max_length=40, help_text="Parent, enfant, colocataire…"
    )

    class Meta:
        model = Household
        fields = ["name", "address", "postal_code", "city", "commune"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = _communes()
        self.fields["commune"].empty_label = "Aucune, ou inconnue"
        self.fields["name"].help_text = "Famille Dubois, par exemple."
        _suggest(self.fields["address"])

    def clean_postal_code(self):
        return _clean_postal_code(self.cleaned_data["postal_code"].strip())


class HouseholdEditForm(HouseholdForm):
    """The same for a home that exists: the place of each in it is not said here. `name_only` leaves the address out."""

    def __init__(self, *args, name_only: bool = False, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["relation"]
        if name_only:
            for name in ("address", "postal_code", "city", "commune"):
                del self.fields[name]


class MemberForm(forms.Form):
    own_data = False
    relation = forms.CharField(label="Place dans le foyer", required=False, max_length=40)
    start = forms.DateField(label="Depuis le", required=False, widget=DateInput, help_text="Vide : aujourd’hui.")


class ScopeMixin:
    """What a mandate covers: services, and words."""

    def add_scope(self) -> None:
        choices = [(service.code, service.label) for service in modules.collect("services")]
        self.fields["services"] = forms.MultipleChoiceField(
            label="Démarches",
            choices=choices,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="Aucune cochée : celles que décrit l’objet.",
        )
        self.fields["scope"] = forms.CharField(
            label="Objet", max_length=200, help_text="En une phrase : « suivre ma demande de carte de transport »."
        )


def _end_field() -> forms.DateField:
    return forms.DateField(
        label="Jusqu’au",
        widget=DateInput,
        initial=months_later(timezone.localdate(), 3),
        help_text="Ce jour compris ; un an au plus.",
    )


def _clean_end(end):
    today = timezone.localdate()
    if end < today:
        raise forms.ValidationError("Ce jour est passé.")
    if end > months_later(today, LONGEST_MONTHS):
        raise forms.ValidationError("Un mandat dure un an au plus.")
    return end


class MandateForm(ScopeMixin, forms.Form):
    """A mandate recorded at the desk for a person who is there, or on the telephone."""

    own_data = False

    def __init__(self, *args, person: Person, qualities, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person
        labels = dict(Mandate.Quality.choices)
        self.fields["quality"] = forms.ChoiceField(
            label="Vous agissez comme", choices=[(one, labels[one]) for one in qualities]
        )
        self.add_scope()
        self.fields["end"] = _end_field()
        self.fields["consent"] = forms.ChoiceField(
            label="Comment la personne donne-t-elle son accord ?", choices=self._consents(), widget=forms.RadioSelect
        )
        self.fields["witnessed"] = forms.BooleanField(
            label="Pour un accord sur papier ou de vive voix : j’ai le papier signé, ou la personne est devant moi et "
            "a compris ce qu’elle accepte.",
            required=False,
        )

    def _consents(self) -> list[tuple[str, str]]:
        """Only the ways that can reach this person."""
        consent = Mandate.Consent
        ways = [(consent.PAPER, "Elle signe le papier que j’imprime"), (consent.ORAL, "De vive voix, au guichet")]
        if self.person.phone and can_send("sms"):
            ways.append((consent.SMS, "Par un code reçu par SMS sur son téléphone"))
        if self.person.reach:
            ways.append((consent.EMAIL, "Par un code reçu par courriel"))
        if self.person.user_id:
            ways.append((consent.ONLINE, "Depuis son espace, quand elle voudra"))
        return [(str(value), label) for value, label in ways]

    def clean_end(self):
        return _clean_end(self.cleaned_data["end"])

    def clean(self):
        values = super().clean()
        if values.get("consent") in ("paper", "oral") and not values.get("witnessed"):
            self.add_error("witnessed", "Cochez cette case : l’accord de la personne doit être certain.")
        return values


class RelativeMandateForm(ScopeMixin, forms.Form):
    """A mandate recorded at the desk for somebody else than the agent: a relative, or who represents the person by law.

    The person may have neither account nor e-mail; whoever acts for them has an account, which proves who acts.
    """

    own_data = False
    email = forms.EmailField(
        label="Courriel du compte de la personne qui agira",
        max_length=254,
        help_text="Elle crée d’abord son compte sur le site, si elle n’en a pas. Elle sera prévenue.",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        quality = Mandate.Quality
        self.fields["quality"] = forms.ChoiceField(
            label="Elle agit comme",
            choices=[
                (str(quality.RELATIVE), "Proche, par un papier que la personne signe"),
                (str(quality.GUARDIAN), "Représentant légal : tuteur, curateur, habilitation familiale, parent"),
            ],
            widget=forms.RadioSelect,
        )
        self.add_scope()
        self.fields["end"] = _end_field()
        self.fields["witnessed"] = forms.BooleanField(
            label="J’ai vu la pièce d’identité de la personne qui agira et, selon le cas, le papier signé par la "
            "personne représentée, ou la décision ou l’acte qui donne qualité au représentant légal.",
            error_messages={"required": "Cochez cette case : sans preuve sur papier, le mandat ne vaut rien."},
        )

    def clean_end(self):
        return _clean_end(self.cleaned_data["end"])


class RelativeForm(ScopeMixin, forms.Form):
    """A person asks a relative to act for them."""

    own_data = False
    email = forms.EmailField(label="Courriel de votre proche", max_length=254)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_scope()
        self.fields["months"] = forms.TypedChoiceField(
            label="Pendant", coerce=int, choices=DURATIONS, initial="3", help_text="Vous pourrez y mettre fin avant."
        )


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=200,
        required=False,
        help_text="L’autre personne le lira.",
    )

    def __init__(self, *args, required: bool, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required


class FindMandateForm(forms.Form):
    q = forms.CharField(label="Référence ou nom", required=False, max_length=80, widget=forms.SearchInput)
    etat = forms.ChoiceField(
        label="État",
        required=False,
        choices=[("", "En cours ou en attente"), ("finis", "Terminés ou révoqués"), ("tous", "Tous")],
    )


class EraseForm(forms.Form):
    words = forms.CharField(
        label="Pour confirmer, écrivez EFFACER", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def clean_words(self):
        if self.cleaned_data["words"].strip().upper() != "EFFACER":
            raise forms.ValidationError("Écrivez EFFACER en toutes lettres pour confirmer.")
        return ""
