"""Every movement of the stock: the level moves with it, under a lock."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.models import (
    Level,
    Movement,
    Order,
    Part,
    Reservation,
    Store,
)


def _level(part: Part, store: Store) -> Level:
    """The level of a part in a place, locked until the transaction ends."""
    if part.organisation_id != store.organisation_id:
        raise ValidationError({"store": f"{store} n’appartient pas à la même organisation que {part}."})
    Level.objects.get_or_create(part=part, store=store)
    return Level.objects.select_for_update().get(part=part, store=store)


def move_part(part: Part, store: Store, kind: str, quantity: Decimal, *, actor, **fields) -> Movement:
    level = _level(part, store)
    movement = Movement(
        part=part, store=store, kind=kind, quantity=quantity, author=account_of(actor), **{"price": part.price} | fields
    )
    movement.full_clean(exclude=["client_uuid"])
    movement.save(force_insert=True)
    level.quantity += quantity
    level.save(update_fields=["quantity"])
    journal.record("maintenance.stock", part, actor=actor, data={"kind": kind, "quantity": str(quantity)})
    return movement


def positive(quantity) -> Decimal:
    quantity = Decimal(quantity)
    if quantity <= 0:
        raise ValidationError({"quantity": "Une quantité plus grande que zéro."})
    return quantity


@transaction.atomic
def save_part(part: Part, *, actor) -> Part:
    """Add or change a part; a new one is not told as having fallen to its threshold. Records "maintenance.part"."""
    if part.pk is None:
        part.low_at = timezone.now()
    part.full_clean()
    part.save()
    journal.record("maintenance.part", part, actor=actor)
    return part


@transaction.atomic
def save_store(store: Store, *, actor) -> Store:
    """Add or change a place. Records "maintenance.store"."""
    store.full_clean()
    store.save()
    journal.record("maintenance.store", store, actor=actor)
    return store


@transaction.atomic
def use_part(
    order: Order, part: Part, store: Store, quantity, *, actor, at=None, client_uuid=None
) -> tuple[Movement, bool]:
    """Take parts for an order; returns (movement, created). What was set aside for it is used first. The level may
    become negative: the part was really used, the count was wrong."""
    quantity = positive(quantity)

    def create():
        movement = move_part(
            part,
            store,
            Movement.Kind.USE,
            -quantity,
            actor=actor,
            order=order,
            client_uuid=client_uuid,
            at=at or timezone.now(),
            made_at=at,
        )
        held = Reservation.objects.select_for_update().filter(order=order, part=part, store=store).first()
        if held is not None:
            _release(held, min(held.quantity, quantity))
        return movement

    return offline.once(Movement, client_uuid, create)


def _release(held: Reservation, quantity: Decimal) -> None:
    level = _level(held.part, held.store)
    level.reserved -= quantity
    level.save(update_fields=["reserved"])
    held.quantity -= quantity
    if held.quantity > 0:
        held.save(update_fields=["quantity"])
    else:
        held.delete()


@transaction.atomic
def give_back(movement: Movement, quantity, *, actor) -> Movement:
    """Put back parts taken for an order and not used. Never more than was taken."""
    quantity = positive(quantity)
    _level(movement.part, movement.store)
    taken = -sum(
        Movement.objects.filter(order=movement.order, part=movement.part, store=movement.store).values_list(
            "quantity", flat=True
        )
    )
    if quantity > taken:
        raise ValidationError({"quantity": f"{taken:n} au plus ont été pris pour cet ordre."})
    return move_part(
        movement.part,
        movement.store,
        Movement.Kind.BACK,
        quantity,
        actor=actor,
        order=movement.order,
        price=movement.price,
    )


@transaction.atomic
def reserve_part(order: Order, part: Part, store: Store, quantity, *, actor) -> Reservation:
    """Set parts aside for an order. Raises ValidationError when there are not enough. Records
    "maintenance.reserve"."""
    quantity = positive(quantity)
    level = _level(part, store)
    if quantity > level.available:
        raise ValidationError({"quantity": f"Il n’en reste que {max(level.available, Decimal(0)):n} de libre."})
    held, _created = Reservation.objects.get_or_create(
        order=order, part=part, store=store, defaults={"quantity": quantity}
    )
    if not _created:
        held.quantity += quantity
        held.save(update_fields=["quantity"])
    level.reserved += quantity
    level.save(update_fields=["reserved"])
    journal.record("maintenance.reserve", order, actor=actor, data={"part": part.pk, "quantity": str(quantity)})
    return held


@transaction.atomic
def release_parts(order: Order, *, actor) -> None:
    """What was set aside for an order that ends, or is cancelled, is free again. Records "maintenance.release"."""
    held = list(order.reservations.select_for_update(of=("self",)).select_related("part", "store").order_by("pk"))
    for one in held:
        _release(one, one.quantity)
    if held:
        journal.record("maintenance.release", order, actor=actor)


@transaction.atomic
def transfer_part(part: Part, source: Store, target: Store, quantity, *, actor) -> None:
    """Move parts from a place to another. Raises ValidationError when there are not enough."""
    quantity = positive(quantity)
    if source.pk == target.pk:
        raise ValidationError({"target": "Choisissez un autre lieu."})
    # Always in the same order, so that two opposite transfers never wait for each other.
    for store in sorted((source, target), key=lambda one: one.pk):
        _level(part, store)
    level = _level(part, source)
    if quantity > level.available:
        raise ValidationError({"quantity": f"Il n’en reste que {max(level.available, Decimal(0)):n} de libre."})
    move_part(part, source, Movement.Kind.TRANSFER, -quantity, actor=actor)
    move_part(part, target, Movement.Kind.TRANSFER, quantity, actor=actor)


@transaction.atomic
def count_part(part: Part, store: Store, counted, *, actor, comment: str = "", client_uuid=None):
    """Say how many there really are: the difference becomes a movement; returns it, or None when the count is right.

    Records "maintenance.stock", or "maintenance.count" when nothing moves.
    """
    counted = Decimal(counted)
    if counted < 0:
        raise ValidationError({"counted": "Zéro ou plus."})

    def create():
        level = _level(part, store)
        difference = counted - level.quantity
        return move_part(
            part, store, Movement.Kind.COUNT, difference, actor=actor, comment=comment, client_uuid=client_uuid
        )

    if counted == _level(part, store).quantity:
        journal.record("maintenance.count", part, actor=actor, data={"counted": str(counted)})
        return None
    return offline.once(Movement, client_uuid, create)[0]
