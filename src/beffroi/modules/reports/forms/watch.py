"""What a resident asks for: to be told of what is reported around a place."""

from django import forms
from django.core.exceptions import ValidationError

from beffroi.kernel.forms import AddressToTellField
from beffroi.modules.reports.forms.filing import Trap
from beffroi.modules.reports.models import Category, Watch
from beffroi.shared.organisations.models import Commune
from beffroi.shared.organisations.places import locate


class WatchForm(Trap):
    """A commune, or a point of the map with a radius; `location` once valid."""

    email = AddressToTellField()
    commune = forms.ModelChoiceField(
        label="Dans toute une commune",
        queryset=Commune.objects.none(),
        required=False,
        empty_label="Non, autour d’un point de la carte",
        to_field_name="slug",
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    radius = forms.TypedChoiceField(
        label="À moins de",
        choices=Watch.Radius.choices,
        coerce=int,
        required=False,
        empty_value=int(Watch.Radius.VILLAGE),
        initial=int(Watch.Radius.VILLAGE),
        help_text="Le point est gardé à une centaine de mètres près.",
    )
    family = forms.ModelChoiceField(
        label="Problèmes",
        queryset=Category.objects.none(),
        required=False,
        empty_label="Tous",
        to_field_name="code",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = Commune.objects.members()
        self.fields["family"].queryset = Category.objects.families().filter(is_active=True)

    def clean(self):
        data = super().clean()
        point = (data.get("longitude"), data.get("latitude"))
        data["location"] = None
        if data.get("commune") or self.errors:
            return data
        if None in point:
            self.add_error("commune", "Choisissez une commune, ou placez un point sur la carte.")
        elif locate(*point).commune is None:
            raise ValidationError("Ce point est en dehors du territoire\u202f: placez-le dans une de ses communes.")
        else:
            data["location"] = point
        return data
