"""Who is told of what: each parent of the home that acted, never the other home."""

from django.utils import timezone

from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.childcare.models import (
    Booking,
    ChildHome,
    CustodyException,
    Document,
    Guardian,
    MealOrder,
    Proposal,
)


def _guardians(home: ChildHome | None, link: str):
    """The people who answer for the child in this home: an account, else an address, else a telephone."""
    if home is None:
        return
    for guardian in Guardian.objects.active().filter(home=home).select_related("person__user"):
        person = guardian.person
        if person.user_id and person.user.is_active:
            yield Recipient(user=person.user, link=link)
        elif person.email or person.phone:
            yield Recipient(email=person.email, phone=person.phone, name=str(person), link="")


def of_booking(entry):
    """Those of the home that asked for the day."""
    booking: Booking = entry.target
    if booking is not None and booking.day >= timezone.localdate():
        yield from _guardians(booking.home, "/compte/enfance/reservations/")


def of_books(entry):
    """Those of the home that booked."""
    home = ChildHome.objects.filter(pk=entry.data.get("home")).first()
    yield from _guardians(home, "/compte/enfance/reservations/")


def of_document(entry):
    """Those of the home that sent it; of every home when an agent did."""
    document: Document = entry.target
    link = f"/compte/enfance/enfant/{document.child_id}/pieces/"
    if document.home is not None:
        yield from _guardians(document.home, link)
    else:
        for home in ChildHome.objects.current().filter(child=document.child_id):
            yield from _guardians(home, link)


def of_proposal(entry):
    proposal: Proposal = entry.target
    yield from _guardians(proposal.home, f"/compte/enfance/enfant/{proposal.child_id}/")


def of_exception(entry):
    """The home that did not ask: it has to answer."""
    exception = CustodyException.objects.filter(pk=entry.data.get("exception")).first()
    if exception is None:
        return
    for home in ChildHome.objects.current().filter(child=exception.child_id).exclude(pk=exception.proposed_by_id):
        yield from _guardians(home, f"/compte/enfance/enfant/{exception.child_id}/")


def kitchen_of(entry):
    """The kitchen of the site; nobody when it has no address."""
    order: MealOrder = entry.target
    if order.site.kitchen_email:
        yield Recipient(email=order.site.kitchen_email, name=f"Cuisine, {order.site.name}")


def _told(verb: str, recipients, template: str, label: str, urgent: bool = False) -> Notice:
    return Notice(
        verb=f"childcare.{verb}", recipients=recipients, template=f"childcare/notices/{template}",
        category="childcare", label=label, urgent=urgent,
    )  # fmt: skip


NOTICES = [
    _told("book", of_books, "booked", "Des jours sont réservés pour mon enfant"),
    _told("offer", of_booking, "offered", "Une place s’est libérée", urgent=True),
    _told("meals", kitchen_of, "meals", "Une commande de repas part à la cuisine"),
    _told("expire", of_booking, "expired", "Une place proposée est passée à une autre famille"),
    _told("document_refuse", of_document, "document_refused", "Une pièce du dossier est refusée"),
    _told("document_ending", of_document, "document_ending", "Une pièce du dossier va périmer"),
    _told("proposal_decided", of_proposal, "proposal_decided", "Une modification demandée a reçu sa réponse"),
    _told("custody_exception", of_exception, "custody_exception", "L’autre foyer propose d’échanger des jours"),
]
