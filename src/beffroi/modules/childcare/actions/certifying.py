"""« Rien n’a changé »: said once a year by the family, asked for when it is due, and again a month later."""

import datetime

from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.childcare.errors import Refused
from beffroi.modules.childcare.models import Child

MOST = 2
AGAIN = datetime.timedelta(days=30)
BATCH = 1000


@transaction.atomic
def certify(child: Child, *, actor) -> None:
    """The family says that the file is right: for a year. Records "childcare.certify"."""
    child.certified_at, child.certify_reminders, child.certify_reminded_on = timezone.now(), 0, None
    child.save(update_fields=["certified_at", "certify_reminders", "certify_reminded_on"])
    journal.record("childcare.certify", child, actor=actor)


@transaction.atomic
def remind_certification(child: Child, *, actor, now: datetime.datetime | None = None) -> Child:
    """Ask the homes of a child to certify the file. Raises Refused when it is right, or was asked for today already.

    Records "childcare.certify_ask", which writes to them.
    """
    now = now or timezone.now()
    today = timezone.localtime(now).date()
    held = Child.objects.select_for_update(of=("self",)).get(pk=child.pk)
    if not Child.objects.to_certify(now).filter(pk=held.pk).exists():
        raise Refused("Ce dossier n’est pas à certifier.")
    if held.certify_reminded_on == today:
        raise Refused("Déjà demandé aujourd’hui.")
    held.certify_reminders, held.certify_reminded_on = held.certify_reminders + 1, today
    held.save(update_fields=["certify_reminders", "certify_reminded_on"])
    journal.record("childcare.certify_ask", held, actor=actor, data={"reminder": held.certify_reminders})
    return held


def remind_certifications(now: datetime.datetime | None = None) -> int:
    """Ask those whose year is over, once, and once more a month later; then the list of the agents tells them.

    Returns how many were asked. Run twice the same day, it asks once.
    """
    now = now or timezone.now()
    today = timezone.localtime(now).date()
    due = Child.objects.to_certify(now).filter(certify_reminders__lt=MOST)
    due = due.exclude(certify_reminded_on__gt=today - AGAIN)
    done = 0
    for child in due.order_by("pk")[:BATCH]:
        try:
            remind_certification(child, actor=None, now=now)
        except Refused:
            continue  # certified, or asked for, meanwhile
        done += 1
    return done
