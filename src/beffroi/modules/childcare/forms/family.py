"""What a family writes: a child, a home, a contact, the custody calendar."""

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare.models import Child, Contact, Custody, Guardian
from beffroi.modules.childcare.models.children import WEEKDAYS
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.forms import french_phone
from beffroi.shared.organisations.models import Commune
from beffroi.shared.people import communes
from beffroi.shared.people.models import Household

OLDEST = 18
NEW_HOME = "nouveau"


class ChildForm(forms.ModelForm):
    """The civil status and the permissions of a child."""

    own_data = False
    birth_date = forms.DateField(label="Date de naissance", widget=DateInput)

    class Meta:
        model = Child
        fields = [
            *("first_name", "last_name", "birth_date", "sex", "school"),
            *("may_be_photographed", "may_go_out", "may_leave_alone", "may_be_treated"),
        ]
        labels = {
            "may_be_photographed": "Peut être pris en photo ou filmé",
            "may_go_out": "Peut participer aux sorties",
            "may_leave_alone": "Peut repartir seul (à partir de 6 ans)",
            "may_be_treated": "Peut être soigné ou hospitalisé en urgence",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["school"].help_text = "Celle de cette année, s’il y en a une."

    def clean_first_name(self):
        return " ".join(self.cleaned_data["first_name"].split())

    def clean_last_name(self):
        return " ".join(self.cleaned_data["last_name"].split())

    def clean_birth_date(self):
        day, today = self.cleaned_data["birth_date"], timezone.localdate()
        if day > today:
            raise forms.ValidationError("Cette date est à venir.")
        if day.year < today.year - OLDEST:
            raise forms.ValidationError("L’accueil reçoit les enfants de moins de 18 ans : vérifiez l’année.")
        return day

    def clean(self):
        cleaned = super().clean()
        day = cleaned.get("birth_date")
        if cleaned.get("may_leave_alone") and day and Child(birth_date=day).age() < 6:
            self.add_error("may_leave_alone", "Un enfant de moins de six ans ne repart pas seul.")
        return cleaned


class NewChildForm(ChildForm):
    """A child and the home where they live, which may be a new one."""

    relation = forms.ChoiceField(label="Vous êtes", choices=Guardian.Relation)
    home = forms.ChoiceField(label="Son foyer", widget=forms.RadioSelect)
    name = forms.CharField(
        label="Nom du foyer", max_length=120, required=False, help_text="Famille Dubois, par exemple."
    )
    address = forms.CharField(label="Adresse", max_length=250, required=False)
    postal_code = forms.CharField(label="Code postal", max_length=5, required=False)
    city = forms.CharField(label="Localité", max_length=80, required=False)
    commune = forms.ModelChoiceField(
        label="Commune", queryset=Commune.objects.none(), required=False, empty_label="Une autre"
    )

    def __init__(self, *args, households=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.households = {str(one.pk): one for one in households}
        choices = [(key, f"{one.name}, {one.address} {one.city}".strip(", ")) for key, one in self.households.items()]
        self.fields["home"].choices = [*choices, (NEW_HOME, "Un autre foyer")]
        self.fields["commune"].queryset = communes.offered()
        if not choices:
            self.fields["home"].initial = NEW_HOME
            self.fields["home"].widget = forms.HiddenInput()
        elif not self.is_bound:
            self.fields["home"].initial = choices[0][0]
        self.fields["address"].widget.attrs |= {
            "data-suggest": "/adresses/suggestions",
            "data-suggest-fill": "postal_code city",
            "autocomplete": "off",
        }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("home") == NEW_HOME:
            for name, words in (("address", "l’adresse"), ("postal_code", "le code postal"), ("city", "la localité")):
                if not cleaned.get(name):
                    self.add_error(name, f"Écrivez {words} du foyer.")
            code = cleaned.get("postal_code", "")
            if code and not (len(code) == 5 and code.isascii() and code.isdigit()):
                self.add_error("postal_code", "Un code postal a cinq chiffres.")
        return cleaned

    @property
    def household(self) -> Household | None:
        """The home that was chosen, None for a new one."""
        return self.households.get(self.cleaned_data["home"])

    def household_values(self) -> dict:
        data = self.cleaned_data
        name = data["name"] or f"Foyer {data['last_name']}"
        return {"name": name} | {key: data[key] for key in ("address", "postal_code", "city", "commune")}

    def child_values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ChildForm.Meta.fields}


class ContactForm(forms.ModelForm):
    own_data = False
    photos = UploadsField(
        label="Photo",
        kind="photo",
        most=1,
        required=False,
        help_text="Facultative, avec l’accord de cette personne : l’équipe la reconnaît à la sortie, même sans réseau.",
    )

    no_photo = forms.BooleanField(label="Retirer la photo", required=False)

    class Meta:
        model = Contact
        fields = ["name", "phone", "relation", "may_pick_up", "in_emergency"]
        labels = {"may_pick_up": "Peut venir chercher l’enfant", "in_emergency": "À appeler en cas d’urgence"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.input_type = "tel"
        self.fields["relation"].help_text = "Grand-père, voisine…"

    def clean_phone(self):
        return french_phone(self.cleaned_data["phone"])

    def chosen_photos(self) -> list | None:
        """The new photo, none at all, or None = as it was."""
        if found := self.cleaned_data["photos"]:
            return found
        return [] if self.cleaned_data.get("no_photo") else None


class CustodyForm(forms.ModelForm):
    """Whose days are whose; an agent fills it in, from the judgment or with both parents."""

    first_home_days = forms.TypedMultipleChoiceField(
        label="Jours du premier foyer",
        choices=list(enumerate(WEEKDAYS)),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    first_share = forms.IntegerField(label="Part du premier foyer, en %", min_value=0, max_value=100)

    class Meta:
        model = Custody
        fields = [
            *("rhythm", "even_home", "change_day", "first_home_days"),
            *("holidays", "first_half_home", "payment"),
        ]

    def __init__(self, *args, homes, **kwargs):
        super().__init__(*args, **kwargs)
        self.homes = list(homes)
        for name in ("even_home", "first_half_home"):
            self.fields[name].queryset = self.instance.child.homes.filter(end=None).select_related("household")
            self.fields[name].empty_label = "Ne s’applique pas"
        self.fields["change_day"].help_text = "Les semaines sont celles du calendrier (paires, impaires)."
        self.fields["first_share"].initial = self.homes[0].share

    @property
    def shares(self) -> dict[int, int]:
        first = self.cleaned_data["first_share"]
        return {self.homes[0].pk: first, self.homes[1].pk: 100 - first}


class ExceptionForm(forms.Form):
    """Days swapped between two homes."""

    start = forms.DateField(label="Du", widget=DateInput)
    end = forms.DateField(label="Au", widget=DateInput)
    home = forms.ChoiceField(label="L’enfant est avec")

    def __init__(self, *args, choices, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["home"].choices = choices

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin doit venir après le début.")
        if start and start < timezone.localdate():
            self.add_error("start", "Ce jour est passé.")
        return cleaned
