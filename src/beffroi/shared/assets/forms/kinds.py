"""The settings: kinds and their typed fields."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import slugify

from beffroi.kernel.ui.icons import known_icons
from beffroi.shared.assets.fields import TYPES
from beffroi.shared.assets.models import AssetKind


class KindForm(forms.ModelForm):
    own_data = False

    class Meta:
        model = AssetKind
        fields = (
            "label",
            "group",
            "icon",
            "shape",
            "published",
            "report_category",
            "dataset",
            "open_code",
            "open_theme",
            "order",
            "is_active",
        )
        labels = {"is_active": "Proposé pour un nouvel équipement", "published": "Publié"}
        help_texts = {
            "group": "« Éclairage public », « Bâtiments »… : les types s’y rangent dans les listes.",
            "icon": "Nom d’une icône de lucide.dev, par exemple lightbulb.",
            "published": "Les équipements de ce type ont une page publique et paraissent sur la carte.",
            "report_category": "Code de la catégorie de signalement proposée à qui scanne l’étiquette.",
            "dataset": "Table nationale dans laquelle ils sont publiés.",
            "open_code": "Huit chiffres de la nomenclature des équipements collectifs publics ; 01010401 : mairie.",
        }

    def clean_icon(self):
        icon = self.cleaned_data["icon"].strip()
        if icon not in known_icons():
            raise ValidationError("Cette icône n’est pas dans l’interface : essayez box.")
        return icon

    def clean(self):
        data = super().clean()
        if data.get("dataset") and not data.get("published"):
            self.add_error("published", "Un type qui paraît dans une table nationale doit être publié.")
        if data.get("dataset") == AssetKind.Dataset.EQUIPMENT:
            for name in ("open_code", "open_theme"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "La table des équipements le demande.")
        return data

    def _post_clean(self):
        if not self.instance.code:
            self.instance.code = free_kind_code(self.cleaned_data.get("label", ""))
        super()._post_clean()


def free_kind_code(label: str) -> str:
    """A code that no kind has, made of the label."""
    base = slugify(label)[:34] or "type"
    taken = set(AssetKind.objects.filter(code__startswith=base).values_list("code", flat=True))
    return next(code for n in range(len(taken) + 1) if (code := base if n == 0 else f"{base}-{n + 1}") not in taken)


class FieldForm(forms.Form):
    """One typed field. Its `name` is drawn once from its label, and stays: values are kept under it."""

    own_data = False
    name = forms.SlugField(required=False, widget=forms.HiddenInput)
    label = forms.CharField(label="Champ", required=False, max_length=80)
    type = forms.ChoiceField(label="Nature", choices=[("", "–"), *TYPES.items()], required=False)
    unit = forms.CharField(label="Unité", required=False, max_length=12)
    choices = forms.CharField(
        label="Choix", required=False, max_length=500, help_text="Séparés par des points-virgules."
    )
    minimum = forms.FloatField(label="Au moins", required=False, localize=True)
    maximum = forms.FloatField(label="Au plus", required=False, localize=True)
    required = forms.BooleanField(label="Obligatoire", required=False)

    def clean(self):
        data = super().clean()
        if data.get("type") == "choice" and len(self._choices(data)) < 2:
            self.add_error("choices", "Donnez au moins deux choix.")
        if data.get("label") and not data.get("type"):
            self.add_error("type", "Choisissez la nature du champ.")
        low, high = data.get("minimum"), data.get("maximum")
        if low is not None and high is not None and high < low:
            self.add_error("maximum", "Le plus grand ne peut pas être sous le plus petit.")
        return data

    @staticmethod
    def _choices(data) -> list[str]:
        return [part.strip() for part in data.get("choices", "").split(";") if part.strip()]

    def spec(self) -> dict | None:
        """As `FieldSpec` written in JSON; None for an empty line."""
        data = self.cleaned_data
        if not data.get("label"):
            return None
        name = data["name"] or slugify(data["label"]).replace("-", "_")[:40] or "champ"
        spec = {"name": name, "label": data["label"], "type": data["type"]}
        spec |= {"unit": data["unit"]} if data["unit"] else {}
        spec |= {"required": True} if data["required"] else {}
        if data["type"] in ("integer", "decimal"):
            spec |= {bound: data[bound] for bound in ("minimum", "maximum") if data[bound] is not None}
        return spec | ({"choices": self._choices(data)} if data["type"] == "choice" else {})


FieldSet = forms.formset_factory(FieldForm, extra=2, max_num=30)


def fields_of(kind: AssetKind) -> list[dict]:
    """The fields of a kind, as the formset shows them."""
    return [
        {
            "name": spec.name,
            "label": spec.label,
            "type": spec.type,
            "unit": spec.unit,
            "choices": " ; ".join(spec.choices),
            "minimum": spec.minimum,
            "maximum": spec.maximum,
            "required": spec.required,
        }
        for spec in kind.specs
    ]
