"""The bodies that pay for a home or for a part of it."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import ChildHome, Support


@transaction.atomic
def save_support(support: Support, *, actor) -> Support:
    """Say that a body pays for a home from a day on; what is invoiced already does not move.

    Raises Refused for a home that ended, and when another body pays on some of those days. Records "childcare.support".
    """
    home = ChildHome.objects.select_for_update(of=("self",)).select_related("child").get(pk=support.home_id)
    if home.end is not None:
        raise Refused("Ce foyer n’est plus celui de l’enfant.")
    if support.pk is None:
        support.created_by = account_of(actor)
    support.full_clean(exclude=["created_by"], validate_constraints=False)
    try:
        with transaction.atomic():
            support.save()
    except IntegrityError as error:
        if "support_one_body" in str(error):
            raise Refused("Un organisme paie déjà pour ce foyer à ces dates : terminez sa prise en charge.") from error
        raise
    data = {"home": home.pk, "body": support.body_id, "percent": support.percent}
    journal.record("childcare.support", home.child, actor=actor, data=data)
    return support


@transaction.atomic
def end_support(support: Support, *, actor, end: datetime.date | None = None) -> Support:
    """The body pays until `end` included (yesterday by default); never begun, it goes away.

    Raises Refused for one that is on an invoice already: it is ended, not undone. Records "childcare.support_end".
    """
    held = Support.objects.select_for_update(of=("self",)).select_related("home__child").get(pk=support.pk)
    end = end or timezone.localdate() - datetime.timedelta(days=1)
    if end < held.start:
        if held.draws.exists():
            raise Refused("Des jours sont déjà facturés à cet organisme : terminez sa prise en charge demain.")
        held.delete()
    else:
        held.end = end
        held.save(update_fields=["end"])
    data = {"home": held.home_id, "body": held.body_id, "end": end.isoformat()}
    journal.record("childcare.support_end", held.home.child, actor=actor, data=data)
    return held
