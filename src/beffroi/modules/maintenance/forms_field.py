"""What an agent fills in outside: plain fields, that the device keeps when there is no network (`data-offline`)."""

import json
import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Value
from django.urls import reverse

from beffroi.kernel.ui.formats import nb
from beffroi.modules.maintenance.models import Meter, Note, Order, Part, Store
from beffroi.shared.files.forms import UploadsField, UploadsInput
from beffroi.shared.organisations.models import Commune

PHOTOS = 5
UNSIGNED = "Écrivez le nom de la personne qui signe."
NUMBER = {
    "inputmode": "decimal",
    "pattern": r"(?=.*\d)\s*[\-+]?[\d\s]*[.,]?[\d\s]*",
    "data-pattern-words": "Un nombre est attendu, comme 12,5.",
}


class PlainPhotos(UploadsInput):
    """A chooser of photos that the device can keep; what was received with a refused form is not asked again."""

    template_name = "maintenance/plain_photos.html"


class PhotosField(UploadsField):
    """Photos that leave with their form, and not before it."""

    widget = PlainPhotos

    def __init__(self, **kwargs):
        super().__init__(kind="photo", **{"most": PHOTOS, "required": False} | kwargs)


class Replayed(forms.Form):
    """A gesture that the device may send later, or twice: `client_uuid` makes one of it. `lacks` = what it cannot do
    without, beside what each field says of itself (see kernel/ui/assets/js/needs.js)."""

    own_data = False
    lacks: tuple[dict, ...] = ()
    client_uuid = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["client_uuid"].initial = uuid.uuid4

    @property
    def needs(self) -> str:
        """The same, for the device that says at once what would be refused later; empty when nothing."""
        return json.dumps(self.lacks, ensure_ascii=False) if self.lacks else ""

    def acted_by(self, actor):
        """The photos received belong to `actor` until they are attached."""
        for field in self.fields.values():
            if isinstance(field, UploadsField):
                field.actor = actor
        return self


