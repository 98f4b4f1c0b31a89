"""How the addresses of the alerts die. The acts themselves are public records, kept for ever."""

from datetime import timedelta

from beffroi.kernel.modules import RetentionRule
from beffroi.modules.deliberations.actions import stop_alert
from beffroi.modules.deliberations.models import Alert

WAIT = timedelta(days=7)

RULES = [
    RetentionRule(
        code="deliberations.alert_unconfirmed",
        model="deliberations.Alert",
        label="Alertes sur les actes jamais confirmées",
        basis="RGPD, article 5 : une adresse qui n’a pas confirmé n’est pas gardée",
        keep=WAIT,
        due=lambda now: Alert.objects.filter(confirmed_at=None, created_at__lt=now - WAIT),
        apply=stop_alert,
        action="delete",
        each=False,
    )
]
