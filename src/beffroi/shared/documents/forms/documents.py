"""Documents: sent, described, moved, held."""

from django import forms
from django.core.exceptions import ValidationError

from beffroi.kernel.ui.widgets import DateInput
from beffroi.shared.documents.forms.places import series_of
from beffroi.shared.documents.models import Document, DocumentType, Fence, Folder, Level, Space
from beffroi.shared.files.actions import DOCUMENT, MAX_DOCUMENT, store_upload
from beffroi.shared.files.refusals import Refused, sentence

MOST = 50
ACCEPT = ".pdf,.odt,.ods,.odp,.docx,.xlsx,.pptx,.txt,.csv,.eml,.tif,.tiff,image/*,.heic"


class SeveralInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class SeveralField(forms.FileField):
    """Several files: `cleaned_data` is the list of what the browser sent."""

    def __init__(self, **kwargs):
        attrs = {"multiple": True, "accept": ACCEPT, "data-upload": "", "data-max": MAX_DOCUMENT}
        super().__init__(widget=SeveralInput(attrs=attrs), **kwargs)

    def clean(self, data, initial=None):
        sent = data if isinstance(data, list | tuple) else [data] if data else []
        if not sent:
            raise ValidationError("Choisissez au moins un fichier.")
        if len(sent) > MOST:
            raise ValidationError(f"{MOST} fichiers à la fois au plus.")
        return sent


class FilesForm(forms.Form):
    """Files to put in a place, without script."""

    files = SeveralField(
        label="Fichiers",
        help_text=f"{MOST} fichiers au plus, {MAX_DOCUMENT >> 20} Mo chacun : PDF, bureautique, images, courriels.",
    )


class VersionForm(forms.Form):
    """A new version of a document."""

    file = forms.FileField(
        label="Fichier", widget=forms.FileInput(attrs={"accept": ACCEPT, "data-upload": "", "data-max": MAX_DOCUMENT})
    )
    comment = forms.CharField(label="Ce qui change", max_length=300, required=False)

    def __init__(self, *args, actor, **kwargs):
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_file(self):
        sent = self.cleaned_data["file"]
        try:
            return store_upload(sent, actor=self.actor, kind=DOCUMENT)
        except Refused as refusal:
            raise ValidationError(sentence(sent.name, refusal)) from None


class TypedFieldsMixin:
    """One form field for each field of the type of a document, named « v_… »."""

    TYPES = {
        "text": lambda **more: forms.CharField(max_length=300, **more),
        "number": lambda **more: forms.DecimalField(max_digits=14, decimal_places=2, localize=True, **more),
        "date": lambda **more: forms.DateField(widget=DateInput, **more),
        "boolean": lambda **more: forms.BooleanField(**(more | {"required": False})),
    }

    def add_typed(self, kind: DocumentType, values: dict) -> None:
        for spec in kind.fields:
            more = {"label": spec["label"], "required": bool(spec.get("required")), "initial": values.get(spec["name"])}
            if spec["type"] == "choice":
                choices = [("", "–"), *((one, one) for one in spec.get("choices", []))]
                self.fields[f"v_{spec['name']}"] = forms.ChoiceField(choices=choices, **more)
            else:
                self.fields[f"v_{spec['name']}"] = self.TYPES[spec["type"]](**more)

    def typed_values(self) -> dict:
        """What was typed, ready for JSON; what is empty is left out."""
        found = {}
        for name, value in self.cleaned_data.items():
            if name.startswith("v_") and value not in (None, "", False):
                plain = value if isinstance(value, str | bool) else str(value)
                found[name[2:]] = plain
        return found


