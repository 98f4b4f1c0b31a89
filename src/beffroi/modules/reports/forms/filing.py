"""The steps by which a resident reports a problem."""

from django import forms
from django.core.exceptions import ValidationError

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.reports import wording
from beffroi.modules.reports.models import Category, Report
from beffroi.shared.files.forms import PhotosField
from beffroi.shared.organisations import addresses
from beffroi.shared.organisations.models import Commune
from beffroi.shared.organisations.places import Place, locate

SUGGESTIONS = 6


class Trap(forms.Form):
    """A field that only robots fill in."""

    site = forms.CharField(
        label="Laissez ce champ vide",
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off", "data-no-draft": ""}),
    )

    def clean_site(self):
        if self.cleaned_data["site"]:
            raise ValidationError("Videz le champ « Laissez ce champ vide » : il sert à écarter les robots.")
        return ""


class SendForm(Trap):
    """The last step: sent as oneself or, for who holds mandates for this service, for a person who gave one."""

    own_data = False

    def __init__(self, *args, choices=(), **kwargs):
        super().__init__(*args, **kwargs)
        if choices:
            self.fields["behalf"] = forms.ChoiceField(
                label="Pour qui ?",
                choices=choices,
                required=False,
                help_text="La personne qui vous a donné mandat suit le signalement et en est prévenue, comme vous.",
            )


