"""The two alarms of a letter that waits, before its deadline then after it; the opinions that did not come."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.mail.models import Letter, Opinion, Suspension
from beffroi.modules.mail.workflow import OPEN

OLD = datetime.timedelta(days=30)


def ring_alarms(day=None) -> int:
    """Give the alarms that are due on `day`, each once; returns how many. Those of a letter whose pieces are awaited
    wait as long as the delay given for them. Records "mail.alarm" (before the deadline) or "mail.second_alarm" (after
    it), which tell the agents. A letter is taken under a lock: two runs at once never ring twice.
    """
    day = day or timezone.localdate()
    pending = Suspension.objects.filter(letter=OuterRef("pk"), received_on=None, until__gte=day)
    due = Letter.objects.filter(~Exists(pending), state__in=OPEN)
    second = due.filter(alarms__lt=2, alarm2_on__lte=day).values_list("pk", flat=True)
    first = due.filter(alarms=0, alarm1_on__lte=day).exclude(alarm2_on__lte=day).values_list("pk", flat=True)
    return sum(_ring(pk, 2) for pk in list(second)) + sum(_ring(pk, 1) for pk in list(first))


@transaction.atomic
def _ring(pk: int, level: int) -> bool:
    waiting = Letter.objects.select_for_update(of=("self",), skip_locked=True)
    letter = waiting.filter(pk=pk, alarms__lt=level, state__in=OPEN).select_related("register").first()
    if letter is None:
        return False
    letter.alarms = level
    letter.save(update_fields=["alarms"])
    journal.record("mail.alarm" if level == 1 else "mail.second_alarm", letter, actor=None)
    return True


def ring_opinions(day=None) -> int:
    """Remind of the opinions whose day has passed, each once: who was asked, and who asked. Records
    "mail.late_opinion"; returns how many. Nothing is said of what is older than a month, nor of a closed letter."""
    day = day or timezone.localdate()
    late = Opinion.objects.filter(answered_at=None, due_on__lt=day, due_on__gte=day - OLD, letter__state__in=OPEN)
    return sum(_remind(pk) for pk in list(late.order_by("pk").values_list("pk", flat=True)))


@transaction.atomic
def _remind(pk: int) -> bool:
    waiting = Opinion.objects.select_for_update(of=("self",), skip_locked=True)
    opinion = waiting.filter(pk=pk, answered_at=None).select_related("letter").first()
    if opinion is None:
        return False
    if journal.lines_about(opinion.letter).filter(verb="mail.late_opinion", data__opinion=pk).exists():
        return False
    journal.record("mail.late_opinion", opinion.letter, actor=None, data={"opinion": pk})
    return True
