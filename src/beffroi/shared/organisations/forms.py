"""What agents fill in: the week, exceptional days, how to reach an organisation, a body of the directory."""

import datetime

from django import forms
from django.utils import timezone
from stdnum.fr import siret as siret_number

from beffroi.kernel.ui.widgets import DateInput, TimeInput
from beffroi.shared.organisations.access import OWN_KINDS
from beffroi.shared.organisations.models import DAYS, Organisation
from beffroi.shared.organisations.week import Range

PERIODS = 3
ORDINALS = ("Première période", "Deuxième période", "Troisième période")
LONGEST_EXCEPTION = datetime.timedelta(days=366)


class WeekForm(forms.Form):
    """Seven days of up to three periods, and the copy of one day to others."""

    copied = forms.TypedChoiceField(
        label="Recopier le",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Choisissez un jour"), *((str(n), name) for n, name in enumerate(DAYS))],
    )
    targets = forms.TypedMultipleChoiceField(
        label="Sur",
        required=False,
        coerce=int,
        choices=[(str(n), name) for n, name in enumerate(DAYS)],
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args, week: list[list[Range]] | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        for day, name in enumerate(DAYS):
            for period in range(PERIODS):
                held = week[day][period] if week and period < len(week[day]) else (None, None)
                for end, word, value in (("opens", "ouvre à", held[0]), ("closes", "ferme à", held[1])):
                    self.fields[f"d{day}_p{period}_{end}"] = forms.TimeField(
                        label=f"{name.capitalize()}, {ORDINALS[period].lower()}, {word}",
                        required=False,
                        widget=TimeInput,
                        initial=value,
                    )

    def days(self) -> list[dict]:
        """The fields as the page shows them: one entry a day, its periods in order."""
        return [
            {"name": name.capitalize(), "periods": [self._period(day, period) for period in range(PERIODS)]}
            for day, name in enumerate(DAYS)
        ]

    def _period(self, day: int, period: int) -> dict:
        opens, closes = self[f"d{day}_p{period}_opens"], self[f"d{day}_p{period}_closes"]
        return {"opens": opens, "closes": closes, "used": bool(opens.value() or closes.value())}

    def clean(self):
        values = super().clean()
        for day in range(len(DAYS)):
            held: list[tuple[datetime.time, datetime.time, str]] = []
            for period in range(PERIODS):
                opens_name, closes_name = f"d{day}_p{period}_opens", f"d{day}_p{period}_closes"
                opens, closes = values.get(opens_name), values.get(closes_name)
                if opens_name in self.errors or closes_name in self.errors or (opens is None and closes is None):
                    continue
                if opens is None or closes is None:
                    missing, what = (opens_name, "d’ouverture") if opens is None else (closes_name, "de fermeture")
                    self.add_error(missing, f"Donnez aussi l’heure {what}, ou effacez l’autre.")
                elif closes <= opens:
                    self.add_error(closes_name, f"L’heure de fermeture doit suivre l’ouverture ({opens:%H:%M}).")
                else:
                    held.append((opens, closes, opens_name))
            self._refuse_overlaps(day, held)
        return values

    def _refuse_overlaps(self, day: int, held: list[tuple[datetime.time, datetime.time, str]]) -> None:
        ordered = sorted(held)
        for before, after in zip(ordered, ordered[1:], strict=False):
            if after[0] < before[1]:
                self.add_error(
                    after[2],
                    f"Deux périodes du {DAYS[day]} se chevauchent\u202f: {before[0]:%H:%M} – {before[1]:%H:%M} et "
                    f"{after[0]:%H:%M} – {after[1]:%H:%M}.",
                )

    def week(self) -> list[list[Range]]:
        """The seven days as they are filled in, in order."""
        values = self.cleaned_data
        return [
            sorted(
                (values[f"d{day}_p{n}_opens"], values[f"d{day}_p{n}_closes"])
                for n in range(PERIODS)
                if values.get(f"d{day}_p{n}_opens") and values.get(f"d{day}_p{n}_closes")
            )
            for day in range(len(DAYS))
        ]

    def copy_week(self) -> list[list[Range]]:
        """The week with the day chosen written over the days ticked."""
        days = self.week()
        for target in self.cleaned_data["targets"]:
            days[target] = list(days[self.cleaned_data["copied"]])
        return days


class ExceptionForm(forms.Form):
    kind = forms.ChoiceField(
        label="Ces jours-là",
        choices=[("closed", "Fermé toute la journée"), ("open", "Ouvert à d’autres horaires")],
        widget=forms.RadioSelect,
        initial="closed",
    )
    start = forms.DateField(label="Du", widget=DateInput)
    end = forms.DateField(
        label="Au", required=False, widget=DateInput, help_text="Ce jour compris. Vide\u202f: un seul jour."
    )
    opens = forms.TimeField(label="Ouvre à", required=False, widget=TimeInput)
    closes = forms.TimeField(label="Ferme à", required=False, widget=TimeInput)
    reason = forms.CharField(
        label="Motif", required=False, max_length=120, help_text="Lu par le public\u202f: congés, formation, travaux…"
    )

    def clean(self):
        values = super().clean()
        start = values.get("start")
        if start and not values.get("end") and "end" not in self.errors:
            values["end"] = start
        end = values.get("end")
        if start and end and end < start:
            self.add_error("end", "La fin ne peut pas précéder le début.")
        elif end and end < timezone.localdate():
            self.add_error("end" if self.data.get("end") else "start", "Ces jours sont passés.")
        elif start and end and end - start > LONGEST_EXCEPTION:
            self.add_error("end", "Une exception dure un an au plus\u202f: modifiez plutôt la semaine.")
        if values.get("kind") == "closed":
            values["opens"] = values["closes"] = None
        elif not (values.get("opens") and values.get("closes")):
            self.add_error("opens", "Donnez l’heure d’ouverture et l’heure de fermeture.")
        elif values["closes"] <= values["opens"]:
            self.add_error("closes", "L’heure de fermeture doit suivre l’ouverture.")
        return values


class FindForm(forms.Form):
    q = forms.CharField(label="Nom", required=False, widget=forms.SearchInput)


class FindBodyForm(forms.Form):
    q = forms.CharField(label="Nom, ville ou SIRET", required=False, max_length=80, widget=forms.SearchInput)
    nature = forms.ChoiceField(
        label="Nature",
        required=False,
        choices=[("", "Toutes"), *((k.value, k.label) for k in Organisation.Kind if k != Organisation.Kind.COMMUNE)],
    )
    etat = forms.ChoiceField(
        label="État", required=False, choices=[("", "En activité"), ("anciens", "Plus en activité"), ("tous", "Tous")]
    )


class ContactForm(forms.ModelForm):
    """How to reach a body, and its number: the SIRET, which the open data ask for."""

    own_data = False
    website = forms.URLField(label="Site", required=False, max_length=200, assume_scheme="https")
    latitude = forms.FloatField(label="Latitude", required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(label="Longitude", required=False, min_value=-180, max_value=180)

    class Meta:
        model = Organisation
        fields = ["siret", "address", "postal_code", "city", "phone", "email", "website", "accessibility"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["siret"].max_length = None
        self.fields["siret"].validators = []
        self.fields["siret"].widget.attrs.pop("maxlength", None)
        self.fields["siret"].help_text = "Quatorze chiffres, sur l’avis de situation de l’Insee."
        self.fields["address"].widget.attrs |= {
            "data-suggest": "/adresses/suggestions",
            "data-suggest-map": "#carte",
            "data-suggest-fill": "postal_code city",
            "autocomplete": "off",
        }
        self.fields["phone"].widget.input_type = "tel"
        if self.instance.location:
            self.initial["longitude"], self.initial["latitude"] = self.instance.location

    def clean_siret(self):
        number = siret_number.compact(self.cleaned_data["siret"]).replace("\u202f", "").replace("\xa0", "")
        if number and not siret_number.is_valid(number):
            raise forms.ValidationError("Ce SIRET n’existe pas\u202f: vérifiez ses quatorze chiffres.")
        known = self.instance.siren
        if number and known and self.instance.kind in OWN_KINDS and not number.startswith(known):
            raise forms.ValidationError(f"Ce SIRET n’est pas celui d’un établissement du SIREN {known}.")
        held = Organisation.objects.filter(siret=number).exclude(pk=self.instance.pk).first() if number else None
        if held:
            raise forms.ValidationError(f"Ce SIRET est déjà celui de « {held.name} ».")
        return number

    def clean_postal_code(self):
        code = self.cleaned_data["postal_code"].strip()
        if code and not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise forms.ValidationError("Un code postal a cinq chiffres.")
        return code

    def clean_phone(self):
        return french_phone(self.cleaned_data["phone"])

    def clean(self):
        values = super().clean()
        if (values.get("latitude") is None) != (values.get("longitude") is None):
            self.add_error("latitude", "Donnez la latitude et la longitude, ou aucune des deux.")
        return values

    def values(self) -> dict:
        """What the action writes."""
        values = dict(self.cleaned_data)
        if values.get("siret"):
            values["siren"] = values["siret"][:9]
        longitude, latitude = values.pop("longitude"), values.pop("latitude")
        return {**values, "location": None if longitude is None else (longitude, latitude)}


class BodyForm(ContactForm):
    """A body of the directory; a company or an association is known by its SIRET."""

    class Meta(ContactForm.Meta):
        fields = ["kind", "name", "siret", "duties", "contact", *ContactForm.Meta.fields[1:], "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [
            ("", "Choisissez"),
            *((k.value, k.label) for k in Organisation.Kind if k not in OWN_KINDS),
        ]
        self.fields["siret"].help_text = "Quatorze chiffres. Obligatoire pour une entreprise."
        self.fields["duties"].help_text = "Ce que cet organisme fait ici, et ce qu’on peut lui demander."
        del self.fields["accessibility"]
        if not self.instance.pk:
            del self.fields["is_active"]

    def clean_name(self):
        return " ".join(self.cleaned_data["name"].replace("'", "’").split())

    def clean(self):
        values = super().clean()
        if values.get("kind") == Organisation.Kind.COMPANY and not values.get("siret") and "siret" not in self.errors:
            self.add_error("siret", "Donnez le SIRET de l’entreprise.")
        return values


def french_phone(text: str) -> str:
    """« 03 22 77 80 00 » from the ways one writes it; other countries keep their « + ». Raises ValidationError."""
    written = "".join(one for one in text if one.isdigit() or one == "+")
    if not written:
        if text.strip():
            raise forms.ValidationError("Un numéro de téléphone est fait de chiffres.")
        return ""
    for prefix in ("+33", "0033"):
        if written.startswith(prefix):
            written = "0" + written[len(prefix) :].lstrip("0")
    if written.startswith("+") and 8 <= len(written) - 1 <= 15 and "+" not in written[1:]:
        return written
    if len(written) == 10 and written[0] == "0" and written[1] != "0":
        return " ".join(written[n : n + 2] for n in range(0, 10, 2))
    if 3 < len(written) == 4 and written[0] == "3":
        return f"{written[:2]} {written[2:]}"
    raise forms.ValidationError("Un numéro français a dix chiffres\u202f: 03 22 77 80 00.")
