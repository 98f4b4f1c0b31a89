"""Is what should have left for the servers of the competent bodies gone?"""

from datetime import timedelta

from django.utils import timezone

from beffroi.kernel.ui.formats import counted
from beffroi.modules.reports.models import Sending

LATE = timedelta(hours=6)


def check() -> tuple[bool, str]:
    """(well, in words): nothing has waited for more than six hours."""
    waiting = Sending.objects.filter(stage__in=("waiting", "sending"), created_at__lt=timezone.now() - LATE)
    late = waiting.filter(outlet__is_active=True).count()
    if late:
        return False, f"{counted(late, 'signalement')} en attente depuis plus de six heures"
    return True, "rien n’attend"
