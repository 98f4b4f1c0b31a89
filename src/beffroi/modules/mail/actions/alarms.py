"""The two alarms of a letter that waits: before its deadline, then after it."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.mail.models import Letter, Suspension
from beffroi.modules.mail.workflow import OPEN


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
