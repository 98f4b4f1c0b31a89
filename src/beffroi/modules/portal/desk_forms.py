"""The forms of the desk: what a secretary writes of news, an event, an alert; the details of the site."""

import datetime
from typing import Any

from django import forms
from django.utils import timezone

from beffroi.kernel.ui.formats import typo
from beffroi.kernel.ui.widgets import DateInput, DateTimeInput, TimeInput
from beffroi.modules.portal.access import communes_offered
from beffroi.modules.portal.actions.appearance import check_accent
from beffroi.modules.portal.models import Alert, Event, News, Publication, SiteDetails, State, Theme
from beffroi.shared.files.forms import PhotosField
from beffroi.shared.organisations.models import Commune, Organisation

BODY_HELP = "Une ligne vide sépare deux paragraphes. « ## » commence un titre, « - » une liste, **ceci** est gras."
LATER_HELP = "Laissez vide pour publier aussitôt."


class FilterForm(forms.Form):
    """Filters of the list of the desk."""

    q = forms.CharField(label="Titre", required=False, max_length=120, widget=forms.TextInput(attrs={"type": "search"}))
    etat = forms.ChoiceField(label="État", required=False, choices=[("", "Tous"), *State.choices])
    organisation = forms.ChoiceField(label="Publié par", required=False)

    def __init__(self, *args, organisations: list[Organisation], **kwargs):
        super().__init__(*args, **kwargs)
        if len(organisations) > 1:
            choices = [("", "Toutes mes organisations"), *((body.slug, body.name) for body in organisations)]
            self.fields["organisation"].choices = choices
        else:
            del self.fields["organisation"]


class PublicationForm(forms.ModelForm):
    """What the three kinds share: who publishes, when, and one photo."""

    own_data = False
    typed = ("title", "summary", "text")

    def __init__(self, *args, organisation: Organisation, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.organisation = organisation
        if "theme" in self.fields:
            self.fields["theme"].choices = [("", "Choisir…"), *Theme.choices]
        if "photos" in self.fields:
            self.fields["photos"].actor = actor
            if self.instance.pk is None or self.instance.photo_id is None:
                del self.fields["remove_photo"]
        self._choose_communes()

    def _choose_communes(self) -> None:
        alone = self.organisation.kind == Organisation.Kind.COMMUNE
        for name in ("commune", "communes"):
            if name in self.fields and alone:
                del self.fields[name]
            elif name in self.fields:
                self.fields[name].queryset = communes_offered(self.organisation)

    def clean(self):
        cleaned = super().clean()
        for name in self.typed:
            if cleaned.get(name):
                cleaned[name] = typo(cleaned[name])
        if cleaned.get("photos") and not cleaned.get("photo_alt"):
            self.add_error("photo_alt", "Dites en quelques mots ce que montre la photo, pour qui ne la voit pas.")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the actions are given."""
        kept = dict(self.cleaned_data)
        if not kept.get("photos"):
            kept.pop("photos", None)
        if kept.pop("remove_photo", False) and "photos" not in kept:
            kept |= {"photos": [], "photo_alt": ""}
        if "communes" in kept:
            kept["communes"] = [commune.pk for commune in kept["communes"]]
        return kept

    def _post_clean(self):
        """The model's own checks, without touching the object: the actions write."""
        untouched = {field.attname: getattr(self.instance, field.attname) for field in self._meta.model._meta.fields}
        super()._post_clean()
        for name, value in untouched.items():
            setattr(self.instance, name, value)


class CommuneField(forms.ModelChoiceField):
    def __init__(self, **options):
        empty = "Tout le territoire"
        super().__init__(Commune.objects.none(), label="Pour", required=False, empty_label=empty, **options)


class NewsForm(PublicationForm):
    commune = CommuneField()
    photos = PhotosField(label="Photo", most=1, required=False)
    remove_photo = forms.BooleanField(label="Retirer la photo actuelle", required=False)

    class Meta:
        model = News
        fields = ["title", "summary", "commune", "theme", "body", "photo_alt", "publish_at"]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 10}),
            "publish_at": DateTimeInput,
        }
        help_texts = {"body": BODY_HELP, "publish_at": LATER_HELP, "summary": "Lues dans les listes et les flux."}

    field_order = ["title", "summary", "commune", "theme", "body", "photos", "remove_photo", "photo_alt", "publish_at"]


