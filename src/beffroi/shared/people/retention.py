"""How the personal data of residents die."""

from datetime import timedelta

from django.apps import apps
from django.db.models import Exists, OuterRef

from beffroi.kernel.modules import RetentionRule
from beffroi.shared.people.actions import anonymise_person
from beffroi.shared.people.models import (
    Erasure,
    Household,
    HouseholdMember,
    Mandate,
    Person,
    RelativeInvitation,
    VerificationCode,
)

UNUSED = timedelta(days=3 * 365)
MANDATES = timedelta(days=5 * 365)
INVITATIONS = timedelta(days=182)
CODES = timedelta(days=1)
PROOFS = timedelta(days=365)


def unused_people(now):
    """Files without account, unchanged for three years, without request or mandate since."""
    people = Person.objects.filter(user=None, erased_at=None, merged_into=None, updated_at__lte=now - UNUSED)
    lately = Mandate.objects.filter(person=OuterRef("pk"), end__gte=(now - UNUSED).date())
    people = people.exclude(Exists(lately))
    if apps.is_installed("beffroi.shared.cases"):
        people = people.filter(cases=None)
    return people


def old_mandates(now):
    """Mandates over for five years that no request names any more."""
    mandates = Mandate.objects.filter(end__lte=(now - MANDATES).date())
    return mandates.filter(cases=None) if apps.is_installed("beffroi.shared.cases") else mandates


def old_invitations(now):
    """Invitations of relatives sent six months ago: the address goes."""
    return RelativeInvitation.objects.filter(expires_at__lte=now - INVITATIONS)


def old_codes(now):
    return VerificationCode.objects.filter(expires_at__lte=now - CODES)


def old_proofs(now):
    return Erasure.objects.filter(done_at__lte=now - PROOFS)


def empty_homes(now):
    """Homes where nobody has lived for three years."""
    lately = HouseholdMember.objects.filter(household=OuterRef("pk")).exclude(end__lt=(now - UNUSED).date())
    return Household.objects.filter(created_at__lte=now - UNUSED).exclude(Exists(lately))


RULES = [
    RetentionRule(
        code="people.unused",
        model="people.Person",
        label="Dossiers d’habitants sans compte, sans demande ni mandat depuis trois ans",
        basis="RGPD, art. 5.1.e ; recommandation de la CNIL sur les contacts inactifs",
        keep=UNUSED,
        due=unused_people,
        apply=lambda person: anonymise_person(person),
    ),
    RetentionRule(
        code="people.mandates",
        model="people.Mandate",
        label="Mandats terminés depuis cinq ans",
        basis="Code civil, art. 2224 : prescription de cinq ans",
        keep=MANDATES,
        due=old_mandates,
        apply=lambda mandate: mandate.delete(),
        action="delete",
    ),
    RetentionRule(
        code="people.invitations",
        model="people.RelativeInvitation",
        label="Invitations de proches, six mois après leur échéance",
        basis="RGPD, art. 5.1.e",
        keep=INVITATIONS,
        due=old_invitations,
        apply=lambda invitation: invitation.delete(),
        action="delete",
    ),
    RetentionRule(
        code="people.codes",
        model="people.VerificationCode",
        label="Codes de vérification périmés",
        basis="RGPD, art. 5.1.c",
        keep=CODES,
        due=old_codes,
        apply=lambda code: code.delete(),
        action="delete",
        each=False,
    ),
    RetentionRule(
        code="people.erasures",
        model="people.Erasure",
        label="Récépissés d’effacement, un an après",
        basis="RGPD, art. 5.2 : preuve que la demande a été suivie",
        keep=PROOFS,
        due=old_proofs,
        apply=lambda erasure: erasure.delete(),
        action="delete",
    ),
    RetentionRule(
        code="people.homes",
        model="people.Household",
        label="Foyers que personne n’habite depuis trois ans",
        basis="RGPD, art. 5.1.e",
        keep=UNUSED,
        due=empty_homes,
        apply=lambda household: household.delete(),
        action="delete",
    ),
]
