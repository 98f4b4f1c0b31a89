"""What dispatchers and agents fill in."""

import datetime
import uuid

from django import forms
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.ui.widgets import DateInput, TimeInput
from beffroi.modules.maintenance.access import MANAGE, WORK
from beffroi.modules.maintenance.forms_field import PhotosField
from beffroi.modules.maintenance.listing import ORDERS
from beffroi.modules.maintenance.models import Checklist, Expense, Order
from beffroi.modules.maintenance.workflow import OrderState
from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations import addresses
from beffroi.shared.organisations.access import owning
from beffroi.shared.organisations.models import Commune, Membership, Organisation, Team
from beffroi.shared.organisations.names import slug_of


def bodies(user, permission: str):
    """The bodies in which `user` has a permission, as a queryset; read once for a request, whose `user` is its own."""
    kept = user.__dict__.setdefault("maintenance_bodies", {})
    if permission not in kept:
        kept[permission] = owning(user, permission)
    return kept[permission]


def workers_of(organisation):
    """The accounts that may be given an order of a body."""
    held = Membership.objects.active().filter(organisation=organisation, role__in=access.roles_with(WORK))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("last_name", "first_name")


class Versioned(forms.Form):
    """A gesture on an order as it was seen."""

    own_data = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, order: Order, **kwargs):
        super().__init__(*args, **kwargs)
        self.order = order
        self.fields["version"].initial = order.version

    def renew(self) -> None:
        """After a refusal: what was typed is kept, and the order is now seen as it is."""
        self.data = self.data.copy()
        self.data["version"] = Order.objects.values_list("version", flat=True).get(pk=self.order.pk)


SUGGESTIONS = 6
NONE_OF_THEM = "aucune"


