"""What agents fill in about a report."""

import uuid

from django import forms

from beffroi.modules.reports.forms.filing import PlaceForm
from beffroi.modules.reports.models import Category, Refusal, Report
from beffroi.modules.reports.routing import route
from beffroi.shared.cases.desk_forms import GestureForm
from beffroi.shared.files.forms import PhotosField
from beffroi.shared.organisations.models import Organisation


def category_choices() -> list:
    """The categories proposed, by family."""
    groups: dict[str, list] = {}
    for one in Category.objects.offered():
        groups.setdefault(one.parent.label, []).append((one.pk, one.label))
    return list(groups.items())


class CategoryField(forms.ModelChoiceField):
    """A category, chosen in its family."""

    def __init__(self, **kwargs):
        super().__init__(queryset=Category.objects.offered(), empty_label="Choisir", **kwargs)

    def group(self) -> None:
        """To be called by the form when it is made: the choices are those of now."""
        self.choices = [("", "Choisir"), *category_choices()]


class ResolveForm(GestureForm):
    body = forms.CharField(
        label="Ce qui a été fait",
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="L’auteur et ceux qui suivent le signalement le liront.",
        error_messages={"required": "Dites ce qui a été fait."},
    )
    photos = PhotosField(
        label="Photos après l’intervention", required=False, help_text="Elles seront visibles de tous."
    )


class NotOursForm(GestureForm):
    """« Ce n’est pas de notre ressort »: to whom it goes, the likeliest first."""

    organisation = forms.TypedChoiceField(
        label="À qui le transmettre\u202f?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez l’organisme qui doit s’en occuper."},
    )
    reason = forms.CharField(
        label="Pourquoi",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="L’auteur et l’autre organisme le liront.",
        error_messages={"required": "Dites pourquoi en une phrase."},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.bodies = {body.pk: body for body in likely_bodies(self.case)}
        self.fields["organisation"].choices = [
            (body.pk, f"{body} ({body.get_kind_display().lower()})") for body in self.bodies.values()
        ]


def likely_bodies(report: Report) -> list[Organisation]:
    """Who else may be competent: what the matrix says, the commune of the place, the EPCI, then the other bodies."""
    way = route(
        report.category, commune=report.commune, address=report.address, point=report.location, asset=report.asset
    )
    kinds = ("epci", "departement", "syndicat", "state", "company")
    others = Organisation.objects.filter(is_active=True, kind__in=kinds)
    town = Organisation.objects.filter(pk=report.commune_id)
    bodies = [way.competent, *town, *others.order_by("-is_operator", "kind", "name")[:20]]
    mine = {report.organisation_id} if report.external_id is None else {report.external_id, report.organisation_id}
    return list({body.pk: body for body in bodies if body.pk not in mine}.values())


class RefuseForm(GestureForm):
    refusal = forms.ChoiceField(
        label="Motif",
        choices=Refusal.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choisissez un motif."},
    )
    explanation = forms.CharField(
        label="Explication",
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="L’auteur la lira. Dites-lui à qui s’adresser, si vous le savez.",
    )


class CategoryForm(GestureForm):
    category = CategoryField(label="Catégorie", error_messages={"required": "Choisissez une catégorie."})
    reroute = forms.BooleanField(label="Confier à l’organisme compétent pour cette catégorie", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].group()
        self.fields["category"].initial = self.case.category_id
        self.fields["reroute"].initial = True


class CorrectPlaceForm(PlaceForm):
    """The place again, with the version of the report that was seen."""

    own_data = False
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reroute = forms.BooleanField(label="Confier à l’organisme compétent à cet endroit", required=False, initial=True)

    def __init__(self, *args, case: Report, **kwargs):
        longitude, latitude = case.location
        given = {"address": case.address, "latitude": latitude, "longitude": longitude, "version": case.version}
        super().__init__(*args, initial=given, **kwargs)
        del self.fields["photos"]
        self.case = case

    def clean(self):
        self.cleaned_data.setdefault("photos", [])
        return super().clean()


class BlurForm(forms.Form):
    """A zone of a photo, in per cent of its sides."""

    left = forms.FloatField(label="Depuis la gauche (%)", min_value=0, max_value=100, initial=40)
    top = forms.FloatField(label="Depuis le haut (%)", min_value=0, max_value=100, initial=40)
    width = forms.FloatField(label="Largeur (%)", min_value=2, max_value=100, initial=20)
    height = forms.FloatField(label="Hauteur (%)", min_value=2, max_value=100, initial=20)

    @property
    def zone(self) -> tuple[float, float, float, float]:
        data = self.cleaned_data
        left, top = data["left"] / 100, data["top"] / 100
        return left, top, min(1, left + data["width"] / 100), min(1, top + data["height"] / 100)


class DeskFilingForm(PlaceForm):
    """A report filed by an agent for somebody, at the counter or by telephone."""

    own_data = False
    category = CategoryField(label="Catégorie", error_messages={"required": "Choisissez une catégorie."})
    description = forms.CharField(
        label="Ce que dit la personne", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 5})
    )
    channel = forms.ChoiceField(
        label="Reçu par",
        choices=[c for c in Report.Channel.choices if c[0] in ("phone", "counter", "letter", "email")],
        initial="phone",
        widget=forms.RadioSelect,
    )
    contact_name = forms.CharField(label="Nom de la personne", required=False, max_length=120)
    contact_email = forms.EmailField(label="Son courriel", required=False, help_text="Pour la prévenir à chaque étape.")
    contact_phone = forms.CharField(label="Son téléphone", required=False, max_length=20)
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, actor=None, person=None, **kwargs):
        """`person` = a resident whose file is known: their contact is that of the file."""
        super().__init__(*args, **kwargs)
        if person is not None:
            for name in ("contact_name", "contact_email", "contact_phone"):
                del self.fields[name]
        self.fields["client_uuid"].initial = uuid.uuid4
        self.fields["category"].group()
        self.fields["photos"].actor = actor
        self.fields["photos"].label = "Photos"
