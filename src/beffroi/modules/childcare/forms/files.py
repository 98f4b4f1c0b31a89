"""What is written in a child's file: health, documents, changes, income; and what an agent links."""

import datetime

from django import forms
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel.ui.widgets import DateInput
from beffroi.modules.childcare import particulier, vaccines
from beffroi.modules.childcare.diets import DIETS
from beffroi.modules.childcare.forms.family import ChildForm
from beffroi.modules.childcare.models import Child, DocumentKind, Guardian
from beffroi.modules.childcare.models.health import away_until
from beffroi.shared.files.forms import UploadsField
from beffroi.shared.organisations.forms import french_phone

LONGEST_AWAY = datetime.timedelta(days=60)
TEXT_FIELDS = ("allergies", "pai", "treatments", "diet", "doctor", "doctor_phone", "insurance", "remarks")


class HealthForm(forms.Form):
    """The health sheet; each vaccine that the law asks for has the dates of its doses."""

    own_data = False
    allergies = forms.CharField(
        label="Allergies",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Alimentaires, médicamenteuses, asthme… et ce qu’il faut faire.",
    )
    pai = forms.CharField(
        label="Projet d’accueil individualisé (PAI)",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Joignez le document dans « Pièces ».",
    )
    treatments = forms.CharField(
        label="Traitements en cours",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Aucun médicament n’est donné sans ordonnance.",
    )
    diet = forms.ChoiceField(label="Repas", choices=DIETS, required=False)
    doctor = forms.CharField(label="Médecin traitant", required=False, max_length=120)
    doctor_phone = forms.CharField(label="Téléphone du médecin", required=False, max_length=20)
    insurance = forms.CharField(
        label="Assurance", required=False, max_length=160, help_text="Compagnie et numéro de contrat."
    )
    remarks = forms.CharField(
        label="Ce qu’il est utile de savoir",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Lunettes, appareil, sommeil, peurs…",
    )

    away_until = forms.DateField(
        label="Ne revient pas avant le",
        required=False,
        widget=DateInput,
        help_text="Maladie contagieuse : le jour dit par le médecin. L’équipe lit cette date, jamais la maladie.",
    )

    def __init__(self, *args, child: Child, content: dict | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        content = content or {}
        self.fields["away_until"].initial = away_until(content, timezone.localdate())
        self.child, self.given = child, content.get("vaccines", {})
        self.vaccine_names = {code: self._add_doses(code) for code in vaccines.required(child.birth_date)}
        for name in TEXT_FIELDS:
            self.fields[name].initial = content.get(name, "")
        self.fields["doctor_phone"].widget.input_type = "tel"

    def _add_doses(self, code: str) -> list[str]:
        """A field for each dose of the calendar, and one more when all of them are known."""
        dates = sorted(self.given.get(code, ()))
        labels = vaccines.doses(code)
        labels += ["une autre"] * (len(dates) + 1 - len(labels)) if len(dates) >= len(labels) else []
        names = []
        for rank, label in enumerate(labels):
            name = f"vaccin_{code}_{rank + 1}"
            self.fields[name] = forms.DateField(
                label=label.capitalize(),
                required=False,
                widget=DateInput,
                initial=dates[rank] if rank < len(dates) else None,
            )
            names.append(name)
        return names

    def clean_away_until(self):
        day = self.cleaned_data["away_until"]
        if day and not timezone.localdate() < day <= timezone.localdate() + LONGEST_AWAY:
            raise forms.ValidationError("Un jour à venir, dans les soixante jours.")
        return day

    def clean_doctor_phone(self):
        return french_phone(self.cleaned_data["doctor_phone"])

    def clean(self):
        cleaned = super().clean()
        for names in self.vaccine_names.values():
            seen = set()
            for name in names:
                day = cleaned.get(name)
                if day and not self.child.birth_date <= day <= timezone.localdate():
                    self.add_error(name, "Cette date ne peut pas être celle d’un vaccin de l’enfant.")
                elif day in seen:
                    self.add_error(name, "Cette date est déjà celle d’une autre dose.")
                elif day:
                    seen.add(day)
        return cleaned

    @property
    def vaccine_groups(self) -> list[tuple[vaccines.Vaccine, list]]:
        """Each vaccine as it stands on the sheet, with the fields of its doses."""
        known = vaccines.history(self.child.birth_date, self.given, timezone.localdate())
        return [(one, [self[name] for name in self.vaccine_names[one.code]]) for one in known]

    def content(self) -> dict:
        """What is kept; an empty part is not. The dates of vaccines that are not asked for stay as they were."""
        found = {name: self.cleaned_data[name] for name in TEXT_FIELDS if self.cleaned_data.get(name)}
        given = {code: dates for code, dates in self.given.items() if code not in self.vaccine_names}
        for code, names in self.vaccine_names.items():
            if dates := sorted(day.isoformat() for name in names if (day := self.cleaned_data.get(name))):
                given[code] = dates
        if day := self.cleaned_data.get("away_until"):
            found["away_until"] = day.isoformat()
        return found | ({"vaccines": given} if given else {})


class DocumentForm(forms.Form):
    own_data = False
    kind = forms.ModelChoiceField(label="Nature de la pièce", queryset=DocumentKind.objects.none(), empty_label=None)
    files = UploadsField(label="Fichier", most=3)
    expires_on = forms.DateField(
        label="Valable jusqu’au", required=False, widget=DateInput, help_text="Si la pièce porte une date de fin."
    )

    def __init__(self, *args, child: Child, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].queryset = DocumentKind.objects.filter(
            Q(organisation=child.organisation_id) | Q(activity__enrolments__child=child, activity__enrolments__end=None)
        ).distinct()

    def clean_expires_on(self):
        day = self.cleaned_data["expires_on"]
        if day and day < timezone.localdate():
            raise forms.ValidationError("Cette pièce n’est déjà plus valable.")
        return day


class ChangeForm(ChildForm):
    """The same fields as the file, as the family would have them."""

    def values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ChildForm.Meta.fields}


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Motif", max_length=200, widget=forms.Textarea(attrs={"rows": 2}))


