"""What the person in charge sets: sites, activities, periods, groups, units, the team of a day."""

from django import forms
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.text import slugify

from beffroi.kernel.ui.widgets import DateInput, DateTimeInput, TimeInput
from beffroi.modules.childcare import calendars, pricing
from beffroi.modules.childcare.models import Activity, DocumentKind, Group, Period, Site, Unit
from beffroi.modules.childcare.models.children import WEEKDAYS
from beffroi.shared.billing.forms import MoneyField
from beffroi.shared.organisations.models import Commune

DAYS = list(enumerate(WEEKDAYS))


def free_slug(model, name: str) -> str:
    """A short address that nothing has."""
    base = slugify(name)[:70] or "accueil"
    taken = set(model.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug


class SiteForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = Site
        fields = [
            "name",
            "commune",
            "address",
            "phone",
            "kitchen_email",
            "meal_days",
            "meal_hour",
            "meal_auto",
            "is_active",
        ]
        widgets = {"meal_hour": TimeInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["commune"].queryset = Commune.objects.members().defer("outline")
        self.fields["kitchen_email"].help_text = "La commande des repas y est envoyée."
        if not self.instance.pk:
            del self.fields["is_active"]


class ActivityForm(forms.ModelForm):
    down_payment = MoneyField(
        label="Acompte à l’inscription (€)",
        required=False,
        least=0,
        help_text="Facturé quand un enfant est inscrit, puis déduit des factures suivantes. Vide : aucun.",
    )
    add_weekday = forms.TypedChoiceField(label="Jour de la semaine", choices=DAYS, coerce=int)
    cancel_weekday = forms.TypedChoiceField(label="Jour de la semaine", choices=DAYS, coerce=int)

    class Meta:
        model = Activity
        fields = [
            *("name", "description", "structure", "is_published"),
            *("add_rule", "add_number", "add_weekday", "add_hour"),
            *("cancel_rule", "cancel_number", "cancel_weekday", "cancel_hour", "late_cancel"),
            *("absence_days", "answer_hours", "minimum_days", "down_payment"),
        ]
        widgets = {
            "add_hour": TimeInput,
            "cancel_hour": TimeInput,
            "description": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        held = self.instance
        others = Activity.objects.filter(organisation=held.organisation_id).exclude(pk=held.pk)
        kinds = DocumentKind.objects.filter(organisation=held.organisation_id)
        self._choose("incompatible", "Incompatible avec", others, Activity.objects.filter(incompatible=held.pk))
        self._choose("documents", "Pièces obligatoires", kinds, DocumentKind.objects.filter(activity=held.pk))
        self.fields["absence_days"].help_text = "Après le jour manqué ; la famille dépose son document en ligne."
        for name in ("add_number", "cancel_number"):
            self.fields[name].help_text = "Jours ouvrés, semaines, ou jour du mois, selon la règle."

    def clean_down_payment(self):
        amount = self.cleaned_data["down_payment"] or 0
        if amount and pricing.regie_of(self.instance.organisation_id) is None:
            raise forms.ValidationError("Aucune régie n’a de tarif pour l’enfance : elle facturerait cet acompte.")
        return amount

    def _choose(self, name: str, label: str, rows, chosen) -> None:
        """Boxes to tick, with what is ticked already: one query."""
        found = list(rows.annotate(chosen=Exists(chosen.filter(pk=OuterRef("pk")))))
        self.fields[name] = forms.TypedMultipleChoiceField(
            label=label,
            choices=[(one.pk, str(one)) for one in found],
            coerce=int,
            required=False,
            widget=forms.CheckboxSelectMultiple,
            initial=[one.pk for one in found if one.chosen],
        )


class PeriodForm(forms.ModelForm):
    weekdays = forms.TypedMultipleChoiceField(
        label="Jours de la semaine", choices=DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    closed = forms.CharField(
        label="Jours fermés", required=False, max_length=1000, help_text="Dates séparées par des espaces : 24/12/2026."
    )

    class Meta:
        model = Period
        fields = [
            *("name", "start", "end", "weekdays", "in_term", "in_holidays"),
            *("opens_at", "opens_to_all_at", "closes_at"),
        ]
        widgets = {
            "start": DateInput,
            "end": DateInput,
            "opens_at": DateTimeInput,
            "opens_to_all_at": DateTimeInput,
            "closes_at": DateTimeInput,
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["closed"].initial = " ".join(f"{day:%d/%m/%Y}" for day in self.instance.closed_days)

    def clean_closed(self):
        found = []
        field = forms.DateField()
        for word in self.cleaned_data["closed"].replace(",", " ").split():
            try:
                found.append(field.clean(word))
            except forms.ValidationError as error:
                raise forms.ValidationError(f"« {word} » n’est pas une date.") from error
        return sorted(set(found))

    def clean(self):
        cleaned = super().clean()
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin doit venir après le début.")
        if end and end > calendars.known_until():
            last = calendars.known_until()
            self.add_error("end", f"Le calendrier scolaire n’est publié que jusqu’au {last:%d/%m/%Y}.")
        if not (cleaned.get("in_term") or cleaned.get("in_holidays")):
            self.add_error("in_term", "Choisissez le temps scolaire, les vacances, ou les deux.")
        first, others = cleaned.get("opens_at"), cleaned.get("opens_to_all_at")
        if first and others and others < first:
            self.add_error("opens_to_all_at", "Les familles du territoire réservent d’abord.")
        self.instance.closed_days = cleaned.get("closed") or []
        return cleaned


class GroupForm(forms.ModelForm):
    class Meta:
        model = Group
        fields = ["site", "name", "age_min", "age_max", "capacity", "staff", "is_active"]

    def __init__(self, *args, organisation, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.filter(organisation=organisation)
        self.fields["staff"].help_text = "Le nombre de places ouvertes suit le taux d’encadrement du code."

    def clean(self):
        cleaned = super().clean()
        low, high = cleaned.get("age_min"), cleaned.get("age_max")
        if low is not None and high is not None and high < low:
            self.add_error("age_max", "L’âge maximum est au moins l’âge minimum.")
        return cleaned


class UnitForm(forms.ModelForm):
    slots = forms.CharField(
        label="Parties de la journée",
        max_length=120,
        help_text="Des mots séparés par des espaces : matin midi après-midi. Deux formules qui en ont un en commun en "
        "partagent les places.",
    )

    class Meta:
        model = Unit
        fields = [
            "name",
            "kind",
            "starts",
            "ends",
            "slots",
            "meal",
            "tariff",
            "capacity",
            "most",
            "only_on",
            "order",
            "is_active",
        ]
        widgets = {"starts": TimeInput, "ends": TimeInput, "only_on": DateInput}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.initial["slots"] = " ".join(self.instance.parts if self.instance.slots else ())
        self.fields["capacity"].help_text = "Vide : celles du groupe."
        self.fields["most"].help_text = "Pour une formule à la quantité : la famille dit combien, jusqu’à ce nombre."

    def clean_slots(self):
        words = [slugify(word) for word in self.cleaned_data["slots"].split()]
        if not all(words) or any(len(word) > 20 for word in words):
            raise forms.ValidationError("Des mots de vingt lettres au plus.")
        return list(dict.fromkeys(words))

    def clean(self):
        cleaned = super().clean()
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", "La fin doit venir après le début.")
        most = cleaned.get("most")
        if most is not None and cleaned.get("kind") == Unit.Kind.QUANTITY and not 1 <= most <= 99:
            self.add_error("most", "De 1 à 99.")
        elif most not in (None, 1) and cleaned.get("kind") != Unit.Kind.QUANTITY:
            self.add_error("most", "Une seule, sauf pour une formule à la quantité.")
        if not self.instance.code and cleaned.get("name"):
            self.instance.code = self._code(cleaned["name"])
        return cleaned

    def _code(self, name: str) -> str:
        base = slugify(name)[:17] or "formule"
        taken = set(self.instance.activity.units.values_list("code", flat=True))
        number, code = 2, base
        while code in taken:
            code, number = f"{base}-{number}", number + 1
        return code


class StaffForm(forms.Form):
    """How many facilitators a group has, one day."""

    group = forms.ModelChoiceField(label="Groupe", queryset=Group.objects.none(), empty_label=None)
    day = forms.DateField(label="Jour", widget=DateInput)
    staff = forms.IntegerField(label="Animateurs présents", min_value=0, max_value=50)
    note = forms.CharField(label="Remarque", max_length=200, required=False)

    def __init__(self, *args, activity, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = activity.groups.filter(is_active=True).select_related("site")

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError("Ce jour est passé.")
        return day


class DocumentKindForm(forms.ModelForm):
    class Meta:
        model = DocumentKind
        fields = ["name", "months", "is_health"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["months"].help_text = "0 : elle ne périme pas."
        self.fields["is_health"].help_text = "Seuls ceux qui lisent les fiches sanitaires l’ouvrent."
