"""The settings: categories with their questions, competences, publication."""

import json

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from beffroi.kernel.ui.icons import known_icons
from beffroi.modules.reports.models import Category, Competence
from beffroi.modules.reports.roads import read_roads
from beffroi.shared.assets.fields import TYPES
from beffroi.shared.assets.models import Asset
from beffroi.shared.organisations.models import Commune, Organisation, Team

QUESTION_TYPES = [("", "–"), *TYPES.items()]


class CategoryForm(forms.ModelForm):
    class Meta:
        model = Category
        fields = [
            "label",
            "parent",
            "icon",
            "help_text",
            "advice",
            "acknowledge_hours",
            "fix_hours",
            "radius",
            "order",
            "is_active",
        ]
        labels = {"is_active": "Proposée au public"}
        help_texts = {
            "parent": "Laissez vide pour créer une famille.",
            "icon": "Nom d’une icône de lucide.dev, par exemple lightbulb.",
            "advice": "Montré en rouge au moment de signaler : qui appeler, que faire tout de suite.",
            "radius": "Deux signalements plus proches que cela peuvent être le même.",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        families = Category.objects.families()
        self.fields["parent"].queryset = families.exclude(pk=self.instance.pk) if self.instance.pk else families
        self.fields["parent"].empty_label = "Aucune : c’est une famille"

    def clean_icon(self):
        icon = self.cleaned_data["icon"].strip()
        if icon not in known_icons():
            raise ValidationError("Cette icône n’est pas dans l’interface : essayez circle-alert.")
        return icon

    def _post_clean(self):
        if not self.instance.code:
            self.instance.code = free_code(self.cleaned_data.get("label", ""))
        super()._post_clean()


def free_code(label: str) -> str:
    """A code that no category has, made of the label."""
    base = slugify(label)[:34] or "categorie"
    taken = set(Category.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for n in range(len(taken) + 1) if (code := base if n == 0 else f"{base}-{n + 1}") not in taken)


class QuestionForm(forms.Form):
    """One question of a category."""

    label = forms.CharField(label="Question", required=False, max_length=80)
    type = forms.ChoiceField(label="Réponse", choices=QUESTION_TYPES, required=False)
    choices = forms.CharField(
        label="Choix", required=False, max_length=300, help_text="Séparés par des points-virgules."
    )
    unit = forms.CharField(label="Unité", required=False, max_length=12)
    required = forms.BooleanField(label="Obligatoire", required=False)

    def clean(self):
        data = super().clean()
        if data.get("type") == "choice" and len(self._choices(data)) < 2:
            self.add_error("choices", "Donnez au moins deux choix.")
        if data.get("label") and not data.get("type"):
            self.add_error("type", "Choisissez le type de réponse.")
        return data

    @staticmethod
    def _choices(data) -> list[str]:
        return [part.strip() for part in data.get("choices", "").split(";") if part.strip()]

    def spec(self) -> dict | None:
        """As `FieldSpec` written in JSON; None for an empty line."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        spec = {"name": slugify(data["label"]).replace("-", "_")[:40], "label": data["label"], "type": data["type"]}
        spec |= {"unit": data["unit"]} if data["unit"] else {}
        spec |= {"required": True} if data["required"] else {}
        return spec | ({"choices": self._choices(data)} if data["type"] == "choice" else {})


QuestionSet = forms.formset_factory(QuestionForm, extra=2, max_num=10)


def questions_of(category: Category) -> list[dict]:
    """The questions of a category, as the formset shows them."""
    return [
        {
            "label": spec.label,
            "type": spec.type,
            "choices": " ; ".join(spec.choices),
            "unit": spec.unit,
            "required": spec.required,
        }
        for spec in category.specs
    ]


class CompetenceForm(forms.ModelForm):
    """A rule; `area` is drawn as a GeoJSON polygon (a file, or pasted), `tag` names the one thing it is about."""

    tag = forms.CharField(
        label="Équipement",
        required=False,
        max_length=40,
        help_text="L’étiquette ou le numéro d’inventaire d’un équipement dont quelqu’un d’autre s’occupe. "
        "Laissez vide sinon.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )

    area = forms.CharField(
        label="Contour de la zone (GeoJSON)",
        required=False,
        max_length=20000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Dessinez la zone sur la carte, ou collez un polygone en longitude et latitude. Laissez vide sinon.",
    )

    class Meta:
        model = Competence
        fields = ["category", "commune", "street", "road_class", "area_name", "organisation", "team", "reason"]
        help_texts = {
            "street": "« D 938 » (ou RD 938, D938), « Rue du Bourg ». Laissez vide pour toute la commune.",
            "road_class": "Lue dans l’adresse, ou trouvée sous le point grâce aux voies importées.",
            "reason": "Par exemple : « La voirie départementale relève du Département. »",
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        families = {one.pk: one for one in Category.objects.all()}
        groups: dict[str, list] = {}
        for one in families.values():
            parent = families.get(one.parent_id)
            label = f"{one.label}\u202f: toute la famille" if parent is None else one.label
            groups.setdefault((parent or one).label, []).append((one.pk, label))
        self.fields["category"].choices = [("", "Choisir"), *groups.items()]
        self.fields["commune"].queryset = Commune.objects.members()
        self.fields["commune"].empty_label = "Tout le territoire"
        bodies = Organisation.objects.filter(is_active=True).exclude(kind="association")
        self.fields["organisation"].queryset = bodies.order_by("-is_operator", "kind", "name")
        self.fields["organisation"].empty_label = "La commune où se trouve le problème"
        self.fields["team"].queryset = Team.objects.filter(is_active=True).select_related("organisation")
        self.fields["team"].empty_label = "Toute l’organisation"
        self.fields["team"].label_from_instance = lambda team: f"{team} ({team.organisation})"
        if self.instance.asset_id:
            self.initial["tag"] = self.instance.asset.tag
        self.order_fields(["category", "commune", "street", "road_class", "tag", "area_name", "area"])
        if self.instance.ring:
            ring = [list(pair) for pair in self.instance.ring]
            self.initial["area"] = json.dumps({"type": "Polygon", "coordinates": [[*ring, ring[0]]]})

    def clean_area(self):
        text = self.cleaned_data["area"].strip()
        if not text:
            return None
        try:
            found = json.loads(text)
            while found.get("type") in ("FeatureCollection", "Feature"):
                found = found["features"][0] if found["type"] == "FeatureCollection" else found["geometry"]
            ring = [(float(x), float(y)) for x, y, *_z in found["coordinates"][0]]
        except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
            raise ValidationError("Ce n’est pas un polygone GeoJSON.") from error
        if len(ring) < 4 or not all(abs(x) <= 180 and abs(y) <= 90 for x, y in ring):
            raise ValidationError("Le contour demande au moins trois points, en longitude et latitude.")
        return ring[:-1] if ring[0] == ring[-1] else ring

    def clean_tag(self):
        text = self.cleaned_data["tag"].strip()
        if not text:
            return None
        found = list(Asset.objects.labelled(text)[:2])
        if not found:
            raise ValidationError("Aucun équipement ne porte cette étiquette ni ce numéro.")
        if len(found) > 1:
            raise ValidationError("Plusieurs équipements portent ce numéro\u202f: donnez l’étiquette.")
        return found[0]

    def _post_clean(self):
        self.instance.asset = self.cleaned_data.get("tag")
        self.instance.ring = self.cleaned_data.get("area")
        self.instance.street = self.cleaned_data.get("street", "")
        self.instance.prepare()
        super()._post_clean()


class RoadsForm(forms.Form):
    """The roads of the territory, as a GeoJSON file."""

    file = forms.FileField(
        label="Fichier GeoJSON",
        help_text="Des lignes en longitude et latitude, avec leur numéro ou leur classe\u202f: par exemple les "
        "tronçons de route de la BD TOPO. Il remplace les voies déjà importées. 30 Mo au plus.",
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,application/geo+json"}),
    )
    MOST = 30 << 20

    def clean_file(self):
        sent = self.cleaned_data["file"]
        if sent.size > self.MOST:
            raise ValidationError("Ce fichier dépasse 30 Mo\u202f: ne gardez que les voies du territoire.")
        try:
            self.roads, self.left = read_roads(json.loads(sent.read().decode("utf-8-sig")))
        except (ValueError, UnicodeDecodeError) as error:
            raise ValidationError("Ce n’est pas un fichier GeoJSON de voies.") from error
        if not self.roads:
            raise ValidationError("Aucune voie n’a été lue\u202f: il faut des lignes, avec un numéro ou une classe.")
        return sent


class TryForm(forms.Form):
    """« Qui serait compétent ? »: a category and a place, to try the rules."""

    categorie = forms.ChoiceField(label="Catégorie")
    ou = forms.ModelChoiceField(
        label="Commune", queryset=Commune.objects.none(), to_field_name="slug", empty_label="Choisir"
    )
    adresse = forms.CharField(label="Adresse", required=False, max_length=200)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.categories = {one.code: one for one in Category.objects.offered()}
        self.fields["categorie"].choices = [
            ("", "Choisir"),
            *((one.code, str(one)) for one in self.categories.values()),
        ]
        self.fields["ou"].queryset = Commune.objects.members()

    def clean_categorie(self) -> Category:
        return self.categories[self.cleaned_data["categorie"]]


class ModerationForm(forms.Form):
    text_at_once = forms.BooleanField(label="Montrer les textes sans attendre qu’un agent les relise", required=False)
    photos_at_once = forms.BooleanField(
        label="Montrer les photos sans attendre qu’un agent les regarde", required=False
    )


class KeyForm(forms.Form):
    """A key for another tool."""

    organisation = forms.ModelChoiceField(
        label="Organisation",
        queryset=Organisation.objects.none(),
        empty_label="Choisir",
        help_text="Celle dont l’outil traite les signalements.",
    )
    label = forms.CharField(label="Application", max_length=80)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        bodies = Organisation.objects.filter(is_active=True).exclude(kind="association")
        self.fields["organisation"].queryset = bodies.order_by("-is_operator", "kind", "name")