class EventForm(PublicationForm):
    """Days and hours are asked apart: « toute la journée » needs no hour."""

    day = forms.DateField(label="Jour", widget=DateInput)
    begins = forms.TimeField(label="Début", widget=TimeInput, required=False)
    last_day = forms.DateField(
        label="Dernier jour", widget=DateInput, required=False, help_text="S’il dure plusieurs jours."
    )
    ends = forms.TimeField(label="Fin", widget=TimeInput, required=False)
    commune = CommuneField()
    booking_url = forms.URLField(label="Inscription en ligne", required=False, assume_scheme="https")
    photos = PhotosField(label="Photo ou affiche", most=1, required=False)
    remove_photo = forms.BooleanField(label="Retirer la photo actuelle", required=False)

    class Meta:
        model = Event
        fields = [
            "title",
            "summary",
            "commune",
            "theme",
            "all_day",
            "recurrence",
            "repeat_until",
            "place",
            "address",
            "organiser",
            "contact",
            "price",
            "accessibility",
            "booking_url",
            "body",
            "photo_alt",
            "publish_at",
        ]
        widgets = {
            "summary": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 8}),
            "publish_at": DateTimeInput,
            "repeat_until": DateInput,
        }
        help_texts = {
            "body": BODY_HELP,
            "publish_at": LATER_HELP,
            "price": "Ex.\u202f: Gratuit, ou 5\u202f€, 3\u202f€ pour les enfants.",
            "accessibility": "Ex.\u202f: Accessible en fauteuil roulant, boucle magnétique.",
            "contact": "Un téléphone ou une adresse de service, jamais ceux d’une personne sans son accord.",
        }

    field_order = [
        "title",
        "summary",
        "theme",
        "day",
        "begins",
        "ends",
        "last_day",
        "all_day",
        "recurrence",
        "repeat_until",
        "place",
        "address",
        "commune",
        "organiser",
        "contact",
        "price",
        "accessibility",
        "booking_url",
        "body",
        "photos",
        "remove_photo",
        "photo_alt",
        "publish_at",
    ]

    def __init__(self, *args, instance=None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        if instance is not None:
            start, end = timezone.localtime(instance.starts_at), timezone.localtime(instance.ends_at)
            several = end.date() if end.date() != start.date() else None
            self.initial |= {"day": start.date(), "last_day": several}
            if not instance.all_day:
                self.initial |= {"begins": start.time(), "ends": end.time()}

    def clean(self):
        cleaned = super().clean()
        day, last = cleaned.get("day"), cleaned.get("last_day") or cleaned.get("day")
        all_day = cleaned.get("all_day")
        begins, ends = cleaned.get("begins"), cleaned.get("ends")
        if day and not all_day and begins is None and "begins" not in self.errors:
            self.add_error("begins", "Donnez l’heure du début, ou cochez « toute la journée ».")
        if not day or (not all_day and begins is None):
            return cleaned
        start = _at(day, datetime.time() if all_day else begins)
        end = _at(last, datetime.time() if all_day else ends or begins)
        if end < start:
            self.add_error("ends" if last == day else "last_day", "La fin est avant le début\u202f: corrigez-la.")
        cleaned |= {"starts_at": start, "ends_at": end}
        self._check_repetition(cleaned, day)
        return cleaned

    def _check_repetition(self, cleaned, day) -> None:
        if cleaned.get("recurrence") == "none":
            cleaned["repeat_until"] = None
        elif cleaned.get("recurrence") and not cleaned.get("repeat_until"):
            self.add_error("repeat_until", "Dites jusqu’à quand il se répète.")
        elif cleaned.get("repeat_until") and cleaned["repeat_until"] < day:
            self.add_error("repeat_until", "La répétition finit avant le premier jour.")

    def values(self):
        kept = super().values()
        for name in ("day", "begins", "last_day", "ends"):
            kept.pop(name, None)
        return kept


def _at(day: datetime.date, clock: datetime.time) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, clock))


