"""Register grants one by one or from a file, publish them, withdraw them."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.transparency.importing import grants as importing
from beffroi.modules.transparency.models import Grant
from beffroi.modules.transparency.workflow import State
from beffroi.modules.transparency.workflow import grants as workflow
from beffroi.shared.organisations.models import Organisation

FIELDS = (
    "convention_on",
    "reference",
    "beneficiary",
    "beneficiary_siret",
    "beneficiary_rna",
    "object",
    "amount",
    "share",
    "nature",
    "terms",
    "paid_from",
    "paid_until",
    "rae",
    "notified",
    "scheme",
)
TWICE = "Cette subvention est déjà enregistrée."


@transaction.atomic
def save_grant(grant: Grant, *, actor) -> Grant:
    """Register a grant, or correct it; one that is online is withdrawn before it is corrected.

    Records "transparency.grant". Raises ValidationError.
    """
    importing.clean(grant)
    created = grant.pk is None
    if not created:
        locked = Grant.objects.select_for_update().get(pk=grant.pk)
        if locked.state == State.PUBLISHED:
            raise ValidationError("Cette subvention est publiée : retirez-la avant de la corriger.")
    try:
        with transaction.atomic():
            grant.save(force_insert=True) if created else grant.save(update_fields=FIELDS)
    except IntegrityError as error:
        raise ValidationError(TWICE) from error
    journal.record("transparency.grant", grant, actor=actor, data={"created": created, "amount": str(grant.amount)})
    return grant


@transaction.atomic
def remove_grant(grant: Grant, *, actor) -> None:
    """Erase a grant that was never published. Records "transparency.remove_grant". Raises ValidationError."""
    locked = Grant.objects.select_for_update().get(pk=grant.pk)
    if locked.published_at is not None:
        raise ValidationError("Cette subvention a été publiée : elle se retire, elle ne s’efface pas.")
    journal.record("transparency.remove_grant", locked, actor=actor, data={"amount": str(locked.amount)})
    locked.delete()


@transaction.atomic
def import_grants(organisation: Organisation, reading: importing.Reading, *, actor) -> int:
    """Register all the grants of a file, or none. Returns how many are new. Records "transparency.import_grants".

    The lines that are already here, just the same, change nothing. Raises ValidationError when the file has faults.
    """
    if reading.faults:
        raise ValidationError("Ce fichier a des lignes fautives : rien n’en est gardé.")
    try:
        with transaction.atomic():
            made = Grant.objects.bulk_create(reading.grants, batch_size=500)
    except IntegrityError as error:
        raise ValidationError("Ces subventions viennent d’être enregistrées par quelqu’un d’autre.") from error
    data = {"created": len(made), "known": reading.known}
    journal.record("transparency.import_grants", organisation, actor=actor, data=data)
    return len(made)


@transaction.atomic
def publish_grant(grant: Grant, *, actor, at: datetime | None = None) -> Grant:
    """Put it online. Raises TransitionRefused, PermissionDenied."""
    workflow.fire("publish_grant", grant, actor=actor, update={"published_at": at or timezone.now()})
    return grant


@transaction.atomic
def publish_grants(grants, *, actor) -> int:
    """Put online, together, all those that are not; returns how many. Raises PermissionDenied."""
    count = 0
    for grant in grants.filter(state=State.DRAFT).order_by("pk"):
        publish_grant(grant, actor=actor)
        count += 1
    return count


@transaction.atomic
def withdraw_grant(grant: Grant, *, actor, reason: str) -> Grant:
    """Take it off line, with the reason. Raises TransitionRefused, PermissionDenied, ValidationError."""
    if not reason.strip():
        raise ValidationError({"reason": "Donnez le motif : il reste dans l’historique."})
    workflow.fire("withdraw_grant", grant, actor=actor, data={"reason": reason.strip()})
    return grant
