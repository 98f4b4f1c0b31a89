"""Telling the families that their certificate of childcare expenses is ready."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.shared.billing import certificates
from beffroi.shared.billing.models import CareCertificate, Regie


@transaction.atomic
def tell_certificates(regie: Regie, year: int, *, actor) -> int:
    """Tell, by a notice, each payer who has a certificate for that year and was not told yet; returns how many.

    Only once the year is over: what was paid is then final. Nobody is told twice (a constraint of the database).
    Records "billing.certificates". Raises ValidationError.
    """
    if year >= timezone.localdate().year:
        raise ValidationError(f"L’année {year} n’est pas finie : attendez le 1er janvier {year + 1}.")
    Regie.objects.select_for_update(of=("self",)).get(pk=regie.pk)
    known = set(regie.care_certificates.filter(year=year).values_list("payer", flat=True))
    made = CareCertificate.objects.bulk_create(
        CareCertificate(
            regie=regie, payer=one.payer, year=year, amount=one.paid, vouchers=one.vouchers, told_by=account_of(actor)
        )
        for one in certificates.certificates(year, regie=regie)
        if one.payer.pk not in known
    )
    if made:
        data = {"year": year, "count": len(made), "first": made[0].pk, "last": made[-1].pk}
        journal.record("billing.certificates", regie, actor=actor, data=data)
    return len(made)