class IdentityForm(forms.Form):
    """The civil status that finds a file at the CAF or the MSA, and the consent to ask."""

    last_name = forms.CharField(label="Nom de naissance", max_length=80)
    first_names = forms.CharField(label="Prénoms", max_length=120, help_text="Comme sur la pièce d’identité.")
    used_name = forms.CharField(label="Nom d’usage", max_length=80, required=False)
    sex = forms.ChoiceField(label="Sexe", choices=[("F", "Féminin"), ("M", "Masculin")])
    birth_date = forms.DateField(label="Date de naissance", widget=DateInput)
    abroad = forms.BooleanField(label="Né à l’étranger", required=False)
    place = forms.CharField(
        label="Code INSEE de la commune de naissance",
        max_length=5,
        required=False,
        help_text="Cinq caractères, 80253 pour Doullens ; ou le code du pays (99…) pour une naissance à l’étranger.",
    )
    consent = forms.BooleanField(
        label="J’accepte que le service demande chaque année mon quotient familial à la CAF ou à la MSA",
        error_messages={"required": "Sans cet accord, donnez un justificatif."},
    )

    def clean(self):
        cleaned = super().clean()
        place, abroad = cleaned.get("place", "").upper(), cleaned.get("abroad")
        if len(place) != 5 or not place.isalnum() or (abroad and not place.startswith("99")):
            self.add_error("place", "Écrivez les cinq caractères du code.")
        if cleaned.get("birth_date") and cleaned["birth_date"] > timezone.localdate():
            self.add_error("birth_date", "Cette date est à venir.")
        return cleaned

    def identity(self) -> particulier.Identity:
        data = self.cleaned_data
        place = data["place"].upper()
        return particulier.Identity(
            last_name=data["last_name"],
            first_names=tuple(data["first_names"].replace(",", " ").split()[:3]),
            sex=data["sex"],
            birth_date=data["birth_date"],
            used_name=data["used_name"],
            country=place if data["abroad"] else particulier.FRANCE,
            commune="" if data["abroad"] else place,
        )


class QuotientForm(forms.Form):
    """A quotient read on a proof."""

    value = forms.IntegerField(label="Quotient familial, en euros", min_value=0, max_value=50_000)
    month = forms.DateField(
        label="À partir du mois de",
        widget=DateInput,
        help_text="N’importe quel jour du mois.",
        initial=lambda: timezone.localdate().replace(day=1),
    )

    def clean_month(self):
        month = self.cleaned_data["month"].replace(day=1)
        if month > timezone.localdate() + datetime.timedelta(days=31):
            raise forms.ValidationError("Ce mois est à venir.")
        return month


class LinkForm(forms.Form):
    """An agent links a person to a child: in which home, as what, for what share."""

    own_data = False
    relation = forms.ChoiceField(label="Lien avec l’enfant", choices=Guardian.Relation)
    household = forms.ChoiceField(label="Foyer")
    share = forms.IntegerField(
        label="Part des frais de ce foyer, en %",
        min_value=0,
        max_value=100,
        initial=50,
        help_text="Ne sert que si les frais sont partagés.",
    )

    def __init__(self, *args, households, person, **kwargs):
        super().__init__(*args, **kwargs)
        self.households = {str(one.pk): one for one in households}
        choices = [(key, f"{one.name}, {one.city}".rstrip(", ")) for key, one in self.households.items()]
        self.fields["household"].choices = [*choices, ("", f"Un nouveau foyer, à l’adresse de {person}")]
        self.fields["household"].required = False

    @property
    def chosen(self):
        return self.households.get(self.cleaned_data["household"])


class DeskChildForm(LinkForm, ChildForm):
    """A child whose file an agent opens, with the person who answers for them."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["share"]
        self.fields["proved"] = forms.BooleanField(
            label="J’ai vu un justificatif de domicile",
            required=False,
            help_text="Sinon la commune reste à vérifier, et le tarif hors territoire s’applique en attendant.",
        )

    def child_values(self) -> dict:
        return {name: self.cleaned_data[name] for name in ChildForm.Meta.fields}
