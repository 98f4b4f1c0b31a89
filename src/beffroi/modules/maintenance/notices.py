"""Who is told of what happens to the orders: never the public, whom the reports themselves tell."""

from django.db.models import Q
from django.urls import reverse

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.maintenance.access import MANAGE
from beffroi.modules.maintenance.models import ContractorAccess, Order, Part
from beffroi.modules.maintenance.restock import supplier_of
from beffroi.shared.organisations.models import Membership


def _link(target: Order | Part) -> str:
    return target.get_absolute_url()


def workers(entry):
    """Those to whom the order is given, else its team; never the one who has just done it."""
    order = entry.target
    people = User.objects.filter(orders_given=order, is_active=True)
    if order.team_id and not people.exists():
        held = Membership.objects.active().filter(team=order.team_id)
        people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    for person in people.exclude(pk=entry.actor_id):
        yield Recipient(user=person, link=_link(order))


def dispatchers(entry):
    """Those who dispatch the orders of the body, and keep its stock: `entry` is about an order, or a part."""
    order = entry.target
    held = Membership.objects.active().filter(organisation=order.organisation_id, role__in=access.roles_with(MANAGE))
    for person in User.objects.filter(Q(pk__in=held.values("user")), is_active=True).exclude(pk=entry.actor_id):
        yield Recipient(user=person, link=_link(order))


def holder(entry):
    """The contractor to whom a link has just been given."""
    link = entry.target
    if link.is_usable:
        yield Recipient(email=link.email, name=str(link.contractor), link=link.get_absolute_url())


def contractor(entry):
    """The contractor to whom the order is given, by each of its links."""
    order = entry.target
    links = ContractorAccess.objects.usable().filter(organisation=order.organisation_id, contractor=order.contractor_id)
    for link in links.select_related("contractor"):
        address = reverse("maintenance:contractor_order", args=[link.token, order.reference])
        yield Recipient(email=link.email, name=str(link.contractor), link=address)


def supplier(entry):
    """The supplier of a purchase, by the e-mail address of its body."""
    purchase = entry.target
    body = supplier_of(purchase)
    if body is not None and body.email and purchase.status == purchase.State.ORDERED:
        yield Recipient(email=body.email, name=str(body))


NOTICES = [
    Notice(
        verb="maintenance.purchase_send",
        recipients=supplier,
        template="maintenance/notices/purchase",
        category="maintenance",
        label="Une commande m’est envoyée",
    ),
    Notice(
        verb="maintenance.low",
        recipients=dispatchers,
        template="maintenance/notices/low",
        category="maintenance",
        label="Une pièce du stock est à commander",
        agents=True,
    ),
    Notice(
        verb="maintenance.access",
        recipients=holder,
        template="maintenance/notices/access",
        category="maintenance",
        label="Un lien est donné à mon entreprise",
    ),
    Notice(
        verb="maintenance.contract",
        recipients=contractor,
        template="maintenance/notices/contract",
        category="maintenance",
        label="Un travail est confié à mon entreprise",
    ),
    Notice(
        verb="maintenance.contractor",
        recipients=dispatchers,
        template="maintenance/notices/contractor",
        category="maintenance",
        label="Une entreprise a répondu",
        agents=True,
    ),
    Notice(
        verb="maintenance.plan",
        recipients=workers,
        template="maintenance/notices/planned",
        category="maintenance",
        label="Un travail m’est confié ou change de date",
        agents=True,
    ),
    Notice(
        verb="maintenance.dispute",
        recipients=dispatchers,
        template="maintenance/notices/disputed",
        category="maintenance",
        label="Deux comptes rendus d’un même travail sont à rapprocher",
        agents=True,
    ),
]
