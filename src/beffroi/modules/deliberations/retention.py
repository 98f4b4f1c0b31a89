"""How the addresses of the alerts die. The acts themselves are public records, kept for ever."""

from datetime import timedelta

from beffroi.kernel.modules import RetentionRule
from beffroi.modules.deliberations.actions import stop_alert
from beffroi.modules.deliberations.models import Alert, Councillor

WAIT = timedelta(days=7)

AFTER_MANDATE = timedelta(days=365)


def _forget_address(councillor: Councillor) -> None:
    Councillor.objects.filter(pk=councillor.pk).update(email="")


RULES = [
    RetentionRule(
        code="deliberations.councillor_email",
        model="deliberations.Councillor",
        label="Adresses des anciens membres des assemblées",
        basis="RGPD, article 5 : l’adresse ne sert qu’à convoquer ; les noms restent dans les actes publics",
        keep=AFTER_MANDATE,
        due=lambda now: Councillor.objects.filter(end__lt=(now - AFTER_MANDATE).date()).exclude(email=""),
        apply=_forget_address,
    ),
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
    ),
]
