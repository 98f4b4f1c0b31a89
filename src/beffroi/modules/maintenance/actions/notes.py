"""Say something of an order: a remark, photos, a problem that stops the work."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.actions.orders import lock_order, move_order
from beffroi.modules.maintenance.models import Note, Order
from beffroi.modules.maintenance.workflow import OrderState
from beffroi.shared.files.actions import attach


@transaction.atomic
def add_note(
    order: Order,
    *,
    actor,
    text: str = "",
    kind: str = Note.Kind.NOTE,
    photos=(),
    author_label: str = "",
    made_at=None,
    client_uuid=None,
) -> tuple[Note, bool]:
    """Keep a remark and its photos; returns (note, created).

    A problem puts the order on hold; one told of an order that has ended meanwhile asks the dispatcher to look. Records
    "maintenance.note". Raises ValidationError when there is nothing to keep.
    """
    photos = list(photos)
    text = text.strip()
    if not text and (not photos or kind == Note.Kind.PROBLEM):
        raise ValidationError({"text": "Dites-le en quelques mots."})

    def create():
        note = Note(
            order=order,
            kind=kind,
            text=text,
            author=account_of(actor),
            author_label=author_label,
            made_at=made_at or timezone.now(),
            client_uuid=client_uuid,
        )
        note.full_clean(exclude=["client_uuid"])
        note.save(force_insert=True)
        attach(photos, note)
        journal.record("maintenance.note", order, actor=actor, data={"note": note.pk, "kind": note.kind})
        if kind == Note.Kind.PROBLEM:
            _stop_for(order, note, actor)
        return note

    return offline.once(Note, client_uuid, create)


def _stop_for(order: Order, note: Note, actor) -> None:
    lock_order(order)
    if order.is_finished:
        order.disputed_at = timezone.now()
        order.save(update_fields=["disputed_at"])
    elif order.state != OrderState.HELD:
        move_order(order, "hold", actor=actor, reason=note.text)
