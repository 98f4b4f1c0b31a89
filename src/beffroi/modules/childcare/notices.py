"""Who is told of what: each parent of the home that acted, never the other home."""

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.childcare.access import REGISTER
from beffroi.modules.childcare.models import (
    Booking,
    ChildHome,
    CustodyException,
    Document,
    Excuse,
    Guardian,
    Likeness,
    MealOrder,
    Move,
    ParentInvitation,
    Proposal,
    QuotientNotice,
    Ride,
    SurveyInvite,
)
from beffroi.shared.organisations.models import Membership

SOON = timedelta(hours=2)


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


@dataclass(frozen=True, kw_only=True)
class Asked(Recipient):
    """Somebody of a home whose quotient is asked for; `old` = one of another year is known."""

    old: bool = False


def of_quotients(entry):
    """Those who answer for a child in the homes of a campaign, told once each."""
    rows = QuotientNotice.objects.filter(year=entry.data["year"], pk__range=(entry.data["first"], entry.data["last"]))
    old = dict(rows.values_list("household", "old"))
    guardians = Guardian.objects.active().filter(home__household__in=old).select_related("person__user", "home")
    for guardian in guardians.order_by("pk"):
        person, known = guardian.person, old[guardian.home.household_id]
        if person.user_id and person.user.is_active:
            yield Asked(user=person.user, link="/compte/enfance/quotient/", old=known)
        elif person.email or person.phone:
            yield Asked(email=person.email, phone=person.phone, name=str(person), old=known)


def of_proposal(entry):
    proposal: Proposal = entry.target
    yield from _guardians(proposal.home, f"/compte/enfance/enfant/{proposal.child_id}/")


def of_move(entry):
    """Each of those who answer for a child in this home, once however many children live there."""
    move: Move = entry.target
    yield from _household(move.household_id, f"/compte/enfance/foyer/{move.household_id}/")


def _household(household_id: int, link: str):
    told = set()
    for home in ChildHome.objects.current().filter(household=household_id).order_by("pk"):
        for recipient in _guardians(home, link):
            key = (recipient.user.pk if recipient.user else None, recipient.email, recipient.phone)
            if key not in told:
                told.add(key)
                yield recipient


def of_invitation(entry):
    """Whoever reads the address that was given; the link is in this message and nowhere else."""
    invitation: ParentInvitation = entry.target
    if invitation.email and invitation.is_open:
        yield Recipient(email=invitation.email, link=reverse("childcare:invitation", args=[invitation.code]))


def of_joined(entry):
    """Those of the home that somebody has joined, but for them."""
    for recipient in _household(entry.target.household_id, "/compte/enfance/"):
        if recipient.user is None or recipient.user.pk != entry.actor_id:
            yield recipient


def clerks_of_likeness(entry):
    """The agents who write the files of the body."""
    likeness: Likeness = entry.target
    held = Membership.objects.active().filter(
        organisation=likeness.child.organisation_id, role__in=access.roles_with(REGISTER)
    )
    for user in User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("pk"):
        yield Recipient(user=user, name=str(user), link=reverse("childcare:likeness", args=[likeness.pk]))


def of_excuse(entry):
    """The home that sent the document."""
    excuse: Excuse = entry.target
    yield from _guardians(excuse.home, f"/compte/enfance/enfant/{excuse.child_id}/absences/")


def of_homes(entry):
    """Each home of a child."""
    for home in ChildHome.objects.current().filter(child=entry.target_id):
        yield from _guardians(home, f"/compte/enfance/enfant/{entry.target_id}/")


def of_ride(entry):
    """Those of the home whose child has a stop: they read what was noted, by them or by an agent."""
    home = ChildHome.objects.filter(pk=entry.data.get("home")).first()
    if home is not None:
        yield from _guardians(home, f"/compte/enfance/enfant/{home.child_id}/transport/")


