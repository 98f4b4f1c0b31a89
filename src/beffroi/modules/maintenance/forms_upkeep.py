"""What a dispatcher fills in to keep plans, lists, stock, absences and rates."""

import re
import uuid

from django import forms
from django.db.models import Q
from django.db.models.functions import Upper
from django.forms import formset_factory

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.maintenance.access import MANAGE
from beffroi.modules.maintenance.forms import bodies, workers_of
from beffroi.modules.maintenance.models import Absence, Check, Checklist, Part, Plan, Purchase, Rate, Store
from beffroi.modules.maintenance.recurrence import MONTHS
from beffroi.shared.assets.models import Asset, AssetKind
from beffroi.shared.organisations.models import Commune, Organisation, Team

MOST_ASSETS = 500
DECIMAL = {"max_digits": 10, "decimal_places": 2}


class Owned(forms.ModelForm):
    """A form about something of a body where the user dispatches; the body is asked only when there are several."""

    own_data = False

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.owners = bodies(user, MANAGE)
        field = self.fields["organisation"]
        field.queryset = self.owners
        field.choices = [(body.pk, str(body)) for body in self.owners]
        if self.instance.pk:
            field.disabled = True
        if len(self.owners) == 1:
            field.initial = self.owners[0].pk
            field.widget = forms.HiddenInput()
        if "team" in self.fields:
            self.fields["team"].queryset = Team.objects.filter(organisation__in=self.owners, is_active=True)
            self.fields["team"].empty_label = "Toutes" if self._meta.model is Rate else "À décider"


SEPARATORS = re.compile(r"[\s,;]+")


class PlanForm(Owned):
    asset_codes = forms.CharField(
        label="Équipements",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Numéros d’inventaire ou étiquettes, un par ligne. Sans équipement, le plan ouvre un ordre seul.",
    )
    asset_kind = forms.ModelChoiceField(
        label="Et tous ceux du type", queryset=AssetKind.objects.none(), required=False, empty_label="Aucun"
    )
    asset_commune = forms.ChoiceField(label="Dans la commune", required=False)
    months = forms.TypedMultipleChoiceField(
        label="Saison",
        required=False,
        coerce=int,
        choices=list(enumerate(MONTHS, start=1)),
        widget=forms.CheckboxSelectMultiple,
        help_text="Sans choix : toute l’année.",
    )

    class Meta:
        model = Plan
        fields = [
            "name",
            "description",
            "safety",
            "nature",
            "priority",
            "organisation",
            "team",
            "checklist",
            "is_round",
            "every",
            "unit",
            "origin",
            "start",
            "end",
            "months",
            "shift",
            "ahead_days",
            "needs_signature",
            "is_active",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 3}),
            "safety": forms.Textarea(attrs={"rows": 2}),
            "start": DateInput,
            "end": DateInput,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["checklist"].queryset = Checklist.objects.filter(organisation__in=self.owners)
        self.fields["checklist"].empty_label = "Aucune"
        self.fields["shift"].choices = [("", "le garder"), *Plan._meta.get_field("shift").choices]
        self.fields["asset_kind"].queryset = AssetKind.objects.filter(is_active=True)
        communes = Commune.objects.members().values_list("pk", "name")
        self.fields["asset_commune"].choices = [("", "Toutes"), *communes]
        if self.instance.pk:
            self.fields["asset_codes"].initial = "\n".join(self.instance.assets.values_list("code", flat=True))

    def clean(self):
        data = super().clean()
        owner = data.get("organisation")
        self.assets = self._assets(data, owner) if owner else []
        if len(self.assets) > MOST_ASSETS:
            self.add_error("asset_kind", f"{len(self.assets)} équipements : {MOST_ASSETS} au plus pour un plan.")
        return data

    def _assets(self, data, owner) -> list[Asset]:
        """Those that are named, and those of the kind."""
        owned = Asset.objects.filter(organisation=owner).exclude(status=Asset.Status.REMOVED)
        typed = [code.upper() for code in SEPARATORS.split(data.get("asset_codes") or "") if code]
        read = owned.annotate(upper_code=Upper("code"), upper_label=Upper("maker_label"))
        either = Q(upper_code__in=typed) | Q(tag__in=typed) | Q(upper_label__in=typed)
        named = list(read.filter(either).order_by("code"))
        known = {name for asset in named for name in (asset.upper_code, asset.tag, asset.upper_label)}
        if unknown := [code for code in typed if code not in known]:
            self.add_error("asset_codes", f"Aucun équipement de {owner} ne porte : {', '.join(unknown[:10])}.")
        if data.get("asset_kind"):
            more = owned.filter(kind=data["asset_kind"])
            if data.get("asset_commune"):
                more = more.filter(commune=int(data["asset_commune"]))
            named += [asset for asset in more.order_by("code")[: MOST_ASSETS + 1] if asset not in named]
        return named


