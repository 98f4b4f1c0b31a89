"""Documents written from a template."""

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from beffroi.shared.documents import templating
from beffroi.shared.documents.actions.bonds import link_documents
from beffroi.shared.documents.actions.filing import add_document
from beffroi.shared.documents.models import Document, Folder, Space
from beffroi.shared.files import storage
from beffroi.shared.files.actions import DOCUMENT, store_upload


def content_of(document: Document) -> bytes:
    """The bytes of the current version. Raises FileNotFoundError when they are gone."""
    with storage.contents().open(storage.address(document.current.sha256)) as kept:
        return kept.read()


@transaction.atomic
def fill_template(
    template: Document,
    values: dict[str, str],
    *,
    actor,
    space: Space,
    folder: Folder | None,
    name: str,
    as_pdf: bool = False,
) -> Document:
    """Write a document from a template, tied to it. Records "documents.add". Raises ValidationError when the template
    is not one, or cannot be filled."""
    mime = template.current.mime
    if mime not in (templating.DOCX, templating.ODT):
        raise ValidationError("Un modèle est un document DOCX ou ODT.")
    try:
        filled = templating.fill(mime, content_of(template), values)
        content = templating.as_pdf(name, mime, filled) if as_pdf else filled
    except templating.BadTemplate as fault:
        raise ValidationError(str(fault)) from None
    ending = "pdf" if as_pdf else template.name.rpartition(".")[2]
    file = store_upload(SimpleUploadedFile(f"{name[:110]}.{ending}", content), actor=actor, kind=DOCUMENT)
    document = add_document(actor=actor, space=space, folder=folder, file=file, name=name, source="template")
    link_documents(document, template, actor=actor, kind="related")
    return document
