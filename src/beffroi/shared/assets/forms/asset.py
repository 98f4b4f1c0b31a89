"""An asset: what it is, where it is, what becomes of it."""

import json

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui.widgets import DateInput, DateTimeInput
from beffroi.shared.assets import positions
from beffroi.shared.assets.access import owners
from beffroi.shared.assets.listing import ASSETS, bodies_of
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.files.forms import PhotosField, UploadsField
from beffroi.shared.organisations.models import Commune, Organisation

TYPED = "v_"
MAIN = ("name", "code", "maker_label", "external_ref", "criticality")


def typed_field(spec) -> forms.Field:
    """The form field of a typed field; what it accepts is checked by the action, with the same words everywhere."""
    options: dict = {"label": spec.label, "required": spec.required}
    bounds = [f"{word} {bound:g}" for word, bound in (("de", spec.minimum), ("à", spec.maximum)) if bound is not None]
    hint = ", ".join(part for part in (f"en {spec.unit}" if spec.unit else "", " ".join(bounds)) if part)
    options["help_text"] = f"{hint[:1].upper()}{hint[1:]}." if hint else ""
    if spec.type == "choice":
        return forms.ChoiceField(choices=[("", "–"), *((one, one) for one in spec.choices)], **options)
    if spec.type == "boolean":
        return forms.ChoiceField(choices=[("", "–"), ("oui", "oui"), ("non", "non")], **options)
    if spec.type == "date":
        return forms.CharField(widget=DateInput, **options)
    keyboard = {"integer": "numeric", "decimal": "decimal"}.get(spec.type, "")
    attrs = {"inputmode": keyboard} if keyboard else {}
    return forms.CharField(max_length=500, widget=forms.TextInput(attrs=attrs), **options)


class KindChoiceForm(forms.Form):
    """First step of a new asset: of what kind, for whom."""

    own_data = False
    kind = forms.ModelChoiceField(label="Type d’équipement", queryset=AssetKind.objects.none(), empty_label="Choisir")
    organisation = forms.ModelChoiceField(label="Propriétaire", queryset=Organisation.objects.none())

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = list(AssetKind.objects.filter(is_active=True))
        groups: dict[str, list] = {}
        for kind in kinds:
            groups.setdefault(kind.group, []).append((kind.pk, kind.label))
        self.fields["kind"].queryset = AssetKind.objects.filter(is_active=True)
        self.fields["kind"].choices = [("", "Choisir"), *groups.items()]
        bodies = owners(user)
        self.fields["organisation"].queryset = bodies
        alone = list(bodies[:2])
        if len(alone) == 1:
            self.fields["organisation"].initial = alone[0].pk
            self.fields["organisation"].widget = forms.HiddenInput()