class ChecklistForm(Owned):
    class Meta:
        model = Checklist
        fields = ["name", "organisation"]


class LineForm(forms.Form):
    """One line of a list; an empty label is no line."""

    own_data = False
    label = forms.CharField(label="Point à contrôler", max_length=200, required=False)
    kind = forms.ChoiceField(label="Réponse", choices=Check.Kind.choices, initial="yesno")
    unit = forms.CharField(label="Unité", max_length=20, required=False)
    minimum = forms.DecimalField(label="Au moins", required=False, max_digits=12, decimal_places=3)
    maximum = forms.DecimalField(label="Au plus", required=False, max_digits=12, decimal_places=3)
    choices = forms.CharField(
        label="Choix", required=False, max_length=500, help_text="Séparés par des points-virgules."
    )
    faults = forms.CharField(
        label="Choix qui sont une anomalie",
        required=False,
        max_length=500,
        help_text="Parmi ces choix. Lors d’un contrôle, une anomalie ouvre un ordre de réparation.",
    )
    required = forms.BooleanField(label="Obligatoire", required=False)

    @classmethod
    def initial_of(cls, line: dict) -> dict:
        return {**line, **{name: " ; ".join(line.get(name) or []) for name in ("choices", "faults")}}

    def line(self) -> dict | None:
        """The line for the actions, or None when it is empty."""
        data = dict(self.cleaned_data)
        if not data.get("label", "").strip():
            return None
        for name in ("choices", "faults"):
            data[name] = [one.strip() for one in data[name].split(";") if one.strip()]
        return data


LineFormSet = formset_factory(LineForm, extra=4, max_num=60, validate_max=True)


class AbsenceForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Absence
        fields = ["worker", "start", "end"]
        widgets = {"start": DateInput, "end": DateInput}

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.instance.organisation = organisation
        self.fields["worker"].queryset = workers_of(organisation)
        self.fields["worker"].empty_label = "Choisir"


class RateForm(Owned):
    class Meta:
        model = Rate
        fields = ["organisation", "team", "amount", "start"]
        widgets = {"start": DateInput}


class SupplierField(forms.ModelChoiceField):
    """A company of the directory, told by its name, its SIRET and its town."""

    def __init__(self, **kwargs):
        companies = Organisation.objects.filter(kind=Organisation.Kind.COMPANY, is_active=True)
        super().__init__(companies.only("name", "siret", "city"), required=False, **kwargs)

    def label_from_instance(self, company) -> str:
        return ", ".join(part for part in (company.name, spaced(company.siret), company.city) if part)


def spaced(siret: str) -> str:
    """« 123 456 789 00012 »."""
    return f"{siret[:3]}\u202f{siret[3:6]}\u202f{siret[6:9]}\u202f{siret[9:]}" if siret else ""


class PartForm(Owned):
    supplier = SupplierField(
        label="Fournisseur", empty_label="Aucun", help_text="Une entreprise de l’annuaire des organismes."
    )

    class Meta:
        model = Part
        fields = ["code", "name", "unit", "minimum", "price", "supplier", "organisation", "is_active"]


