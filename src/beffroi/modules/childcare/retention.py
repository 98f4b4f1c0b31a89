"""How the personal data of children die."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q

from beffroi.kernel.modules import RetentionRule
from beffroi.modules.childcare.actions.erasing import erase_child
from beffroi.modules.childcare.models import (
    Boarding,
    Booking,
    Child,
    ChildHome,
    Document,
    Excuse,
    HealthSheet,
    Move,
    ParentInvitation,
    Quotient,
    QuotientConsent,
    QuotientNotice,
    Ride,
    SeatWish,
    Survey,
    Tick,
)
from beffroi.shared.files.actions import remove_files_of
from beffroi.shared.files.models import StoredFile

FILES = timedelta(days=2 * 365)
HEALTH = timedelta(days=365)
QUOTIENTS = timedelta(days=3 * 365)
CONSENTS = timedelta(days=182)
SIGNATURES = timedelta(days=365)
RIDES = timedelta(days=365)
SURVEYS = timedelta(days=365)
MOVES = timedelta(days=182)


def _since(day):
    return Booking.objects.filter(child=OuterRef("pk"), day__gte=day)


def old_children(now):
    """Files without any booking for two years."""
    limit = now - FILES
    return Child.objects.kept().filter(created_at__lte=limit).exclude(Exists(_since(limit.date())))


def old_health(now):
    """Health sheets of children who have not come for a year."""
    limit = now - HEALTH
    lately = Booking.objects.filter(child=OuterRef("child"), day__gte=limit.date())
    return HealthSheet.objects.filter(updated_at__lte=limit).exclude(Exists(lately))


def old_documents(now):
    """Documents that ended a year ago."""
    return Document.objects.filter(expires_on__lte=(now - HEALTH).date())


def old_quotients(now):
    return Quotient.objects.filter(month__lte=(now - QUOTIENTS).date())


def old_notices(now):
    return QuotientNotice.objects.filter(told_at__lte=now - QUOTIENTS)


def old_consents(now):
    return QuotientConsent.objects.filter(revoked_at__lte=now - CONSENTS)


def old_moves(now):
    """Changes of address answered six months ago: the proof and what it said go, the proved commune stays.

    Those that nobody can answer any more go too: no child lives in their home since.
    """
    lived_in = ChildHome.objects.current().filter(child__erased_at=None).values("household")
    left = Q(decided_at=None, created_at__lte=now - MOVES) & ~Q(household__in=lived_in)
    return Move.objects.filter(Q(decided_at__lte=now - MOVES) | left)


def forget_move(move: Move) -> None:
    """With its proof."""
    remove_files_of(move)
    move.delete()


def old_excuses(now):
    """Documents for absences answered a year ago."""
    return Excuse.objects.filter(decided_at__lte=now - HEALTH)


def forget_excuse(excuse: Excuse) -> None:
    """With the document; what was decided of each day stays."""
    remove_files_of(excuse)
    excuse.delete()


def old_boardings(now):
    """Who got on, and to whom they were handed, more than a year ago."""
    return Boarding.objects.filter(day__lte=(now - RIDES).date())


def old_rides(now):
    """Stops that a child has not used for a year."""
    return Ride.objects.filter(end__lte=(now - RIDES).date())


def old_wishes(now):
    """Seats waited for on a line that runs no more, or for a year."""
    return SeatWish.objects.filter(Q(line__end__lt=now.date()) | Q(created_at__lte=now - RIDES))


def old_surveys(now):
    """Questionnaires closed for a year, with what was answered; drafts forgotten for as long."""
    limit = (now - SURVEYS).date()
    return Survey.objects.filter(Q(sent_at__isnull=False) | Q(created_at__date__lte=limit), closes_on__lte=limit)


def old_invitations(now):
    """Invitations of the other parent over for six months: the address goes."""
    return ParentInvitation.objects.filter(expires_at__lte=now - MOVES)


def _signed():
    """Gestures that bear a signature."""
    kind = ContentType.objects.get_for_model(Tick)
    signed = StoredFile.objects.filter(target_type=kind, target_id=OuterRef("pk"))
    return Tick.objects.filter(Exists(signed))


def old_signatures(now):
    """Departures signed more than a year ago."""
    return _signed().filter(at__lte=now - SIGNATURES)


RULES = [
    RetentionRule(
        code="childcare.children",
        model="childcare.Child",
        label="Dossiers d’enfants sans réservation depuis deux ans",
        basis="RGPD, art. 5.1.e ; les pièces comptables suivent leur propre durée",
        keep=FILES,
        due=old_children,
        apply=lambda child: erase_child(child),
    ),
    RetentionRule(
        code="childcare.health",
        model="childcare.HealthSheet",
        label="Fiches sanitaires des enfants qui ne sont pas venus depuis un an",
        basis="CASF, art. R. 227-7 ; RGPD, art. 5.1.e et 9",
        keep=HEALTH,
        due=old_health,
        apply=lambda sheet: sheet.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.documents",
        model="childcare.Document",
        label="Pièces périmées depuis un an",
        basis="RGPD, art. 5.1.e",
        keep=HEALTH,
        due=old_documents,
        apply=lambda document: document.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.quotients",
        model="childcare.Quotient",
        label="Quotients familiaux de plus de trois ans",
        basis="RGPD, art. 5.1.e ; Code général des collectivités territoriales, contrôle des factures",
        keep=QUOTIENTS,
        due=old_quotients,
        apply=lambda quotient: quotient.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.quotient_notices",
        model="childcare.QuotientNotice",
        label="Avis de quotient à donner, trois ans après",
        basis="RGPD, art. 5.1.e",
        keep=QUOTIENTS,
        due=old_notices,
        apply=lambda notice: notice.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.consents",
        model="childcare.QuotientConsent",
        label="Accords retirés pour le quotient familial, six mois après",
        basis="RGPD, art. 7.1 : preuve de l’accord",
        keep=CONSENTS,
        due=old_consents,
        apply=lambda consent: consent.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.moves",
        model="childcare.Move",
        label="Justificatifs de domicile, six mois après la réponse du service",
        basis="RGPD, art. 5.1.e : le temps d’une contestation",
        keep=MOVES,
        due=old_moves,
        apply=forget_move,
        action="delete",
    ),
    RetentionRule(
        code="childcare.excuses",
        model="childcare.Excuse",
        label="Justificatifs d’absence, un an après la réponse",
        basis="RGPD, art. 5.1.e : le temps de contester une facture",
        keep=HEALTH,
        due=old_excuses,
        apply=forget_excuse,
        action="delete",
    ),
    RetentionRule(
        code="childcare.invitations",
        model="childcare.ParentInvitation",
        label="Invitations de l’autre parent, six mois après leur échéance",
        basis="RGPD, art. 5.1.e",
        keep=MOVES,
        due=old_invitations,
        apply=lambda invitation: invitation.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.boardings",
        model="childcare.Boarding",
        label="Montées dans les lignes de transport, et à qui l’enfant fut remis",
        basis="RGPD, art. 5.1.e : preuve de la remise de l’enfant, une année",
        keep=RIDES,
        due=old_boardings,
        apply=lambda boarding: boarding.delete(),
        action="delete",
        each=False,
    ),
    RetentionRule(
        code="childcare.rides",
        model="childcare.Ride",
        label="Arrêts et trajets d’un enfant, un an après leur fin",
        basis="RGPD, art. 5.1.e",
        keep=RIDES,
        due=old_rides,
        apply=lambda ride: ride.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.wishes",
        model="childcare.SeatWish",
        label="Places attendues dans une ligne, un an après la demande ou à la fin de la ligne",
        basis="RGPD, art. 5.1.e",
        keep=RIDES,
        due=old_wishes,
        apply=lambda wish: wish.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.surveys",
        model="childcare.Survey",
        label="Questionnaires aux familles et leurs réponses, un an après la clôture",
        basis="RGPD, art. 5.1.e : le temps d’en tirer les conclusions",
        keep=SURVEYS,
        due=old_surveys,
        apply=lambda survey: survey.delete(),
        action="delete",
    ),
    RetentionRule(
        code="childcare.signatures",
        model="childcare.Tick",
        label="Signatures de ceux qui sont venus chercher un enfant",
        basis="RGPD, art. 5.1.e : preuve de la remise de l’enfant, une année",
        keep=SIGNATURES,
        due=old_signatures,
        apply=lambda tick: remove_files_of(tick),
    ),
]