class PlaceForm(forms.Form):
    """Where: a point of the map, an address, the place of a photo, or at least a commune.

    Once valid: `place` (a `Place`), and in `cleaned_data` `location`, `precision`, `address`, `is_known`.
    """

    address = forms.CharField(
        label="Adresse ou repère",
        required=False,
        max_length=200,
        help_text="Par exemple « 12 rue du Bourg, Doullens », ou « devant l’école ».",
        widget=forms.TextInput(
            attrs={
                "data-suggest": "/adresses/suggestions",
                "data-suggest-map": "#lieu",
                "autocomplete": "off",
            }
        ),
    )
    choice = forms.ChoiceField(label="Laquelle de ces adresses\u202f?", required=False, widget=forms.RadioSelect)
    commune = forms.ModelChoiceField(
        label="Commune",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="Trouvée d’après le lieu",
        help_text="À choisir si vous n’avez ni carte ni adresse exacte.",
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    photos = PhotosField(label="Une photo, si vous en avez", required=False, most=5)
    place: Place | None = None
    offered: list = []

    def __init__(self, data=None, files=None, *, kept=(), **kwargs):
        super().__init__(data, files, **kwargs)
        self.fields["commune"].queryset = Commune.objects.members()
        self.fields["choice"].choices = []
        self.fields["photos"].widget.kept = list(kept) or None
        if data is not None and data.get("choice"):
            self.fields["choice"].choices = [(data["choice"], data["choice"])]

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        point = (data["longitude"], data["latitude"])
        if None not in point:
            self._settle(point, Report.Precision.POINT, data["address"], known=self._is_known(data))
        elif data["choice"]:
            self._by_address(data["choice"], data["commune"])
        elif position := next((photo.position for photo in data["photos"] if photo.position), None):
            self._settle(position, Report.Precision.POINT, data["address"])
        elif data["address"]:
            self._by_address(data["address"], data["commune"])
        elif data["commune"]:
            self.add_error("address", "Dites où dans la commune\u202f: une rue, un lieu-dit, un repère.")
        else:
            raise ValidationError("Dites où se trouve le problème\u202f: sur la carte, par une adresse ou une commune.")
        return data

    def _is_known(self, data) -> bool:
        """The text is exactly an address that we proposed."""
        return bool(data["address"]) and any(
            one.label == data["address"] for one in addresses.suggest(data["address"], 3)
        )

    def _by_address(self, text: str, commune) -> None:
        found = addresses.suggest(text, SUGGESTIONS, commune)
        exact = [one for one in found if one.label == text] or (found if len(found) == 1 else [])
        if exact:
            one = exact[0]
            self._settle((one.longitude, one.latitude), Report.Precision.ADDRESS, one.label, known=True)
        elif found:
            self.offered = found
            self.fields["choice"].choices = [(one.label, one.label) for one in found]
            self.add_error("choice", "Plusieurs adresses se ressemblent\u202f: choisissez la vôtre.")
        elif commune and (commune.location or commune.centroid):
            self._settle(commune.location or commune.centroid, Report.Precision.COMMUNE, text, commune=commune)
        else:
            self.add_error("address", "Cette adresse n’a pas été trouvée\u202f: choisissez aussi la commune.")

    def _settle(self, point, precision, address, *, known=False, commune=None) -> None:
        place = Place(commune=commune) if commune else locate(*point)
        if place.commune is None:
            where = place.description
            raise ValidationError(
                f"Ce point est en dehors du territoire\u202f: {where}. "
                "Signalez le problème à la mairie de cette commune."
            )
        self.place = place
        self.cleaned_data |= {
            "location": (round(point[0], 6), round(point[1], 6)),
            "precision": precision,
            "address": address.strip(),
            "is_known": known,
        }


class DetailsForm(Trap):
    """What is wrong, in words, photos and answers to the category's questions."""

    description = forms.CharField(
        label="Que se passe-t-il\u202f?",
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Décrivez le problème, sans nom ni plaque d’immatriculation.",
    )
    photos = PhotosField(label="Photos", required=False, most=5)
    is_private = forms.BooleanField(
        label="Ne pas montrer ce signalement sur le site\u202f: seuls les services le verront", required=False
    )
    keep = forms.BooleanField(label="Garder mon texte tel quel", required=False)
    warnings: list[str] = []

    def __init__(self, data=None, files=None, *, category: Category, kept=(), actor=None, **kwargs):
        super().__init__(data, files, **kwargs)
        self.category = category
        self.fields["photos"].widget.kept = list(kept) or None
        self.fields["photos"].actor = actor
        self.fields[
            "photos"
        ].help_text = "5 photos au plus, 20 Mo chacune. Évitez les visages et les plaques d’immatriculation."
        self.specs = {f"q_{spec.name}": spec for spec in category.specs}
        for name, spec in self.specs.items():
            self.fields[name] = question_field(spec)
        self.order_fields([*self.specs, "description", "photos", "is_private"])

    @property
    def questions(self):
        return [self[name] for name in self.specs]

    def clean(self):
        data = super().clean()
        text = data.get("description", "")
        if not text.strip() and not data.get("photos") and "photos" in data and not self.specs:
            self.add_error("description", "Décrivez le problème en quelques mots, ou joignez une photo.")
        self.warnings = wording.warnings(text)
        if self.warnings and not data.get("keep"):
            self.add_error("description", ValidationError(self.warnings))
        return data

    @property
    def answers(self) -> dict:
        data = self.cleaned_data
        return {spec.name: data[name] for name, spec in self.specs.items() if data.get(name) not in (None, "")}


def question_field(spec) -> forms.Field:
    """The field by which a question of a category is answered."""
    common = {"label": spec.label, "required": spec.required}
    if spec.unit:
        common["help_text"] = f"En {spec.unit}."
    if spec.type == "choice":
        return forms.ChoiceField(
            choices=[(choice, choice) for choice in spec.choices], widget=forms.RadioSelect, **common
        )
    if spec.type == "boolean":
        return forms.ChoiceField(choices=[("oui", "Oui"), ("non", "Non")], widget=forms.RadioSelect, **common)
    if spec.type == "integer":
        return forms.IntegerField(min_value=spec.minimum, max_value=spec.maximum, **common)
    if spec.type == "decimal":
        return forms.DecimalField(min_value=spec.minimum, max_value=spec.maximum, localize=True, **common)
    if spec.type == "date":
        return forms.DateField(widget=DateInput, **common)
    return forms.CharField(max_length=500, **common)


class ContactForm(forms.Form):
    """How to be told, if one wants to."""

    contact_name = forms.CharField(
        label="Votre nom", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_email = forms.EmailField(
        label="Votre courriel",
        required=False,
        help_text="Pour être prévenu à chaque étape.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        label="Votre téléphone",
        required=False,
        max_length=20,
        help_text="Pour que le service vous demande une précision.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )


class FollowForm(Trap):
    """« Moi aussi »: be told of a report."""

    email = forms.EmailField(
        label="Votre courriel",
        help_text="Vous recevrez un message pour confirmer. Il ne sera jamais montré.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