class AssetForm(forms.ModelForm):
    """What an asset is. Its place is in `PlaceForm`."""

    own_data = False
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    supplier_name = forms.CharField(
        label="Fournisseur ou installateur",
        required=False,
        max_length=160,
        help_text="Son nom, tel qu’il est dans l’annuaire des organismes.",
    )

    class Meta:
        model = Asset
        fields = (
            "name",
            "code",
            "maker_label",
            "external_ref",
            "criticality",
            "brand",
            "model",
            "serial",
            "in_service_on",
            "warranty_until",
            "replace_on",
            "purchase_cost",
            "notes",
        )
        widgets = {
            "in_service_on": DateInput,
            "warranty_until": DateInput,
            "replace_on": DateInput,
            "purchase_cost": forms.TextInput(attrs={"inputmode": "decimal"}),
            "maker_label": forms.TextInput(attrs={"data-scan": "", "autocomplete": "off", "spellcheck": "false"}),
            "notes": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "name": "Ce qui le distingue : « Mât 12, rue du Moulin », « Chaudière de l’école ».",
            "criticality": "Ce que son arrêt empêche : forte ou vitale passe devant.",
            "purchase_cost": "En euros, toutes taxes comprises.",
            "maker_label": "Le code-barres ou la plaque qu’il porte déjà, 64 signes au plus : on le scanne.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False
        self.fields["code"].help_text = "Laissez vide : le prochain numéro libre lui sera donné."
        self.fields["version"].initial = self.instance.version
        for name in ("purchase_cost",):
            self.fields[name].localize = True
        if self.instance.supplier_id:
            self.fields["supplier_name"].initial = self.instance.supplier.name
        for spec in self.instance.kind.specs:
            field = self.fields[f"{TYPED}{spec.name}"] = typed_field(spec)
            value = self.instance.values.get(spec.name)
            if value is not None:
                field.initial = {True: "oui", False: "non"}.get(value, value) if isinstance(value, bool) else value
        self.order_fields(
            ["version", "client_uuid", *MAIN] + [f"{TYPED}{spec.name}" for spec in self.instance.kind.specs]
        )

    @property
    def typed(self) -> list:
        """The bound typed fields, in order."""
        return [self[f"{TYPED}{spec.name}"] for spec in self.instance.kind.specs]

    @property
    def plain(self) -> list:
        return [self[name] for name in MAIN]

    @property
    def technical(self) -> list:
        names = ("brand", "model", "serial", "supplier_name", "purchase_cost")
        return [self[name] for name in (*names, "in_service_on", "warranty_until", "replace_on", "notes")]

    def clean_supplier_name(self):
        typed = self.cleaned_data["supplier_name"].strip()
        if not typed:
            self.instance.supplier = None
            return ""
        found = Organisation.objects.filter(name__iexact=typed, is_active=True).first()
        if found is None:
            raise ValidationError(
                f"Aucun organisme de l’annuaire ne se nomme « {typed} ». Ajoutez-le d’abord à l’annuaire."
            )
        self.instance.supplier = found
        return typed

    def _post_clean(self):
        self.instance.values = {
            spec.name: self.cleaned_data.get(f"{TYPED}{spec.name}") for spec in self.instance.kind.specs
        }
        super()._post_clean()

    def clean(self):
        data = super().clean()
        start, end = data.get("in_service_on"), data.get("replace_on")
        if start and end and end < start:
            self.add_error("replace_on", "Le remplacement ne peut pas précéder la mise en service.")
        return data

    def _get_validation_exclusions(self):
        # An empty number is given by the action.
        left_out = super()._get_validation_exclusions()
        return left_out if self.cleaned_data.get("code") else {*left_out, "code"}

    def renew(self) -> None:
        """After a refusal: what was typed is kept, and the asset is now seen as it is."""
        self.data = self.data.copy()
        self.data["version"] = Asset.objects.values_list("version", flat=True).get(pk=self.instance.pk)


class PlaceForm(forms.Form):
    """Where an asset is: in which whole, at which point, along which line or over which surface."""

    own_data = False
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    parent_code = forms.CharField(
        label="Fait partie de",
        required=False,
        max_length=64,
        help_text="Numéro d’inventaire ou étiquette de l’ensemble : le site, le bâtiment, le réseau. Vide : aucun.",
    )
    address = forms.CharField(label="Adresse ou repère", required=False, max_length=250)
    inherits = forms.BooleanField(
        label="Prendre la position de l’ensemble",
        required=False,
        help_text="Pour ce qui est dans un bâtiment, par exemple.",
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    geometry = forms.CharField(
        label="Tracé (GeoJSON)",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        help_text="La ligne ou la surface, en longitude et latitude. Vide : un simple point.",
    )

    def __init__(self, *args, asset: Asset, **kwargs):
        super().__init__(*args, **kwargs)
        self.asset = asset
        self.shape: dict | None = None
        self.parent: Asset | None = None
        if asset.kind.shape in (AssetKind.Shape.POINT, AssetKind.Shape.NONE) and not asset.geometry:
            del self.fields["geometry"]
        initial = {"version": asset.version, "address": asset.address}
        if asset.parent_id:
            initial["parent_code"] = asset.parent.code
        initial["inherits"] = asset.location is None and (asset.pk is not None or asset.kind.shape == "none")
        if asset.location:
            initial["longitude"], initial["latitude"] = asset.location
        if asset.geometry:
            initial["geometry"] = json.dumps(asset.geometry)
        for name, value in initial.items():
            if name in self.fields and self.fields[name].initial is None:
                self.fields[name].initial = value

    def clean_parent_code(self):
        typed = self.cleaned_data["parent_code"].strip()
        if typed:
            mine = Asset.objects.filter(organisation=self.asset.organisation).exclude(pk=self.asset.pk)
            self.parent = mine.labelled(typed).first()
            if self.parent is None:
                raise ValidationError(f"Aucun autre équipement de {self.asset.organisation} ne porte ce numéro.")
        return typed

    def clean_geometry(self):
        try:
            self.shape = positions.parse(self.cleaned_data["geometry"])
        except positions.BadShape as fault:
            raise ValidationError(str(fault)) from fault
        return self.cleaned_data["geometry"]

    def clean(self):
        data = super().clean()
        longitude, latitude = data.get("longitude"), data.get("latitude")
        self.location = None
        if data.get("inherits"):
            if self.parent is None and "parent_code" not in self.errors:
                self.add_error("parent_code", "Dites de quel ensemble il prend la position.")
            self.shape = None
        elif self.shape is not None:
            self.location = positions.centre(self.shape)
            self.shape = None if self.shape["type"] == "Point" else self.shape
        elif longitude is not None and latitude is not None:
            self.location = (longitude, latitude)
        elif not self.errors:
            self.add_error(None, "Placez l’équipement sur la carte, ou cochez « Prendre la position de l’ensemble ».")
        return data

    def values(self) -> dict:
        """What the actions take."""
        address = self.cleaned_data["address"]
        return {"parent": self.parent, "location": self.location, "geometry": self.shape, "address": address}

    def apply(self) -> None:
        """Put it on the asset, which is then saved with the rest."""
        for name, value in self.values().items():
            setattr(self.asset, name, value)

    renew = AssetForm.renew

    @property
    def instance(self) -> Asset:
        return self.asset


class StatusForm(forms.Form):
    """What happened to it, when and why."""

    own_data = False
    status = forms.ChoiceField(label="Situation", widget=forms.RadioSelect)
    at = forms.DateTimeField(label="Depuis", required=False, widget=DateTimeInput, help_text="Vide : maintenant.")
    reason = forms.CharField(label="Cause", required=False, max_length=200)

    def __init__(self, *args, asset: Asset, **kwargs):
        super().__init__(*args, **kwargs)
        offered = [Asset.Status.IN_SERVICE, Asset.Status.DOWN, Asset.Status.PLANNED]
        self.fields["status"].choices = [(one.value, one.label) for one in offered if one != asset.status]
        self.asset = asset

    def clean_at(self):
        return past(self.cleaned_data["at"])


class RemoveForm(forms.Form):
    """Why an asset is retired, and whether its parts go with it."""

    own_data = False
    at = forms.DateTimeField(label="Retiré le", required=False, widget=DateTimeInput, help_text="Vide : maintenant.")
    reason = forms.CharField(label="Motif", max_length=200, error_messages={"required": "Dites pourquoi."})
    whole = forms.BooleanField(label="Retirer aussi tout ce qui en fait partie", required=False)

    def clean_at(self):
        return past(self.cleaned_data["at"])


def past(moment):
    """The moment, which has already come."""
    if moment and moment > timezone.now():
        raise ValidationError("Cette date n’est pas encore venue.")
    return moment


class FilesForm(forms.Form):
    """Photos and documents to add."""

    own_data = False
    photos = PhotosField(label="Photos", required=False, most=8)
    documents = UploadsField(label="Documents", required=False, most=8)
    public = forms.BooleanField(
        label="Montrer les photos sur la page publique", required=False, help_text="Sans personne de reconnaissable."
    )

    def __init__(self, *args, asset: Asset, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].actor = self.fields["documents"].actor = user
        if not asset.kind.published:
            del self.fields["public"]

    def clean(self):
        data = super().clean()
        if not self.errors and not data.get("photos") and not data.get("documents"):
            self.add_error(None, "Choisissez au moins une photo ou un document.")
        return data


class FilterForm(forms.Form):
    """The filters of the list; each is a parameter of the address."""

    own_data = False
    q = forms.CharField(label="Rechercher", required=False, max_length=100)
    type = forms.ChoiceField(label="Type", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)
    situation = forms.ChoiceField(
        label="Situation",
        required=False,
        choices=[("", "Non retirés"), *Asset.Status.choices, ("tous", "Tous, retirés compris")],
    )
    importance = forms.ChoiceField(
        label="Importance", required=False, choices=[("", "Toutes"), *Asset.Criticality.choices]
    )
    proprietaire = forms.ChoiceField(label="Propriétaire", required=False)
    colonnes = ASSETS.columns_field()

    def __init__(self, data, *, user, **kwargs):
        super().__init__(data, **kwargs)
        for name, choices in remembered(user, "assets:choices", lambda: _choices(user)).items():
            self.fields[name].choices = choices
        if len(self.fields["proprietaire"].choices) < 3:
            del self.fields["proprietaire"]

    @property
    def filtered(self) -> bool:
        """Does something narrow the list? The choice of the columns does not."""
        self.is_valid()
        return any(value for name, value in self.cleaned_data.items() if name != "colonnes")

    @property
    def columns(self) -> list:
        """Those that were chosen; else the usual ones, with the owner where there may be several."""
        self.is_valid()
        owner = {"proprietaire"} & set(self.fields)
        usual = {one.code for one in ASSETS.columns if one.shown}
        return ASSETS.chosen(self.cleaned_data.get("colonnes") or usual | owner)


def _choices(user) -> dict[str, list]:
    """What each drop-down list offers to `user`."""
    groups: dict[str, list] = {}
    for code, label, group in AssetKind.objects.values_list("code", "label", "group"):
        groups.setdefault(group, []).append((code, label))
    communes = Commune.objects.members().values_list("slug", "name")
    return {
        "type": [("", "Tous"), *groups.items()],
        "commune": [("", "Toutes"), *communes],
        "proprietaire": [("", "Tous"), *((one.slug, one.name) for one in bodies_of(user))],
    }
