"""A report written without network: one page, sent later by the device."""

import json
import uuid

from django import forms

from beffroi.modules.reports.forms.desk import CategoryField
from beffroi.modules.reports.forms.filing import PlaceForm, Trap, question_field
from beffroi.modules.reports.models import Category
from beffroi.shared.assets.models import Asset
from beffroi.shared.assets.positions import place_of

NO_CATEGORY = "Choisissez le problème."
NO_PLACE = "Dites où se trouve le problème\u202f: sur la carte, ou par une rue, un lieu-dit, un repère."
UNANSWERED = "Répondez à cette question."


class OfflineForm(PlaceForm, Trap):
    """Everything on one page; `client_uuid` is the number that the device gave to the draft.

    The questions of every category are on the page, which was kept before the category was known (`q12_taille`); those
    of the chosen one count. `equipement` = the label that was read, whose place and category serve where none is given.
    """

    category = CategoryField(label="Le problème", required=False)
    description = forms.CharField(
        label="Que se passe-t-il\u202f?", required=False, max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    is_private = forms.BooleanField(
        label="Ne pas montrer ce signalement sur le site\u202f: seuls les services le verront", required=False
    )
    contact_name = forms.CharField(
        label="Votre nom", required=False, max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    contact_email = forms.EmailField(
        label="Votre courriel",
        required=False,
        help_text="Pour être prévenu à chaque étape.",
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    contact_phone = forms.CharField(
        label="Votre téléphone",
        required=False,
        max_length=20,
        help_text="Pour que le service vous demande une précision.",
        widget=forms.TextInput(attrs={"autocomplete": "tel", "inputmode": "tel"}),
    )
    equipement = forms.CharField(
        required=False, max_length=12, widget=forms.HiddenInput(attrs={"data-from-address": "equipement"})
    )
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)
    made_at = forms.DateTimeField(required=False, widget=forms.HiddenInput)
    asset: Asset | None = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client_uuid"].initial = uuid.uuid4
        categories = list(Category.objects.offered())
        self._choose_among(categories)
        self.asked = {one.pk: one for one in categories if one.specs}
        for category in self.asked.values():
            for spec in category.specs:
                field = question_field(spec)
                field.required = False
                self.fields[f"q{category.pk}_{spec.name}"] = field
        address = self.fields["address"].widget.attrs
        address.pop("data-suggest")
        address.pop("data-suggest-map")

    def _choose_among(self, categories: list[Category]) -> None:
        groups: dict[str, list] = {}
        for one in categories:
            groups.setdefault(one.parent.label, []).append((one.pk, one.label))
        self.fields["category"].choices = [("", "Choisir"), *groups.items()]
        codes = json.dumps({one.code: one.pk for one in categories})
        self.fields["category"].widget.attrs |= {"data-from-address": "categorie", "data-values": codes}

    @property
    def needs(self) -> str:
        """What the device says at once where it would be refused later (see kernel/ui/assets/js/needs.js)."""
        lacks: list[dict] = [
            {"fields": ["category", "equipement"], "words": NO_CATEGORY},
            {"fields": ["latitude", "address", "equipement", "photos"], "words": NO_PLACE},
        ]
        for category in self.asked.values():
            when = ["category", str(category.pk)]
            for spec in category.specs:
                if spec.required:
                    words = f"Il reste à répondre à « {spec.label} »."
                    lacks.append(
                        {"fields": [f"q{category.pk}_{spec.name}"], "words": words, "beside": UNANSWERED, "when": when}
                    )
        return json.dumps(lacks, ensure_ascii=False)

    @property
    def question_sets(self) -> list[tuple[Category, list]]:
        """The questions of each category that has some."""
        return [
            (category, [self[f"q{category.pk}_{spec.name}"] for spec in category.specs])
            for category in self.asked.values()
        ]

    def clean_equipement(self) -> str:
        tag = self.cleaned_data["equipement"].strip().upper()
        self.asset = Asset.objects.public().select_related("kind", "parent").filter(tag=tag).first() if tag else None
        return tag

    def clean(self):
        data = self.cleaned_data
        if self.asset is not None:
            self._from_asset(data)
        category = data.get("category")
        if category is None and "category" not in self.errors:
            self.add_error("category", NO_CATEGORY)
        for spec in category.specs if category else ():
            name = f"q{category.pk}_{spec.name}"
            if spec.required and data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, UNANSWERED)
        return super().clean()

    def _from_asset(self, data) -> None:
        """The category and the place of what the label is on, where nothing else was said."""
        code = self.asset.kind.report_category
        if data.get("category") is None and code:
            data["category"] = Category.objects.offered().filter(code=code).first()
        told = (data.get("latitude"), data.get("address"), data.get("choice"), data.get("commune"))
        place = place_of(self.asset)
        if place and not any(told):
            data["longitude"], data["latitude"] = place
            data["address"] = (self.asset.address or self.asset.name)[:200]

    @property
    def answers(self) -> dict[str, str]:
        """What was answered to the questions of the chosen category."""
        category = self.cleaned_data["category"]
        given = {spec.name: self.cleaned_data.get(f"q{category.pk}_{spec.name}") for spec in category.specs}
        return {name: str(value) for name, value in given.items() if value not in (None, "")}
