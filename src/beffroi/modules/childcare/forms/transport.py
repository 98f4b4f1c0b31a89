"""Transport lines: what is set, who rides, what is ticked."""

import datetime

from django import forms
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.ui import formats
from beffroi.kernel.ui.widgets import DateInput, TimeInput
from beffroi.modules.childcare.access import ATTEND, ESCORT
from beffroi.modules.childcare.models import (
    Activity,
    Boarding,
    ChildHome,
    Contact,
    Ride,
    Site,
    Stop,
    TransportLine,
    Trip,
)
from beffroi.modules.childcare.models.children import WEEKDAYS
from beffroi.shared.organisations.models import Membership

DAYS = list(enumerate(WEEKDAYS))


class LineForm(forms.ModelForm):
    """A line; its stops are written one by one afterwards."""

    own_data = False
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours de la semaine", choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    activities = forms.ModelMultipleChoiceField(
        label="Activités",
        queryset=Activity.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Aucune : la ligne sert toutes les activités du site.",
    )
    escorts = forms.ModelMultipleChoiceField(
        label="Accompagnateurs",
        queryset=User.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Eux seuls ont la liste, avec le guichet et les animateurs. Aucun : chaque accompagnateur de ligne.",
    )

    class Meta:
        model = TransportLine
        fields = ["name", "site", "carrier", "phone", "weekdays", "start", "end", "capacity", "is_active"]
        widgets = {"start": DateInput, "end": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        organisation = self.instance.organisation_id
        self.fields["site"].queryset = Site.objects.filter(organisation=organisation, is_active=True)
        self.fields["activities"].queryset = Activity.objects.filter(organisation=organisation)
        self.fields["capacity"].help_text = "Pour les enfants, sans le conducteur ni l’accompagnateur."
        self.fields["capacity"].widget.attrs["min"] = 1
        self.fields["end"].help_text = "Vide : sans fin prévue."
        self.fields["phone"].widget.input_type = "tel"
        held = Membership.objects.active().filter(organisation=organisation, role__in=access.roles_with(ESCORT))
        held = held.exclude(role__in=access.roles_with(ATTEND))
        self.fields["escorts"].queryset = User.objects.filter(pk__in=held.values("user"), is_active=True).order_by(
            "last_name", "first_name", "pk"
        )
        if self.instance.pk:
            self.fields["escorts"].initial = list(self.instance.escorts.all())
            self.fields["activities"].initial = list(self.instance.activities.all())
        else:
            del self.fields["is_active"]

    def clean_capacity(self):
        if not self.cleaned_data["capacity"]:
            raise forms.ValidationError("Une place au moins.")
        return self.cleaned_data["capacity"]

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin doit venir après le début.")
        return cleaned


class StopForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Stop
        fields = ["name", "place", "morning_at", "evening_at", "is_active"]
        widgets = {"morning_at": TimeInput, "evening_at": TimeInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].help_text = "Abribus, devant la mairie… Les familles le lisent."
        self.fields["evening_at"].help_text = "Une heure au moins des deux. Vide : la ligne n’y passe pas."
        if not self.instance.pk:
            del self.fields["is_active"]

    def clean(self):
        cleaned = super().clean()
        if not self.errors and cleaned.get("morning_at") is None and cleaned.get("evening_at") is None:
            self.add_error("morning_at", "Donnez l’heure du matin, celle du soir, ou les deux.")
        return cleaned


def stops_for(home: ChildHome):
    """The stops of the lines that lead where the child of this home is registered."""
    held = home.child.enrolments.filter(end=None)
    today = timezone.localdate()
    running = TransportLine.objects.filter(is_active=True, site__in=held.values("site"))
    running = running.exclude(end__lt=today)
    open_to_all = running.filter(activities=None).values("pk")
    chosen = running.filter(activities__in=held.values("activity")).values("pk")
    stops = Stop.objects.filter(is_active=True, line__in=open_to_all) | Stop.objects.filter(
        is_active=True, line__in=chosen
    )
    return stops.select_related("line__site").distinct().order_by("line__name", "morning_at", "evening_at", "pk")


class RideForm(forms.Form):
    """Where the child of a home gets on or off, on which days, who may receive them in the evening."""

    is_full = False  # no seat was left on those days: the page offers to wait

    stop = forms.ModelChoiceField(label="Arrêt", queryset=Stop.objects.none(), empty_label="Choisir…")
    trips = forms.MultipleChoiceField(
        label="Trajet", choices=Trip.choices, widget=forms.CheckboxSelectMultiple, initial=list(Trip.values)
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours", choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    start = forms.DateField(label="À partir du", widget=DateInput)
    receivers = forms.ModelMultipleChoiceField(
        label="Qui peut le recevoir à l’arrêt, le soir",
        queryset=Contact.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="En plus des responsables du foyer.",
    )
    alone = forms.BooleanField(
        label="Il peut repartir seul de l’arrêt, le soir",
        required=False,
        help_text="Sinon, si personne n’est là, il reste dans le véhicule et revient à l’accueil.",
    )

    def __init__(self, *args, home: ChildHome, first_day: datetime.date, **kwargs):
        super().__init__(*args, **kwargs)
        self.home, self.first_day = home, first_day
        self.stops = list(stops_for(home))
        self.fields["stop"].queryset = stops_for(home)
        self.fields["stop"].choices = [("", "Choisir…"), *((one.pk, said(one)) for one in self.stops)]
        named = list(Contact.objects.filter(home=home, may_pick_up=True))
        self.fields["receivers"].queryset = Contact.objects.filter(home=home, may_pick_up=True)
        self.fields["receivers"].choices = [
            (one.pk, f"{one.name} ({one.relation})" if one.relation else one.name) for one in named
        ]
        if not named:
            del self.fields["receivers"]
        if not home.child.may_leave_alone:
            del self.fields["alone"]
        self.fields["start"].initial = first_day

    def clean_start(self):
        start = self.cleaned_data["start"]
        if start < self.first_day:
            raise forms.ValidationError(f"Au plus tôt le {self.first_day:%d/%m/%Y} : la liste du jour est déjà donnée.")
        return start

    def clean(self):
        cleaned = super().clean()
        stop = cleaned.get("stop")
        for trip in cleaned.get("trips", ()):
            if stop and stop.at(trip) is None:
                self.add_error("trips", f"La ligne ne passe pas à cet arrêt le {Trip(trip).label.lower()}.")
        if stop and (out := [day for day in cleaned.get("weekdays", ()) if day not in stop.line.weekdays]):
            self.add_error("weekdays", f"La ligne ne roule pas le {', le '.join(WEEKDAYS[day] for day in out)}.")
        return cleaned


def said(stop: Stop) -> str:
    """« Ligne du Val : Mairie, 7 h 40, 17 h 20 »."""
    hours = [formats.hour(at) for at in (stop.morning_at, stop.evening_at) if at]
    return f"{stop.line.name}\u202f: {stop.name}, {', '.join(hours)}"


class SkipForm(forms.Form):
    """A day without the line, on the rides that a home has."""

    day = forms.DateField(label="Ne prend pas la ligne le", widget=DateInput)
    trips = forms.MultipleChoiceField(
        label="Trajet", choices=Trip.choices, widget=forms.CheckboxSelectMultiple, initial=list(Trip.values)
    )

    def __init__(self, *args, home: ChildHome, first_day: datetime.date, **kwargs):
        super().__init__(*args, auto_id="sans_%s", **kwargs)  # the form of the stops is beside it, with the same names
        self.home, self.first_day = home, first_day

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day < self.first_day:
            raise forms.ValidationError(
                f"Au plus tôt le {self.first_day:%d/%m/%Y} : pour avant, appelez le service, la liste est déjà donnée."
            )
        return day

    def clean(self):
        cleaned = super().clean()
        day, trips = cleaned.get("day"), cleaned.get("trips")
        self.rides: list[Ride] = []
        if day and trips:
            held = Ride.objects.active(day).filter(home=self.home, weekday=day.weekday(), trip__in=trips)
            self.rides = list(held)
            if not self.rides:
                self.add_error("day", "L’enfant ne prend pas la ligne ce jour-là.")
        return cleaned


class BoardingForm(forms.Form):
    """One gesture: on board, not at the stop, handed to somebody, or a tick taken back."""

    kind = forms.ChoiceField(choices=Boarding.Kind)
    client_uuid = forms.UUIDField(required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["with"] = forms.CharField(max_length=20, required=False)


class DayFilter(forms.Form):
    """Which list of a line."""

    jour = forms.DateField(label="Jour", widget=DateInput, required=False)
    sens = forms.ChoiceField(label="Trajet", choices=Trip.choices, required=False)
