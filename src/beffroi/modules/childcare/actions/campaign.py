"""Telling the families whose quotient familial is not known, or is last year's: once a campaign."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare import quotients
from beffroi.modules.childcare.models import QuotientNotice
from beffroi.shared.organisations.models import Organisation

LAST_MONTH = 2


@transaction.atomic
def tell_quotients(*, actor, today: datetime.date | None = None) -> int:
    """Ask each home that has not given its quotient of the year, once in that year; returns how many are told now.

    In January, those who let us ask the CAF or the MSA are left alone: we ask first. Two at the same time tell nobody
    twice (a constraint of the database). Records "childcare.quotient_tell", which tells them.
    """
    today = today or timezone.localdate()
    body = Organisation.objects.select_for_update(of=("self",), no_key=True).filter(is_operator=True).first()
    if body is None:
        return 0
    rows = quotients.to_give(today).filter(told_at=None)
    if today.month == 1:
        rows = rows.filter(consented=False)
    made = QuotientNotice.objects.bulk_create(
        QuotientNotice(household=one, year=today.year, old=one.last_month is not None) for one in rows.order_by("pk")
    )
    if made:
        data = {"year": today.year, "count": len(made), "first": made[0].pk, "last": made[-1].pk}
        journal.record("childcare.quotient_tell", body, actor=actor, data=data)
    return len(made)


def campaign(today: datetime.date | None = None) -> int:
    """What the clock does each morning of January and February; the rest of the year, an agent does it."""
    today = today or timezone.localdate()
    return tell_quotients(actor=None, today=today) if today.month <= LAST_MONTH else 0