def of_stop(entry):
    """Each home with a ride to come at the stop, once however many children and days."""
    homes = ChildHome.objects.current().filter(rides__in=Ride.objects.to_come().filter(stop=entry.target_id))
    told = set()
    for home in homes.distinct().order_by("pk"):
        for recipient in _guardians(home, f"/compte/enfance/enfant/{home.child_id}/transport/"):
            key = (recipient.user.pk if recipient.user else None, recipient.email, recipient.phone)
            if key not in told:
                told.add(key)
                yield recipient


def of_survey(entry):
    """Those who answer for a child in the homes that are asked, once each; a reminder: who has not."""
    asked = entry.target.invites.all() if entry.target else SurveyInvite.objects.none()
    if entry.verb == "childcare.survey_remind":
        asked = asked.filter(answered=False)
    held = Guardian.objects.active().filter(home__household__in=asked.values("household"), home__child__erased_at=None)
    told = set()
    for guardian in held.select_related("person__user").order_by("pk"):
        person = guardian.person
        if person.pk in told:
            continue
        told.add(person.pk)
        if person.user_id and person.user.is_active:
            yield Recipient(user=person.user, link=reverse("childcare:my_survey", args=[entry.target_id]))
        elif person.email or person.phone:
            yield Recipient(email=person.email, phone=person.phone, name=str(person), link="")


def of_missing(entry):
    """Those of the home whose child was not at the stop, while it is still useful to know."""
    ride: Ride = entry.target
    at = parse_datetime(entry.data.get("at", ""))
    if ride is None or entry.data.get("kind") != "missing" or at is None or at < timezone.now() - SOON:
        return
    yield from _guardians(ride.home, f"/compte/enfance/enfant/{ride.child_id}/transport/")


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
        verb=f"childcare.{verb}",
        recipients=recipients,
        template=f"childcare/notices/{template}",
        category="childcare",
        label=label,
        urgent=urgent,
    )


NOTICES = [
    _told("book", of_books, "booked", "Des jours sont réservés pour mon enfant"),
    _told("quantity", of_booking, "quantity", "La quantité réservée un jour a changé"),
    _told("offer", of_booking, "offered", "Une place s’est libérée", urgent=True),
    _told("meals", kitchen_of, "meals", "Une commande de repas part à la cuisine"),
    _told("expire", of_booking, "expired", "Une place proposée est passée à une autre famille"),
    _told("document_refuse", of_document, "document_refused", "Une pièce du dossier est refusée"),
    _told("document_ending", of_document, "document_ending", "Une pièce du dossier va périmer"),
    _told("proposal_decided", of_proposal, "proposal_decided", "Une modification demandée a reçu sa réponse"),
    _told("move_decided", of_move, "move_decided", "Un changement d’adresse demandé a reçu sa réponse"),
    _told("invite", of_invitation, "invited", "L’autre parent m’invite dans son foyer", urgent=True),
    _told("invite_accept", of_joined, "joined", "Quelqu’un a rejoint mon foyer"),
    _told("likeness", clerks_of_likeness, "likeness", "Un dossier d’enfant est peut-être en double"),
    _told("home_add", of_homes, "home_added", "Un second foyer est relié à mon enfant"),
    _told("certify_ask", of_homes, "certify", "Le dossier de mon enfant est à certifier"),
    _told("excuse_decided", of_excuse, "excuse_decided", "Un justificatif d’absence a reçu sa réponse"),
    _told("quotient_tell", of_quotients, "quotient", "Mon quotient familial est à donner"),
    _told("ride", of_ride, "ride", "L’arrêt de mon enfant est noté"),
    _told("seat_found", of_ride, "seat_found", "Une place se libère dans une ligne", urgent=True),
    _told("stop_move", of_stop, "stop_move", "L’heure ou le lieu d’un arrêt change", urgent=True),
    _told("boarding", of_missing, "missing", "Mon enfant n’était pas à son arrêt", urgent=True),
    _told("survey_send", of_survey, "survey", "Le service enfance demande mon avis"),
    _told("survey_remind", of_survey, "survey_remind", "Un questionnaire attend encore ma réponse"),
    _told("custody_exception", of_exception, "custody_exception", "L’autre foyer propose d’échanger des jours"),
]
