"""Give a contractor its link, take it back, and keep what it says of its orders."""

from datetime import timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.actions.orders import lock_order
from beffroi.modules.maintenance.models import ContractorAccess, Note, Order
from beffroi.modules.maintenance.models.contractors import draw_nonce
from beffroi.shared.files.actions import attach
from beffroi.shared.organisations.actions import put_body

DAYS = 90
LONGEST = 366
CONTRACTOR = (Note.Kind.ACCEPT, Note.Kind.REFUSE, Note.Kind.NOTE, Note.Kind.DONE, Note.Kind.QUOTE)
# What a dispatcher must look at; a remark or photos only tell.
TO_CHECK = (Note.Kind.REFUSE, Note.Kind.DONE, Note.Kind.QUOTE)


@transaction.atomic
def give_access(*, actor, organisation, email: str, contractor=None, name: str = "", days: int = DAYS):
    """Make a link for a contractor, known or named for the first time, and send it to its address.

    Records "maintenance.access". Raises ValidationError.
    """
    if contractor is None:
        if not name.strip():
            raise ValidationError({"contractor": "Choisissez une entreprise, ou écrivez son nom."})
        contractor = put_body(actor=actor, kind="company", name=name.strip()[:160])
    if not 1 <= days <= LONGEST:
        raise ValidationError({"days": f"De 1 à {LONGEST} jours."})
    access = ContractorAccess(
        organisation=organisation,
        contractor=contractor,
        email=email,
        expires_at=timezone.now() + timedelta(days=days),
        created_by=account_of(actor),
    )
    access.full_clean()
    access.save(force_insert=True)
    journal.record("maintenance.access", access, actor=actor)
    return access


@transaction.atomic
def renew_access(access: ContractorAccess, *, actor, days: int = DAYS) -> ContractorAccess:
    """A new link in place of the old one, which opens nothing any more. Records "maintenance.access"."""
    access.nonce, access.revoked_at = draw_nonce(), None
    access.expires_at = timezone.now() + timedelta(days=days)
    access.save(update_fields=["nonce", "revoked_at", "expires_at"])
    journal.record("maintenance.access", access, actor=actor)
    return access


@transaction.atomic
def revoke_access(access: ContractorAccess, *, actor) -> ContractorAccess:
    """The link opens nothing any more, at once. Records "maintenance.access_revoke"."""
    if access.revoked_at is None:
        access.revoked_at = timezone.now()
        access.save(update_fields=["revoked_at"])
        journal.record("maintenance.access_revoke", access, actor=actor)
    return access


@transaction.atomic
def answer_as_contractor(
    access: ContractorAccess, order: Order, *, kind: str, text: str = "", amount=None, photos=(), client_uuid=None
) -> tuple[Note, bool]:
    """Keep what a contractor says of one of its orders; returns (note, created).

    A refusal, a work said done and a cost proposed ask the dispatcher to look; the order itself is moved by the body
    alone. Records "maintenance.contractor". Raises ValidationError.
    """
    kind, text, photos = Note.Kind(kind), text.strip(), list(photos)
    if kind not in CONTRACTOR:
        raise ValidationError("Ce geste n’est pas ouvert aux entreprises.")
    if kind == Note.Kind.QUOTE and (amount is None or Decimal(amount) <= 0):
        raise ValidationError({"amount": "Écrivez le montant proposé, plus grand que zéro."})
    if not text and kind in (Note.Kind.REFUSE, Note.Kind.DONE):
        raise ValidationError({"text": "Dites-le en quelques mots."})
    if not text and not photos and kind == Note.Kind.NOTE:
        raise ValidationError({"text": "Dites-le en quelques mots, ou joignez une photo."})

    def create():
        lock_order(order)
        if order.is_finished:
            raise ValidationError(f"Ce travail est « {order.get_state_display().lower()} » : il ne reçoit plus rien.")
        note = Note(
            order=order,
            kind=kind,
            text=text,
            amount=amount,
            author_label=str(access.contractor)[:120],
            made_at=timezone.now(),
            client_uuid=client_uuid,
        )
        note.full_clean(exclude=["client_uuid"])
        note.save(force_insert=True)
        attach(photos, note)
        if kind in TO_CHECK:
            order.disputed_at = timezone.now()
            order.save(update_fields=["disputed_at"])
        journal.record("maintenance.contractor", order, actor=None, data={"note": note.pk, "kind": kind})
        return note

    return offline.once(Note, client_uuid, create)


def note_visit(access: ContractorAccess) -> None:
    """The contractor opened the link: the team sees when. Not a fact of the journal."""
    ContractorAccess.objects.filter(pk=access.pk).update(seen_at=timezone.now())