class NoteForm(Replayed):
    """A remark, photos."""

    lacks = ({"fields": ["text", "photos"], "words": "Dites-le en quelques mots, ou par une photo."},)
    kind = forms.ChoiceField(
        label="Quand",
        required=False,
        widget=forms.RadioSelect,
        initial=Note.Kind.BEFORE,
        choices=[(Note.Kind.BEFORE, "Avant le travail"), (Note.Kind.NOTE, "Pendant ou après")],
    )
    photos = PhotosField(label="Photos")
    text = forms.CharField(label="Remarque", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class ProblemForm(Replayed):
    """What keeps the work from being done."""

    text = forms.CharField(
        label="Ce qui empêche de travailler", max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    photos = PhotosField(label="Photos")


class ClosingForm(Replayed):
    """The end of a work: what was done, by whom it is signed, photos. `seen` = the last line of the journal when the
    page was shown; `checks` = its list, whose compulsory lines must be answered first."""

    text = forms.CharField(
        label="Ce qui a été fait",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Les personnes qui ont signalé le problème le liront.",
    )
    photos = PhotosField(label="Photos après le travail")
    signatory = forms.CharField(
        label="Signé par",
        max_length=120,
        required=False,
        help_text="La personne qui reçoit le travail, s’il y en a une.",
    )
    signature = PhotosField(label="Signature", most=1, help_text="Avec le doigt ou la souris, ou une photo.")
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args, order: Order, checks=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.lacks = (
            {"fields": ["signatory"], "words": UNSIGNED, "when": ["signature"]},
            *(self._lacking(order, check) for check in checks if check.required and check.current is None),
        )
        self.fields["seen"].initial = getattr(order, "seen", None)
        self.fields["signature"].widget.attrs["data-sign"] = ""
        self.fields["signatory"].required = order.needs_signature
        if getattr(order, "has_reports", False):
            self.fields[
                "photos"
            ].help_text = (
                "Relues, elles paraîtront sur la page publique du signalement. Évitez les visages et les plaques."
            )

    @staticmethod
    def _lacking(order: Order, check) -> dict:
        return {
            "fields": [f"c{check.pk}"],
            "at": reverse("maintenance:checks", args=[order.reference]),
            "words": f"Il reste à répondre à « {check} ».",
            "beside": "Il faut y répondre avant de terminer, et enregistrer.",
        }

    def clean(self):
        data = super().clean()
        if data.get("signature") and not data.get("signatory") and "signatory" not in self.errors:
            self.add_error("signatory", UNSIGNED)
        return data


class UsedPartForm(Replayed):
    """Parts taken for an order; parts and places are read at once."""

    part = forms.TypedChoiceField(label="Pièce", coerce=int)
    store = forms.TypedChoiceField(label="Prise dans", coerce=int)
    quantity = forms.DecimalField(label="Quantité", min_value=0, max_digits=8, decimal_places=2, initial=1)

    def __init__(self, *args, order: Order, **kwargs):
        super().__init__(*args, **kwargs)
        owned = {"organisation": order.organisation_id, "is_active": True}
        parts = Part.objects.filter(**owned).order_by().values_list(Value("part"), "pk", "name")
        stores = Store.objects.filter(**owned).order_by().values_list(Value("store"), "pk", "name")
        found = sorted(parts.union(stores, all=True), key=lambda row: row[2].casefold())
        self.fields["part"].choices = [("", "Choisir"), *((pk, name) for kind, pk, name in found if kind == "part")]
        self.fields["store"].choices = [(pk, name) for kind, pk, name in found if kind == "store"]

    @property
    def is_useful(self) -> bool:
        """Is there anything to take?"""
        return len(self.fields["part"].choices) > 1 and bool(self.fields["store"].choices)


class FieldReadingForm(Replayed):
    """What a meter says."""

    value = forms.DecimalField(
        label="Valeur lue", max_digits=14, decimal_places=2, localize=True, widget=forms.TextInput
    )

    def __init__(self, *args, meter: Meter, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["value"].label = f"Valeur lue, en {meter.unit}"
        self.fields["value"].widget.attrs |= NUMBER
        last = meter.readings.first() if meter.is_cumulative else None
        if last is not None:
            least = last.value.normalize()
            words = f"Le relevé précédent était de {nb(least)} {meter.unit}."
            self.fields["value"].widget.attrs |= {"data-least": f"{least:f}", "data-least-words": words}


class FieldOrderForm(Replayed):
    """Something to do that an agent has seen."""

    title = forms.CharField(label="Ce qu’il y a à faire", max_length=160)
    description = forms.CharField(
        label="Précisions", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )
    urgent = forms.BooleanField(label="C’est urgent", required=False)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)
    commune = forms.ChoiceField(label="Commune", required=False, help_text="Inutile si le lieu est sur la carte.")
    address = forms.CharField(label="Adresse ou repère", required=False, max_length=250)
    asset_code = forms.CharField(
        label="Équipement", required=False, max_length=64, help_text="Numéro d’inventaire, ou code de l’étiquette."
    )
    photos = PhotosField(label="Photos")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        communes = Commune.objects.members().values_list("pk", "name")
        self.fields["commune"].choices = [("", "—"), *communes]
        self.fields["asset_code"].widget.attrs |= {"data-scan": "", "data-from-address": "equipement"}

    @property
    def place(self) -> tuple[float, float] | None:
        """(longitude, latitude), when both are given."""
        data = self.cleaned_data
        found = (data.get("longitude"), data.get("latitude"))
        return found if None not in found else None  # type: ignore[return-value]


class CheckAnswerForm(Replayed):
    """The answers to the checklist of an order, one field a line, each with its remark (`r<number>`); only what the
    agent has changed since the page was shown is kept (`vu<number>` = the answer that was shown), so that an old page
    undoes nobody's answer."""

    def __init__(self, *args, checks, **kwargs):
        super().__init__(*args, **kwargs)
        self.lines = list(checks)
        for check in self.lines:
            self.fields[f"c{check.pk}"] = self._field(check)
            self.fields[f"r{check.pk}"] = forms.CharField(
                label=f"Remarque : {check.label}", required=False, max_length=250, widget=forms.TextInput
            )
            shown = "" if check.current is None else str(check.current)
            if check.kind != check.Kind.PHOTO:
                self.fields[f"vu{check.pk}"] = forms.CharField(
                    required=False, initial=shown, widget=forms.HiddenInput, max_length=1000
                )

    @staticmethod
    def _field(check):
        label = f"{check.label} ({check.asset})" if check.asset_id else check.label
        common = {"label": label, "required": False, "initial": check.current}
        if check.kind == check.Kind.YESNO:
            choices = [("oui", "Oui"), ("non", "Non")]
            return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
        if check.kind == check.Kind.CHOICE:
            return forms.ChoiceField(choices=[("", "—"), *((c, c) for c in check.choices)], **common)
        if check.kind == check.Kind.PHOTO:
            return PhotosField(label=label, most=3)
        bounds = [
            f"{limit} {value.normalize():f}"
            for limit, value in (("au moins", check.minimum), ("au plus", check.maximum))
            if value is not None
        ]
        common["help_text"] = " ".join([", ".join(bounds), check.unit]).strip()
        attrs = NUMBER if check.kind == check.Kind.NUMBER else {}
        return forms.CharField(max_length=1000, widget=forms.TextInput(attrs=attrs), **common)

    @property
    def fields_of_lines(self):
        """(field to answer, what is said beside its label, field of its remark), in order."""
        return [
            (self[f"c{check.pk}"], "obligatoire" if check.required else "", self[f"r{check.pk}"])
            for check in self.lines
        ]

    def clean(self):
        data = super().clean()
        for check in self.lines:
            if check.kind == check.Kind.PHOTO:
                continue
            try:
                data[f"c{check.pk}"] = check.clean_answer(data.get(f"c{check.pk}"))
            except ValidationError as error:
                self.add_error(f"c{check.pk}", error)
        return data

    def changed(self):
        """(line, value, remark, photos) of what is answered otherwise than it was shown, or remarked. A remark alone
        has no value: it repeats no answer that somebody may have changed since."""
        for check in self.lines:
            value = self.cleaned_data.get(f"c{check.pk}")
            remark = self.cleaned_data.get(f"r{check.pk}", "").strip()
            given = bool(value) or value == 0
            photos = value if check.kind == check.Kind.PHOTO and given else []
            new = given and check.kind != check.Kind.PHOTO and value != self._shown(check)
            if new or photos or remark:
                yield check, value if new else None, remark, photos

    def _shown(self, check):
        try:
            return check.clean_answer(self.cleaned_data.get(f"vu{check.pk}"))
        except ValidationError:
            return None
