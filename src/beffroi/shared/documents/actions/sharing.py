"""Links for people outside: given, used, taken back."""

import datetime
import hashlib
import secrets

from django.contrib.auth.hashers import check_password, make_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access
from beffroi.shared.documents.actions.filing import add_document
from beffroi.shared.documents.models import Document, Folder, OutsideLink
from beffroi.shared.files.models import StoredFile
from beffroi.shared.organisations.models import Organisation

LONGEST = datetime.timedelta(days=366)
MOST_IN_BUNDLE = 100


class Exhausted(Exception):
    """The link is over: its date, its count, or taken back."""


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _make_link(
    *, actor, label: str, expires_at: datetime.datetime, password: str, message: str, **more
) -> tuple[OutsideLink, str]:
    if not timezone.now() < expires_at <= timezone.now() + LONGEST:
        raise ValidationError({"until": "La date doit être à venir, dans l’année."})
    token = secrets.token_urlsafe(24)
    link = OutsideLink(
        label=label.strip(),
        message=message.strip(),
        digest=_digest(token),
        expires_at=expires_at,
        created_by=actor,
        password=make_password(password) if password else "",
        **more,
    )
    link.full_clean(exclude=["digest", "password", "folder", "document"])
    link.save(force_insert=True)
    return link, token


@transaction.atomic
def give_link(
    thing: Folder | Document,
    *,
    actor,
    purpose: str,
    label: str,
    expires_at: datetime.datetime,
    password: str = "",
    most: int | None = None,
    message: str = "",
    wants_receipt: bool = False,
) -> tuple[OutsideLink, str]:
    """Give an address to somebody outside; returns it with its secret, which is kept nowhere. Records
    "documents.share". Whoever gives it must be able to write there."""
    if wants_receipt and purpose != OutsideLink.Purpose.SHARE:
        raise ValidationError({"wants_receipt": "Un dépôt n’a rien à lire."})
    access.require_write(actor, thing)
    place = {"folder": thing} if isinstance(thing, Folder) else {"document": thing}
    link, token = _make_link(
        actor=actor,
        purpose=purpose,
        label=label,
        expires_at=expires_at,
        password=password,
        most=most,
        message=message,
        wants_receipt=wants_receipt,
        **place,
    )
    journal.record("documents.share", thing, actor=actor, data={"purpose": str(purpose), "link": link.pk})
    return link, token


@transaction.atomic
def give_bundle(
    documents: list[Document],
    *,
    actor,
    label: str,
    expires_at: datetime.datetime,
    password: str = "",
    most: int | None = None,
    message: str = "",
    wants_receipt: bool = False,
) -> tuple[OutsideLink, str]:
    """The same for several documents at once, wherever they are; each may be changed by who gives it. Records
    "documents.share" on each."""
    if not 0 < len(documents) <= MOST_IN_BUNDLE:
        raise ValidationError(f"De un à {MOST_IN_BUNDLE} documents à la fois.")
    for document in documents:
        access.require_write(actor, document)
    link, token = _make_link(
        actor=actor,
        purpose=OutsideLink.Purpose.SHARE,
        label=label,
        expires_at=expires_at,
        password=password,
        most=most,
        message=message,
        is_bundle=True,
        wants_receipt=wants_receipt,
    )
    link.bundle.set(documents)
    for document in documents:
        journal.record("documents.share", document, actor=actor, data={"purpose": "share", "link": link.pk})
    return link, token


@transaction.atomic
def give_parcel(
    files: list[StoredFile], *, actor, body: Organisation, label: str, expires_at: datetime.datetime, message: str = ""
) -> tuple[OutsideLink, str]:
    """An address for the files of another part of the platform, which says who may send them: they are read once the
    person has said that they received them. Records "documents.parcel" on the link."""
    if not 0 < len(files) <= MOST_IN_BUNDLE:
        raise ValidationError(f"De un à {MOST_IN_BUNDLE} fichiers à la fois.")
    link, token = _make_link(
        actor=actor,
        purpose=OutsideLink.Purpose.SHARE,
        label=label,
        expires_at=expires_at,
        password="",
        most=None,
        message=message,
        is_parcel=True,
        body=body,
        wants_receipt=True,
    )
    link.files.set(files)
    journal.record("documents.parcel", link, actor=actor, data={"files": len(files)})
    return link, token


@transaction.atomic
def close_parcel(link: OutsideLink, *, actor) -> None:
    """The link opens nothing any more; the part that sent it says who may do that. Records "documents.unshare"."""
    if link.is_parcel and link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        journal.record("documents.unshare", link, actor=actor, data={"link": link.pk})


@transaction.atomic
def acknowledge(link: OutsideLink) -> OutsideLink:
    """The person outside says that they received it: the first time is kept. Records "documents.receipt". Raises
    Exhausted when the link is over."""
    held = OutsideLink.objects.select_for_update(of=("self",)).get(pk=link.pk)
    if not held.is_open:
        raise Exhausted
    if held.waits_for_receipt:
        held.read_at = timezone.now()
        held.save(update_fields=["read_at"])
        for thing in held.things or [held]:
            journal.record("documents.receipt", thing, actor=None, data={"link": held.pk})
    return held


@transaction.atomic
def revoke_link(link: OutsideLink, *, actor) -> None:
    """Take a link back: whoever may change what it is about, or gave it; not that of a parcel, which is closed where
    it was sent. Records "documents.unshare"."""
    things = link.things
    if link.is_parcel:
        raise PermissionDenied("documents.parcel")
    if link.created_by_id is None or actor is None or link.created_by_id != actor.pk:
        for thing in things:
            access.require_write(actor, thing)
    if link.revoked_at is None:
        link.revoked_at = timezone.now()
        link.save(update_fields=["revoked_at"])
        for thing in things:
            journal.record("documents.unshare", thing, actor=actor, data={"link": link.pk})


def find_link(token: str, purpose: str) -> OutsideLink | None:
    """The link that this secret opens, over or not; None when there is none."""
    found = OutsideLink.objects.filter(digest=_digest(token), purpose=purpose)
    return found.select_related("folder__space__organisation", "document__space__organisation", "body").first()


def right_password(link: OutsideLink, password: str) -> bool:
    """Does it open the link?"""
    return not link.password or check_password(password, link.password)


@transaction.atomic
def use_link(link: OutsideLink, *, times: int = 1, document: Document | None = None) -> None:
    """Count one opening, of `document` in a bundle (all of them when it is not said). Records "documents.outside".
    Raises Exhausted; two at once never pass the count."""
    now = timezone.now()
    open_now = OutsideLink.objects.filter(pk=link.pk, revoked_at=None, expires_at__gt=now)
    open_now = open_now.filter(Q(most__isnull=True) | Q(uses__lte=F("most") - times))
    if not open_now.update(uses=F("uses") + times):
        raise Exhausted
    things = [document] if document is not None and link.is_bundle else link.things or [link]
    for thing in things:
        journal.record("documents.outside", thing, actor=None, data={"link": link.pk, "purpose": link.purpose})


@transaction.atomic
def deposit(link: OutsideLink, files: list[StoredFile], *, sender: str) -> list[Document]:
    """File what somebody outside gives. Records "documents.outside" and "documents.add". Raises Exhausted."""
    use_link(link, times=len(files))
    folder = link.folder
    return [
        add_document(actor=None, space=folder.space, folder=folder, file=file, source="deposit", sender=sender)
        for file in files
    ]
