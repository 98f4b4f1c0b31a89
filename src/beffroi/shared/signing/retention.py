"""How the personal data of the people outside die."""

from datetime import timedelta

from beffroi.kernel.modules import RetentionRule
from beffroi.shared.signing.models import Invitation, Sending

YEAR = timedelta(days=365)


def _erase(invitation: Invitation) -> None:
    Invitation.objects.filter(pk=invitation.pk).update(email="")


def _forget(sending: Sending) -> None:
    Sending.objects.filter(pk=sending.pk).update(email="")


RULES = [
    RetentionRule(
        code="signing.invitation",
        model="signing.Invitation",
        label="Adresses des personnes extérieures invitées à signer",
        basis="RGPD, article 5, 1, e : l’adresse ne sert qu’à faire signer ; le nom reste, preuve de qui a signé.",
        keep=YEAR,
        due=lambda now: Invitation.objects.exclude(email="").filter(expires_at__lte=now - YEAR),
        apply=_erase,
        action="anonymise",
    ),
    RetentionRule(
        code="signing.sending",
        model="signing.Sending",
        label="Adresses des destinataires du mail sécurisé",
        basis="RGPD, article 5, 1, e : l’adresse ne sert qu’à envoyer ; le nom reste, preuve de qui a reçu.",
        keep=YEAR,
        due=lambda now: Sending.objects.exclude(email="").filter(expires_at__lte=now - YEAR),
        apply=_forget,
        action="anonymise",
    ),
]