class DescriptionForm(TypedFieldsMixin, forms.ModelForm):
    """What a document is: name, type and its fields, date, sender, tags, series."""

    own_data = False
    tags_text = forms.CharField(
        label="Étiquettes",
        required=False,
        max_length=400,
        help_text="Séparées par des virgules ; une barre en met une dans l’autre : marché/2026, urgent.",
    )

    class Meta:
        model = Document
        fields = ["name", "kind", "dated_on", "sender", "series", "event_on"]
        widgets = {"dated_on": DateInput, "event_on": DateInput}
        help_texts = {
            "event_on": "Pour les séries dont la durée court d’un événement : départ de l’agent, fin du bail…"
        }

    field_order = ("name", "kind", "dated_on", "sender", "tags_text", "series", "event_on")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        document = self.instance
        body = document.space.organisation_id
        kinds = DocumentType.objects.filter(organisation=body, is_active=True)
        self.fields["kind"].queryset = kinds | DocumentType.objects.filter(pk=document.kind_id)
        self.fields["kind"].empty_label = "Aucun"
        series = self.fields["series"]
        series.queryset = series_of(body, but=document.series_id)
        series.empty_label = "Celle de son dossier"
        self.initial["tags_text"] = ", ".join(document.tags.values_list("name", flat=True))
        if document.kind_id:
            self.add_typed(document.kind, document.values)

    def clean_tags_text(self) -> list[str]:
        names = [" ".join(name.split())[:40] for name in self.cleaned_data["tags_text"].split(",")]
        return list(dict.fromkeys(name for name in names if name))[:20]

    def clean(self):
        data = super().clean()
        self.instance.values = (
            self.typed_values() if self.instance.kind_id == getattr(data.get("kind"), "pk", None) else {}
        )
        return data


class PlaceField(forms.ChoiceField):
    """A place where the person may file: « e12 » a space, « d45 » a folder."""

    def __init__(self, **kwargs):
        super().__init__(label="Destination", **kwargs)

    def offer(self, user, organisation_id: int, *, without: Folder | None = None) -> None:
        """The spaces and the open folders of a body where `user` may write."""
        writable = Folder.objects.alive().reachable_by(user, Level.WRITE).filter(state="open")
        folders = writable.filter(space__organisation=organisation_id, space__is_active=True).select_related("space")
        if without is not None:
            folders = folders.exclude(path__contains=[without.pk])
        names = {}
        tree: dict[int, list[tuple[list, Folder]]] = {}
        for folder in folders.order_by("name")[:2000]:
            names[folder.pk] = folder.name
            tree.setdefault(folder.space_id, []).append((folder.path, folder))
        roots = writable_spaces(user, organisation_id)
        self.spaces = {
            space.pk: space
            for space in Space.objects.filter(organisation=organisation_id, is_active=True).order_by("name")
            if space.pk in tree or space.pk in roots
        }
        self.folders = {folder.pk: folder for lines in tree.values() for _path, folder in lines}
        choices = []
        for space in self.spaces.values():
            lines = [
                (f"d{folder.pk}", " / ".join(names.get(pk, "…") for pk in path))
                for path, folder in tree.get(space.pk, [])
            ]
            root = [(f"e{space.pk}", f"{space.name} (racine)")] if space.pk in roots else []
            choices.append((space.name, [*root, *sorted(lines, key=_label)]))
        self.choices = [("", "Choisissez un dossier"), *choices]

    def place(self, value: str) -> tuple[Space, Folder | None]:
        """The space and the folder chosen."""
        number = int(value[1:])
        if value[0] == "d":
            return self.folders[number].space, self.folders[number]
        return self.spaces[number], None


def _label(line: tuple[str, str]) -> str:
    return line[1].lower()


def writable_spaces(user, organisation_id: int) -> set[int]:
    """The spaces of a body at the root of which `user` may write."""
    open_ones = Fence.objects.open_to(user, Level.WRITE).filter(
        space__organisation=organisation_id, folder__isnull=True, document__isnull=True
    )
    return set(open_ones.values_list("space_id", flat=True))


class MoveForm(forms.Form):
    """Where to put a folder or documents."""

    place = PlaceField()

    def __init__(self, *args, user, organisation_id, without=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["place"].offer(user, organisation_id, without=without)

    def chosen(self) -> tuple[Space, Folder | None]:
        return self.fields["place"].place(self.cleaned_data["place"])


class HoldForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi : contentieux, contrôle, enquête…"},
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Motif",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Dites pourquoi."},
    )
