"""Keys, mailboxes and scan folders; what comes by them."""

import hashlib
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access
from beffroi.shared.documents.actions.bonds import link_documents
from beffroi.shared.documents.actions.filing import add_document
from beffroi.shared.documents.models import AccessKey, Document, Inlet, Link, Received
from beffroi.shared.files.models import StoredFile

MOST_KEYS = 10


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_key(*, actor, label: str) -> tuple[AccessKey, str]:
    """A key for an office suite or a program of the person; its secret is kept nowhere. Records "documents.key"."""
    if actor.document_keys.count() >= MOST_KEYS:
        raise ValidationError(f"{MOST_KEYS} clés au plus : retirez-en une.")
    secret = secrets.token_urlsafe(24)
    key = AccessKey(user=actor, label=label.strip(), digest=_digest(secret))
    key.full_clean(exclude=["digest"])
    key.save(force_insert=True)
    journal.record("documents.key", key, actor=actor)
    return key, secret


@transaction.atomic
def drop_key(key: AccessKey, *, actor) -> None:
    """Take a key back. Records "documents.key_dropped" on the account."""
    journal.record("documents.key_dropped", key.user, actor=actor)
    key.delete()


def holder_of(secret: str):
    """The active account that this key speaks for, or None; remembers the day."""
    key = AccessKey.objects.select_related("user").filter(digest=_digest(secret)).first()
    if key is None or not key.user.is_active:
        return None
    today = timezone.localdate()
    if key.used_on != today:
        AccessKey.objects.filter(pk=key.pk).update(used_on=today)
    return key.user


@transaction.atomic
def save_inlet(inlet: Inlet, *, actor) -> Inlet:
    """Add or change a mailbox or a scan folder. Records "documents.inlet"."""
    access.require_manage(actor, inlet.folder)
    if inlet.kind == Inlet.Kind.SCANS and (".." in inlet.path or inlet.path.startswith("/")):
        raise ValidationError({"path": "Donnez un dossier placé sous celui des numérisations."})
    inlet.full_clean(exclude=["created_by"])
    if inlet.pk is None:
        inlet.created_by = actor
    inlet.fault = ""
    inlet.save()
    journal.record("documents.inlet", inlet, actor=actor)
    return inlet


@transaction.atomic
def receive(
    inlet: Inlet, key: str, *, file: StoredFile | None, name: str, attachments: list[StoredFile] = (), fault: str = ""
) -> Document | None:
    """File what came by an inlet, its attachments tied to it; once for a key, whoever else reads the inlet. `fault` =
    why nothing was kept. Records "documents.add"."""
    arrival, created = Received.objects.get_or_create(inlet=inlet, key=key[:200], defaults={"fault": fault[:200]})
    if not created or file is None:
        return arrival.document
    folder = inlet.folder
    source = "mail" if inlet.kind == Inlet.Kind.MAILBOX else "scan"
    document = add_document(actor=None, space=folder.space, folder=folder, file=file, name=name, source=source)
    for one in attachments:
        annex = add_document(actor=None, space=folder.space, folder=folder, file=one, source=source)
        link_documents(annex, document, actor=None, kind=Link.Kind.ANNEX)
    arrival.document = document
    arrival.save(update_fields=["document"])
    return document


def note_reading(inlet: Inlet, fault: str = "") -> None:
    """Write when an inlet was read, and what was missing."""
    Inlet.objects.filter(pk=inlet.pk).update(read_at=timezone.now(), fault=fault[:200])
