"""The quotient familial of a home: asked of the CAF or the MSA with the person's consent, or read on a proof."""

import datetime
import logging

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare import particulier
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import ChildHome, Quotient, QuotientConsent
from beffroi.shared.organisations.models import Organisation
from beffroi.shared.people.models import Household, Person

log = logging.getLogger("beffroi.childcare")


@transaction.atomic
def enter_quotient(
    household: Household, value: int, *, actor, month: datetime.date | None = None, source: str = "proof", provider=""
) -> Quotient:
    """Write the quotient of a home, good from the first of `month` (this one by default) on.

    A second value for the same month replaces the first. Records "childcare.quotient", without the value.
    """
    month = (month or timezone.localdate()).replace(day=1)
    author = account_of(actor)
    held, _created = Quotient.objects.update_or_create(
        household=household,
        month=month,
        defaults={
            "value": value,
            "source": source,
            "provider": provider,
            "entered_by": author,
            "entered_at": timezone.now(),
        },
    )
    data = {"month": month.isoformat(), "source": source}
    journal.record("childcare.quotient", household, actor=actor, data=data)
    return held


@transaction.atomic
def consent_to_quotient(household: Household, person: Person, identity: particulier.Identity, *, actor):
    """The person lets us ask for the quotient of their home, each year, until they say no."""
    QuotientConsent.objects.filter(household=household, person=person, revoked_at=None).update(
        revoked_at=timezone.now(), identity={}
    )
    consent = QuotientConsent.objects.create(
        household=household,
        person=person,
        given_by=actor,
        identity={
            "last_name": identity.last_name,
            "first_names": list(identity.first_names),
            "sex": identity.sex,
            "birth_date": identity.birth_date,
            "country": identity.country,
            "commune": identity.commune,
            "used_name": identity.used_name,
        },
    )
    journal.record("childcare.quotient_consent", household, actor=actor, data={"consent": consent.pk})
    return consent


@transaction.atomic
def revoke_consent(consent: QuotientConsent, *, actor) -> None:
    """No longer ask; what is needed to ask is forgotten at once."""
    consent.revoked_at, consent.identity = timezone.now(), {}
    consent.save(update_fields=["revoked_at", "identity"])
    journal.record("childcare.quotient_revoke", consent.household, actor=actor, data={"consent": consent.pk})


def identity_of(consent: QuotientConsent) -> particulier.Identity:
    """The civil status that was given with the consent."""
    given = consent.identity
    return particulier.Identity(
        last_name=given["last_name"],
        first_names=tuple(given["first_names"]),
        sex=given["sex"],
        birth_date=datetime.date.fromisoformat(str(given["birth_date"])),
        country=given["country"],
        commune=given["commune"],
        used_name=given["used_name"],
    )


def ask_quotient(consent: QuotientConsent, *, actor, month: datetime.date | None = None) -> Quotient:
    """Ask now, and keep the answer. Raises Refused (no consent) or particulier.Failure; nothing is then changed."""
    if consent.revoked_at is not None:
        raise Refused("L’accord a été retiré.")
    body = Organisation.objects.get(is_operator=True)
    if not body.siret:
        raise particulier.NotConfigured()
    answer = particulier.by_identity(identity_of(consent), recipient=body.siret, month=month)
    return enter_quotient(
        consent.household, answer.value, actor=actor, month=answer.month, source="api", provider=answer.provider
    )


def ask_quotient_by_token(household: Household, token: str, *, actor) -> Quotient:
    """Ask with the token of a person who has just agreed on FranceConnect: no civil status to type, nothing kept of it.

    Raises particulier.Failure; nothing is then changed.
    """
    body = Organisation.objects.get(is_operator=True)
    if not body.siret:
        raise particulier.NotConfigured()
    answer = particulier.by_france_connect(token, recipient=body.siret)
    return enter_quotient(
        household, answer.value, actor=actor, month=answer.month, source="api", provider=answer.provider
    )


def refresh_quotients(now: datetime.datetime | None = None) -> dict[str, int]:
    """In January and February, ask again for each home that consented and has no quotient of this year.

    Stops at once when our access is refused; goes on for a home that cannot be found. Can be run again.
    """
    today = timezone.localtime(now or timezone.now()).date()
    counts = {"asked": 0, "failed": 0}
    if today.month > 2:
        return counts
    current = Quotient.objects.filter(month__gte=today.replace(month=1, day=1)).values("household")
    living = ChildHome.objects.current().values("household")
    waiting = QuotientConsent.objects.filter(revoked_at=None, household__in=living).exclude(household__in=current)
    for consent in waiting.select_related("household").order_by("pk"):
        try:
            ask_quotient(consent, actor=None)
            counts["asked"] += 1
        except (particulier.Forbidden, particulier.NotConfigured, particulier.Busy) as failure:
            log.warning("quotients: stopped, %s", type(failure).__name__)
            counts["failed"] += 1
            break
        except particulier.Failure as failure:
            log.info("quotient not found: consent=%s code=%s", consent.pk, failure.code)
            counts["failed"] += 1
    return counts