class OrderForm(forms.ModelForm):
    """An order: what, where, for whom, how urgent.

    Its place is the point of the map; else, the address that was found; else, that of its asset. An asset that is
    changed brings its own place, unless the point was moved too. `second` is asked when the reports that it answers
    already have an unfinished order.
    """

    own_data = False
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    asset_code = forms.CharField(
        label="Équipement",
        required=False,
        max_length=64,
        help_text="Numéro d’inventaire ou étiquette. Le lieu est alors celui de l’équipement.",
    )
    checklist = forms.ModelChoiceField(
        label="Liste de contrôle à joindre", queryset=Checklist.objects.none(), required=False, empty_label="Aucune"
    )
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    choice = forms.ChoiceField(label="Laquelle de ces adresses\u202f?", required=False, widget=forms.RadioSelect)
    photos = PhotosField(label="Photos", help_text="Ce qu’il y a à faire : l’équipe les verra avant de partir.")
    second = forms.BooleanField(label="Ouvrir un second ordre pour ce signalement", required=False)

    class Meta:
        model = Order
        fields = [
            "title",
            "description",
            "safety",
            "nature",
            "priority",
            "organisation",
            "team",
            "commune",
            "address",
            "due_on",
            "needs_signature",
            "contractor",
            "beneficiary",
            "announced",
            "trench_length",
            "trench_width",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 4}),
            "safety": forms.Textarea(attrs={"rows": 2}),
            "due_on": DateInput,
            "address": forms.TextInput(
                attrs={"data-suggest": "/adresses/suggestions", "data-suggest-map": "#lieu", "autocomplete": "off"}
            ),
            "trench_length": forms.TextInput(attrs={"inputmode": "decimal"}),
            "trench_width": forms.TextInput(attrs={"inputmode": "decimal"}),
        }
        help_texts = {
            "address": "Une adresse connue place le travail ; sinon placez-le sur la carte.",
            "safety": "Lues par l’agent avant de commencer : balisage, consignation, équipement de protection.",
            "contractor": "Celle à qui le travail est commandé. Elle le voit par son lien (menu « Entreprises »).",
            "beneficiary": "Pour un service mis en commun : le travail paraît au décompte de cette commune.",
            "announced": "Planifié et placé, le chantier paraît sur la carte publique et dans les données ouvertes.",
            "trench_length": "Vides si le chantier n’ouvre pas de tranchée\u202f: zéro est alors publié.",
        }

    def __init__(self, *args, user, open_orders=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["client_uuid"].initial = uuid.uuid4
        self.fields["version"].initial = self.instance.version
        self.fields["photos"].actor = user
        self._offer(self.data.get("choice"))
        self.was_at, self.was_asset = self.instance.location, self.instance.asset_id
        if self.was_at:
            self.fields["longitude"].initial, self.fields["latitude"].initial = self.was_at
        if open_orders:
            self.fields["second"].required = True
            self.fields["second"].error_messages["required"] = (
                "Un ordre est déjà ouvert : cochez pour en ouvrir un autre."
            )
        else:
            del self.fields["second"]
        owners = bodies(user, MANAGE)
        self.fields["organisation"].queryset = owners
        self.fields["organisation"].choices = [(body.pk, str(body)) for body in owners]
        self.fields["team"].queryset = Team.objects.filter(organisation__in=owners, is_active=True)
        self.fields["team"].empty_label = "À décider"
        for name in ("commune", "beneficiary"):
            self.fields[name].queryset = Commune.objects.members()
        communes = [("", "—"), *Commune.objects.members().values_list("pk", "name")]
        self.fields["commune"].choices = self.fields["beneficiary"].choices = communes
        self.fields["commune"].label = "Commune"
        self.fields["trench_length"].localize = self.fields["trench_width"].localize = True
        self.fields["announced"].choices = [("", "Non"), *Order.Announced.choices]
        self.fields["contractor"].queryset = Organisation.objects.filter(kind="company", is_active=True)
        self.fields["checklist"].queryset = Checklist.objects.filter(organisation__in=owners)
        if self.instance.pk:
            del self.fields["checklist"], self.fields["photos"]
            self.fields["organisation"].disabled = True
            if self.instance.asset_id:
                self.fields["asset_code"].initial = self.instance.asset.code
        if len(owners) == 1:
            self.fields["organisation"].initial = owners[0].pk
            self.fields["organisation"].widget = forms.HiddenInput()

    def clean(self):
        data = super().clean()
        code, owner = (data.get("asset_code") or "").strip(), data.get("organisation")
        self.instance.asset = None
        if code and owner:
            asset = Asset.objects.filter(organisation=owner).labelled(code).first()
            if asset is None:
                self.add_error("asset_code", f"Aucun équipement de {owner} ne porte ce numéro.")
            self.instance.asset = asset
        data["location"] = self._location(data)
        return data

    def _location(self, data) -> tuple[float, float] | None:
        """Where it is, as far as this form knows: None lets the order take the place of its asset."""
        point = (data.get("longitude"), data.get("latitude"))
        if None not in point and not self._stayed(point):
            return round(point[0], 6), round(point[1], 6)
        asset = self.instance.asset
        if asset is not None and asset.pk != self.was_asset:
            return None
        kept = self.was_at if None in point or self.was_at else point
        wanted = data.get("choice") or data.get("address", "").strip()
        if wanted == NONE_OF_THEM or not wanted or asset is not None:
            return kept
        if kept is not None and not data.get("choice") and not self._retyped():
            return kept
        return self._found(wanted, data) or kept

    def _stayed(self, point) -> bool:
        """The point is where the order was: nobody has moved it."""
        return self.was_at is not None and all(abs(a - b) < 1e-6 for a, b in zip(point, self.was_at, strict=True))

    def _retyped(self) -> bool:
        return "address" in self.changed_data

    def _found(self, wanted: str, data) -> tuple[float, float] | None:
        """The place of an address written as it is known. One that may be several is asked, where the order is
        announced: the public map needs its place."""
        found = addresses.suggest(wanted, SUGGESTIONS, data.get("commune"))
        begins = [one for one in found if slug_of(one.label).startswith(slug_of(wanted))]
        exact = [one for one in found if one.label == wanted] or (begins if len(begins) == 1 else [])
        if exact:
            data["address"] = exact[0].label
            return exact[0].longitude, exact[0].latitude
        if found and data.get("announced"):
            self._offer(*(one.label for one in found), NONE_OF_THEM)
            self.add_error("choice", "Plusieurs adresses se ressemblent\u202f: choisissez celle du chantier.")
        return None

    def _offer(self, *labels) -> None:
        words = {NONE_OF_THEM: "Aucune d’elles : garder ce que j’ai écrit"}
        self.fields["choice"].choices = [(one, words.get(one, one)) for one in labels if one]

    def values(self) -> dict:
        """The fields of the order, for the actions."""
        names = [*self.Meta.fields, "location"]
        return {name: self.cleaned_data[name] for name in names} | {"asset": self.instance.asset}


class PlanForm(Versioned):
    """When and by whom."""

    day = forms.DateField(label="Jour", required=False, widget=DateInput)
    start = forms.TimeField(label="De", required=False, widget=TimeInput, initial=datetime.time(8))
    hours = forms.DecimalField(label="Durée, en heures", min_value=0, max_value=200, max_digits=5, decimal_places=2)
    team = forms.ModelChoiceField(label="Équipe", queryset=Team.objects.none(), required=False, empty_label="Aucune")
    assignees = forms.ModelMultipleChoiceField(
        label="Agents", queryset=User.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        order = self.order
        self.fields["hours"].initial = 1
        self.fields["day"].help_text = "Sans jour, le travail revient dans « À planifier »."
        self.fields["team"].queryset = Team.objects.filter(organisation=order.organisation_id, is_active=True)
        self.fields["team"].initial = order.team_id
        self.fields["assignees"].queryset = workers_of(order.organisation_id)
        self.fields["assignees"].initial = [user.pk for user in order.assignees.all()]
        if order.planned_start:
            local = timezone.localtime(order.planned_start)
            self.fields["day"].initial, self.fields["start"].initial = local.date(), local.time()
            if order.planned_end:
                seconds = (order.planned_end - order.planned_start).total_seconds()
                self.fields["hours"].initial = round(seconds / 3600, 2)

    def clean(self):
        data = super().clean()
        if data.get("day") and not data.get("start"):
            self.add_error("start", "Donnez aussi l’heure.")
        if data.get("day") and data.get("hours") == 0:
            self.add_error("hours", "Plus de zéro.")
        return data

    def window(self) -> tuple:
        """(start, end) as moments, or (None, None)."""
        data = self.cleaned_data
        if not data.get("day"):
            return None, None
        start = timezone.make_aware(datetime.datetime.combine(data["day"], data["start"]))
        return start, start + datetime.timedelta(hours=float(data["hours"]))


class ReasonForm(Versioned):
    """A step that needs its reason."""

    reason = forms.CharField(label="Motif", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))


class LabourForm(forms.Form):
    """A time already spent."""

    own_data = False
    worker = forms.ModelChoiceField(label="Agent", queryset=User.objects.none(), empty_label=None, required=False)
    day = forms.DateField(label="Jour", widget=DateInput, initial=timezone.localdate)
    start = forms.TimeField(label="De", widget=TimeInput)
    end = forms.TimeField(label="À", widget=TimeInput)
    comment = forms.CharField(label="Remarque", required=False, max_length=200)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, order: Order, user, **kwargs):
        super().__init__(*args, **kwargs)
        workers = workers_of(order.organisation_id)
        if not order.can_be_managed_by(user):
            workers = User.objects.filter(pk=user.pk)
        self.fields["worker"].queryset = workers
        self.fields["worker"].initial = user.pk
        self.fields["client_uuid"].initial = uuid.uuid4

    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Start and end; an end before the start is the day after."""
        data = self.cleaned_data
        start = timezone.make_aware(datetime.datetime.combine(data["day"], data["start"]))
        end = timezone.make_aware(datetime.datetime.combine(data["day"], data["end"]))
        return start, end if end > start else end + datetime.timedelta(days=1)


class ExpenseForm(forms.ModelForm):
    own_data = False
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Expense
        fields = ["label", "supplier", "invoice", "amount", "day"]
        widgets = {"day": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client_uuid"].initial = uuid.uuid4


class FilterForm(forms.Form):
    """The filters of the list; each is a parameter of the address."""

    own_data = False
    q = forms.CharField(label="Rechercher", required=False, max_length=100)
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *OrderState.choices])
    nature = forms.ChoiceField(label="Nature", required=False, choices=[("", "Toutes"), *Order.Nature.choices])
    equipe = forms.ChoiceField(label="Équipe", required=False)
    commune = forms.ChoiceField(label="Commune", required=False)
    priorite = forms.ChoiceField(label="Priorité", required=False, choices=[("", "Toutes"), *Order.Priority.choices])
    colonnes = ORDERS.columns_field()

    def __init__(self, data, *, user):
        super().__init__(data)
        teams = Team.objects.filter(organisation__in=bodies(user, "maintenance.view"), is_active=True)
        self.fields["equipe"].choices = [("", "Toutes"), ("aucune", "Aucune")] + [(str(t.pk), t.name) for t in teams]
        communes = Commune.objects.members().values_list("slug", "name")
        self.fields["commune"].choices = [("", "Toutes"), *communes]


__all__ = ["ExpenseForm", "FilterForm", "LabourForm", "OrderForm", "PlanForm", "ReasonForm", "bodies", "workers_of"]
