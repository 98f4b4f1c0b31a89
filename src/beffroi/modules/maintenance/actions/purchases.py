"""Purchases of parts: written, sent, received; and the parts that fall to their threshold."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.modules.maintenance.actions.stock import move_part, positive
from beffroi.modules.maintenance.models import Movement, Part, Purchase, PurchaseLine, Store
from beffroi.modules.maintenance.restock import coming, missing, wanted
from beffroi.shared.cases.actions import next_reference


@transaction.atomic
def save_purchase(
    purchase: Purchase, lines: Iterable[dict], *, actor, client_uuid=None, again: bool = True
) -> Purchase:
    """Write or correct a purchase that is not sent yet; `lines` = part, quantity, price. Records
    "maintenance.purchase".

    `again=False` refuses, beside "again", a part that another purchase already brings: two people who write theirs at
    the same instant do not order it twice without knowing. A replay with the same `client_uuid` writes nothing. Raises
    ValidationError.
    """
    lines = list(lines)

    def write():
        # As it is now: the form may have been opened before somebody sent it.
        stored = Purchase.objects.select_for_update(of=("self",)).filter(pk=purchase.pk).first() or purchase
        if stored.status != Purchase.State.DRAFT:
            raise ValidationError("Ce bon est déjà envoyé.")
        # The second of two purchases waits here, then sees what the first one brings.
        keys = sorted(line["part"].pk for line in lines)
        list(Part.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk"))
        if not again:
            _check_already(purchase, keys)
        if purchase.pk is None:
            purchase.reference = next_reference("BC")
            purchase.created_by = account_of(actor)
            purchase.client_uuid = client_uuid
        if purchase.company_id:
            purchase.supplier = str(purchase.company)[:120]
        purchase.full_clean(exclude=["client_uuid"])
        purchase.save()
        _write_lines(purchase, lines)
        journal.record("maintenance.purchase", purchase, actor=actor, data={"lines": len(lines)})
        return purchase

    return write() if purchase.pk else offline.once(Purchase, client_uuid, write)[0]


def _check_already(purchase: Purchase, keys: list[int]) -> None:
    lines = coming(PurchaseLine.objects.filter(part__in=keys)).exclude(purchase=purchase.pk)
    found = [
        f"{line.part} est déjà sur {line.purchase} ({line.missing.normalize():f} à venir)"
        for line in lines.select_related("part", "purchase").order_by("part__name", "pk")
    ]
    if found:
        raise ValidationError({"again": f"{'; '.join(found)}. Cochez la case pour en commander encore."})


def _write_lines(purchase: Purchase, lines: list[dict]) -> None:
    purchase.lines.all().delete()
    if not lines:
        raise ValidationError({"lines": "Ajoutez au moins une pièce."})
    for given in lines:
        line = PurchaseLine(purchase=purchase, **given)
        if line.part.organisation_id != purchase.organisation_id:
            raise ValidationError({"lines": f"{line.part} n’est pas une pièce de {purchase.organisation}."})
        line.full_clean()
        line.save()


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
        purchase = Purchase(organisation=organisation, company=supplier, supplier="À choisir")
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
    quantity = positive(quantity)

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
        movement = move_part(
            part,
            store,
            Movement.Kind.RECEIPT,
            quantity,
            actor=actor,
            line=line,
            price=line.price,
            client_uuid=client_uuid,
        )
        if all(one.missing == 0 for one in purchase.lines.all()):
            purchase.status = Purchase.State.RECEIVED
            purchase.save(update_fields=["status"])
        return movement

    return offline.once(Movement, client_uuid, create)


def tell_low_parts() -> int:
    """Tell once of each part that has fallen to its threshold, and forget those that are held again; returns how many
    were told. Records "maintenance.low". A run that is killed, or two at once, tell nobody twice."""
    lacking = missing(Part.objects.all()).values("pk")
    fallen = Q(pk__in=lacking, low_at__isnull=True) | (Q(low_at__isnull=False) & ~Q(pk__in=lacking))
    return sum(_tell_low(pk) for pk in Part.objects.filter(fallen).order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _tell_low(pk: int) -> bool:
    part = Part.objects.select_for_update(of=("self",)).get(pk=pk)
    found = missing(Part.objects.filter(pk=pk)).first()
    if (found is None) == (part.low_at is None):
        return False  # somebody else has just done it
    part.low_at = timezone.now() if found else None
    part.save(update_fields=["low_at"])
    if found is None:
        return False
    told = {name: f"{getattr(found, name).normalize():f}" for name in ("held", "coming", "minimum")}
    journal.record("maintenance.low", part, actor=None, data=told)
    return True
