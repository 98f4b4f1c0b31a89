"""Every movement of the stock: the level moves with it, under a lock."""

from collections.abc import Iterable
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
    Purchase,
    PurchaseLine,
    Reservation,
    Store,
)
from beffroi.modules.maintenance.restock import missing, wanted
from beffroi.shared.cases.actions import next_reference


def _level(part: Part, store: Store) -> Level:
    """The level of a part in a place, locked until the transaction ends."""
    if part.organisation_id != store.organisation_id:
        raise ValidationError({"store": f"{store} n’appartient pas à la même organisation que {part}."})
    Level.objects.get_or_create(part=part, store=store)
    return Level.objects.select_for_update().get(part=part, store=store)


def _move(part: Part, store: Store, kind: str, quantity: Decimal, *, actor, **fields) -> Movement:
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


def _positive(quantity) -> Decimal:
    quantity = Decimal(quantity)
    if quantity <= 0:
        raise ValidationError({"quantity": "Une quantité plus grande que zéro."})
    return quantity


@transaction.atomic
def save_part(part: Part, *, actor) -> Part:
    """Add or change a part. Records "maintenance.part"."""
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
    quantity = _positive(quantity)

    def create():
        movement = _move(
            part, store, Movement.Kind.USE, -quantity, actor=actor, order=order, client_uuid=client_uuid,
            at=at or timezone.now(), made_at=at,
        )  # fmt: skip
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
    quantity = _positive(quantity)
    _level(movement.part, movement.store)
    taken = -sum(
        Movement.objects.filter(order=movement.order, part=movement.part, store=movement.store).values_list(
            "quantity", flat=True
        )
    )
    if quantity > taken:
        raise ValidationError({"quantity": f"{taken:n} au plus ont été pris pour cet ordre."})
    return _move(
        movement.part, movement.store, Movement.Kind.BACK, quantity, actor=actor, order=movement.order,
        price=movement.price,
    )  # fmt: skip


@transaction.atomic
def reserve_part(order: Order, part: Part, store: Store, quantity, *, actor) -> Reservation:
    """Set parts aside for an order. Raises ValidationError when there are not enough. Records
    "maintenance.reserve"."""
    quantity = _positive(quantity)
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
    quantity = _positive(quantity)
    if source.pk == target.pk:
        raise ValidationError({"target": "Choisissez un autre lieu."})
    # Always in the same order, so that two opposite transfers never wait for each other.
    for store in sorted((source, target), key=lambda one: one.pk):
        _level(part, store)
    level = _level(part, source)
    if quantity > level.available:
        raise ValidationError({"quantity": f"Il n’en reste que {max(level.available, Decimal(0)):n} de libre."})
    _move(part, source, Movement.Kind.TRANSFER, -quantity, actor=actor)
    _move(part, target, Movement.Kind.TRANSFER, quantity, actor=actor)


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
        return _move(
            part, store, Movement.Kind.COUNT, difference, actor=actor, comment=comment, client_uuid=client_uuid
        )

    if counted == _level(part, store).quantity:
        journal.record("maintenance.count", part, actor=actor, data={"counted": str(counted)})
        return None
    return offline.once(Movement, client_uuid, create)[0]


@transaction.atomic
def save_purchase(purchase: Purchase, lines: Iterable[dict], *, actor) -> Purchase:
    """Write or correct a purchase that is not sent yet; `lines` = part, quantity, price. Records
    "maintenance.purchase". Raises ValidationError."""
    if purchase.status != Purchase.State.DRAFT:
        raise ValidationError("Ce bon est déjà envoyé.")
    if purchase.pk is None:
        purchase.reference = next_reference("BC")
        purchase.created_by = account_of(actor)
    purchase.full_clean()
    purchase.save()
    purchase.lines.all().delete()
    made = [PurchaseLine(purchase=purchase, **line) for line in lines]
    if not made:
        raise ValidationError({"lines": "Ajoutez au moins une pièce."})
    for line in made:
        if line.part.organisation_id != purchase.organisation_id:
            raise ValidationError({"lines": f"{line.part} n’est pas une pièce de {purchase.organisation}."})
        line.full_clean()
        line.save()
    journal.record("maintenance.purchase", purchase, actor=actor, data={"lines": len(made)})
    return purchase


@transaction.atomic
def order_missing(organisation, *, actor) -> list[Purchase]:
    """Write one purchase, not sent yet, for each supplier of the parts that a body lacks. What is on a purchase is no
    longer missing: a second press writes nothing. Records "maintenance.purchase" on each."""
    locked = Part.objects.select_for_update().filter(organisation=organisation, is_active=True)
    keys = list(locked.order_by("pk").values_list("pk", flat=True))
    by_supplier: dict = {}
    for part in missing(Part.objects.filter(pk__in=keys)).select_related("supplier").order_by("name"):
        by_supplier.setdefault(part.supplier, []).append(part)
    made = []
    for supplier, parts in by_supplier.items():
        purchase = Purchase(organisation=organisation, supplier=str(supplier or "À choisir")[:120])
        lines = [{"part": part, "quantity": wanted(part), "price": part.price} for part in parts]
        made.append(save_purchase(purchase, lines, actor=actor))
    return made


@transaction.atomic
def send_purchase(purchase: Purchase, *, actor) -> Purchase:
    """The purchase is ordered from the supplier, who is told by e-mail where one is known. Records
    "maintenance.purchase_send"."""
    purchase.refresh_from_db(from_queryset=Purchase.objects.select_for_update(of=("self",)))
    if purchase.status == Purchase.State.DRAFT:
        purchase.status, purchase.ordered_at = Purchase.State.ORDERED, timezone.now()
        purchase.save(update_fields=["status", "ordered_at"])
        journal.record("maintenance.purchase_send", purchase, actor=actor)
    return purchase


@transaction.atomic
def cancel_purchase(purchase: Purchase, *, actor) -> Purchase:
    """Nothing more will come; what was received stays. Records "maintenance.purchase_cancel"."""
    purchase.refresh_from_db(from_queryset=Purchase.objects.select_for_update(of=("self",)))
    if purchase.status in (Purchase.State.DRAFT, Purchase.State.ORDERED):
        purchase.status = Purchase.State.CANCELLED
        purchase.save(update_fields=["status"])
        journal.record("maintenance.purchase_cancel", purchase, actor=actor)
    return purchase


@transaction.atomic
def receive_line(line: PurchaseLine, quantity, store: Store, *, actor, client_uuid=None) -> tuple[Movement, bool]:
    """Parts have come; returns (movement, created). The price of the part becomes that of the line; the purchase is
    received when nothing is missing. Raises ValidationError when nothing was ordered."""
    quantity = _positive(quantity)

    def create():
        purchase = Purchase.objects.select_for_update(of=("self",)).get(pk=line.purchase_id)
        if purchase.status not in (Purchase.State.ORDERED, Purchase.State.RECEIVED):
            raise ValidationError(f"Le bon {purchase} est « {purchase.get_status_display()} ».")
        line.refresh_from_db()
        line.received += quantity
        line.save(update_fields=["received"])
        part = line.part
        part.price = line.price
        part.save(update_fields=["price"])
        movement = _move(
            part, store, Movement.Kind.RECEIPT, quantity, actor=actor, line=line, price=line.price,
            client_uuid=client_uuid,
        )  # fmt: skip
        if all(one.missing == 0 for one in purchase.lines.all()):
            purchase.status = Purchase.State.RECEIVED
            purchase.save(update_fields=["status"])
        return movement

    return offline.once(Movement, client_uuid, create)