class AlertForm(PublicationForm):
    class Meta:
        model = Alert
        fields = ["level", "title", "text", "communes", "body", "publish_at", "ends_at"]
        widgets = {
            "level": forms.RadioSelect,
            "text": forms.Textarea(attrs={"rows": 2}),
            "body": forms.Textarea(attrs={"rows": 5}),
            "communes": forms.CheckboxSelectMultiple,
            "publish_at": DateTimeInput,
            "ends_at": DateTimeInput,
        }
        help_texts = {
            "level": "« Urgence » s’affiche partout, même pour une seule commune.",
            "text": "Ce qu’il faut savoir et faire, en une ou deux phrases.",
            "communes": "Aucune cochée = tout le territoire.",
            "body": BODY_HELP,
            "publish_at": LATER_HELP,
            "ends_at": "L’alerte disparaît toute seule à ce moment.",
        }

    def clean(self):
        cleaned = super().clean()
        ends, starts = cleaned.get("ends_at"), cleaned.get("publish_at") or timezone.now()
        if ends and ends <= starts:
            self.add_error("ends_at", "La fin doit être après le début et dans l’avenir.")
        return cleaned


class DetailsForm(forms.ModelForm):
    own_data = False
    multiyear_url = forms.URLField(
        label="Adresse du schéma pluriannuel d’accessibilité", required=False, assume_scheme="https"
    )

    class Meta:
        model = SiteDetails
        fields = [
            "director",
            "publisher_email",
            "host_name",
            "host_address",
            "host_phone",
            "dpo_contact",
            "accessibility_email",
            "accessibility_phone",
            "security_contact",
            "multiyear_url",
            "audit_date",
            "audit_author",
            "audit_rate",
            "audit_exceptions",
        ]
        widgets = {"audit_date": DateInput, "audit_exceptions": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "audit_rate": "Ce que donne l’audit des 106 critères du RGAA. Sans lui, le site se déclare non conforme.",
            "dpo_contact": "Adresse, téléphone ou courriel du service, lus par tous.",
        }

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("audit_rate") is not None and not cleaned.get("audit_date"):
            self.add_error("audit_date", "Donnez la date de l’audit.")
        return cleaned


class ColorInput(forms.ColorInput):
    """A colour always has a value: HTML does not let it be required."""

    def use_required_attribute(self, initial):
        return False


class AppearanceForm(forms.Form):
    """The name, the colour and the logo of the site."""

    own_data = False
    site_name = forms.CharField(
        label="Nom affiché",
        max_length=60,
        required=False,
        help_text="En tête de chaque page. Vide\u202f: le nom de l’intercommunalité.",
    )
    accent = forms.CharField(
        label="Couleur d’accent",
        widget=ColorInput,
        help_text="Les textes et les liens qui l’emploient sont foncés ou éclaircis pour "
        "rester lisibles, de jour et la nuit.",
    )
    logo = PhotosField(
        label="Logo",
        most=1,
        required=False,
        help_text="Un PNG sur fond transparent ou un JPEG, carré de préférence. Un dessin SVG, qui peut contenir un "
        "programme, est refusé\u202f: exportez-le en PNG.",
    )

    def __init__(self, *args, actor, has_logo: bool, usual_name: str, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["site_name"].widget.attrs["placeholder"] = usual_name
        self.fields["logo"].actor = actor
        if has_logo:
            self.fields["remove_logo"] = forms.BooleanField(label="Retirer le logo actuel", required=False)

    def clean_accent(self):
        return check_accent(self.cleaned_data["accent"])


def form_of(model: type[Publication]) -> type[PublicationForm]:
    return {News: NewsForm, Event: EventForm, Alert: AlertForm}[model]