class StoreForm(Owned):
    class Meta:
        model = Store
        fields = ["name", "organisation", "is_active"]


class StoresMixin(forms.Form):
    own_data = False

    def __init__(self, *args, part: Part, **kwargs):
        super().__init__(*args, **kwargs)
        stores = Store.objects.filter(organisation=part.organisation_id, is_active=True)
        for name in ("store", "source", "target"):
            if name in self.fields:
                self.fields[name].queryset = stores
                self.fields[name].empty_label = None


class CountForm(StoresMixin):
    store = forms.ModelChoiceField(label="Lieu", queryset=Store.objects.none())
    counted = forms.DecimalField(label="Quantité comptée", min_value=0, **DECIMAL)
    comment = forms.CharField(label="Remarque", required=False, max_length=200)


class TransferForm(StoresMixin):
    source = forms.ModelChoiceField(label="De", queryset=Store.objects.none())
    target = forms.ModelChoiceField(label="Vers", queryset=Store.objects.none())
    quantity = forms.DecimalField(label="Quantité", min_value=0, **DECIMAL)


class PurchaseForm(Owned):
    """Who supplies, for whom. `again` is asked when a part is already on another purchase."""

    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    company = SupplierField(label="Fournisseur", empty_label="Un autre, écrit ci-dessous")
    again = forms.BooleanField(label="Commander aussi ce qui est déjà sur un autre bon", required=False)

    class Meta:
        model = Purchase
        fields = ["company", "supplier", "comment", "organisation"]
        widgets = {"comment": forms.Textarea(attrs={"rows": 2})}
        labels = {"supplier": "Ou son nom, s’il n’est pas dans l’annuaire"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client_uuid"].initial = uuid.uuid4
        self.fields["supplier"].required = False
        if self.instance.company_id:
            self.initial["supplier"] = ""
        if not self.data.get("again"):
            self.fields["again"].widget = forms.HiddenInput()

    def ask_again(self) -> None:
        """Show the box, unticked, that orders what is already on another purchase."""
        self.fields["again"].widget = forms.CheckboxInput()

    def clean(self):
        data = super().clean()
        named = data.get("company") or data.get("supplier", "").strip()
        if not named and "supplier" not in self.errors:
            self.add_error("supplier", "Choisissez un fournisseur, ou écrivez son nom.")
        return data


class PurchaseLineForm(forms.Form):
    own_data = False
    part = forms.ModelChoiceField(label="Pièce", queryset=Part.objects.none(), required=False, empty_label="—")
    quantity = forms.DecimalField(label="Quantité", required=False, min_value=0, **DECIMAL)
    price = forms.DecimalField(label="Prix unitaire TTC", required=False, min_value=0, **DECIMAL)

    def __init__(self, *args, owners, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["part"].queryset = Part.objects.filter(organisation__in=owners, is_active=True)

    def clean(self):
        data = super().clean()
        if data.get("part"):
            if not data.get("quantity"):
                self.add_error("quantity", "Combien ?")
            if data.get("price") is None:
                data["price"] = data["part"].price
        elif data.get("quantity"):
            self.add_error("part", "De quelle pièce ?")
        return data


PurchaseLineFormSet = formset_factory(PurchaseLineForm, extra=3, max_num=60, validate_max=True)


class ReceiveForm(forms.Form):
    own_data = False
    store = forms.ModelChoiceField(label="Rangé dans", queryset=Store.objects.none(), empty_label=None)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args, purchase: Purchase, lines, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["store"].queryset = Store.objects.filter(organisation=purchase.organisation_id, is_active=True)
        for line in lines:
            self.fields[f"l{line.pk}"] = forms.DecimalField(
                label=f"{line.part} ({line.missing:n} attendus)", required=False, min_value=0, **DECIMAL
            )
