"""A form field for several photos or documents.

    photos = UploadsField(label="Photos", kind="photo", most=5, required=False)

`cleaned_data["photos"]` is a list of `StoredFile` that wait: give them to `files.actions.attach(files, target)`.
Each file is kept as soon as it is valid, so that nothing is lost when another field is wrong. With JavaScript each is
sent on its own with its progress; without, they come with the form. A photo's `.position` is where it was taken.
"""

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile

from beffroi.shared.files import access, tokens
from beffroi.shared.files.actions import IMAGES_ONLY, MAX_SIZE, SIGNED, store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.files.refusals import Refused, sentence

ACCEPT_PHOTOS = "image/*,.heic,.heif"
ACCEPT_SIGNED = ",.xml,.p7s"
ACCEPT_ALL = f"{ACCEPT_PHOTOS},.pdf,.odt,.ods,.odp,.docx,.xlsx,.pptx,.txt,.csv"


class UploadsInput(forms.Widget):
    """The list of what was received, each with a box to keep it, then the chooser of new files."""

    template_name = "files/uploads.html"
    needs_multipart_form = True
    kept: list[StoredFile] | None = None
    kind = "attachment"
    most = 5

    def value_from_datadict(self, data, files, name):
        sent = files.getlist(name) if hasattr(files, "getlist") else files.get(name) or []
        kept = data.getlist(f"{name}_kept") if hasattr(data, "getlist") else data.get(f"{name}_kept") or []
        return kept, sent

    def value_omitted_from_data(self, data, files, name):
        return name not in files and f"{name}_kept" not in data

    def use_required_attribute(self, initial):
        return False

    def format_value(self, value):
        return None

    def get_context(self, name, value, attrs):
        context = super().get_context(name, None, attrs)
        kept = self.kept
        if kept is None:
            kept = tokens.take(value[0]) if value else []
        context["files"] = [
            {
                "file": file,
                "token": tokens.give(file),
                "url": access.url_for(file),
                "thumbnail": access.thumbnail_url_for(file, "petite") if file.blob.is_image else "",
            }
            for file in kept
        ]
        photos = self.kind in IMAGES_ONLY
        context |= {"kind": self.kind, "most": self.most, "max_size": MAX_SIZE, "photos": photos}
        accepted = ACCEPT_PHOTOS if photos else ACCEPT_ALL + (ACCEPT_SIGNED if self.kind == SIGNED else "")
        context["widget"]["attrs"] |= {"multiple": self.most > 1, "accept": accepted}
        return context


class UploadsField(forms.Field):
    """Files sent with a form, or before it; `most` of them. The form sets `actor` when someone is signed in."""

    widget = UploadsInput
    default_error_messages = {"required": "Ajoutez au moins un fichier."}

    def __init__(self, *, kind: str = "attachment", most: int = 5, **kwargs):
        super().__init__(**kwargs)
        self.kind, self.most, self.actor = kind, most, None
        self.widget.kind, self.widget.most = kind, most
        if not self.help_text:
            noun = "photo" if kind in IMAGES_ONLY else "fichier"
            count = f"{most} {noun}s au plus" if most > 1 else f"1 {noun}"
            self.help_text = f"{count}, {MAX_SIZE >> 20} Mo chacun{'e' if noun == 'photo' else ''}."

    def clean(self, value) -> list[StoredFile]:
        sent_tokens, sent = value
        kept, errors = tokens.take(sent_tokens), []
        for uploaded in sent:
            if len(kept) >= self.most:
                errors.append(self._too_many(uploaded))
                continue
            try:
                kept.append(store_upload(uploaded, actor=self.actor, kind=self.kind))
            except Refused as refusal:
                errors.append(sentence(uploaded.name, refusal))
        self.widget.kept = kept = kept[: self.most]
        if len(set(sent_tokens)) > len(tokens.take(sent_tokens)):
            errors.append("Un fichier envoyé il y a plus d’une journée n’est plus là : choisissez-le de nouveau.")
        if errors:
            raise ValidationError(errors)
        if self.required and not kept:
            raise ValidationError(self.error_messages["required"], code="required")
        return kept

    def has_changed(self, initial, data):
        return bool(data and any(data))

    def _too_many(self, uploaded: UploadedFile) -> str:
        plural = "s" if self.most > 1 else ""
        return f"« {uploaded.name} » n’a pas été gardé : {self.most} fichier{plural} au plus."


class PhotosField(UploadsField):
    """The same for photos only."""

    def __init__(self, **kwargs):
        super().__init__(kind="photo", **kwargs)
