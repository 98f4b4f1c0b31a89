"""Demonstration accounts: one for each role, invented people, addresses that cannot exist.

Their password and their second factor are public, so they are set only where BEFFROI_DEMO says that this is a
demonstration; anywhere else the accounts are made without any way in.
"""

import base64
import hashlib
import time
from dataclasses import dataclass

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction

from beffroi.shared.accounts import access, actions
from beffroi.shared.organisations.models import Commune, Organisation, Team

PERIOD = 30
PASSWORD = "tuile velo nuage tambour"  # noqa: S105  printed on the screen of every demonstration


@dataclass(frozen=True, kw_only=True)
class Account:
    """One account to try. `place`: "" = the EPCI, else the INSEE code of a commune; `role` "" = a resident."""

    email: str
    first_name: str
    last_name: str
    role: str = ""
    place: str = ""
    team: str = ""
    superuser: bool = False

    @property
    def label(self) -> str:
        if self.superuser:
            return "Administratrice de l’installation"
        return access.role_label(self.role) if self.role else "Compte d’habitant"

    @property
    def secret(self) -> str:
        """The secret of its second factor: the same at each installation, so that a telephone keeps it."""
        digest = hashlib.sha256(f"beffroi-demonstration:{self.email}".encode()).digest()
        return base64.b32encode(digest[:20]).decode()

    @property
    def needs_code(self) -> bool:
        return bool(self.role or self.superuser)


ACCOUNTS = (
    Account(email="installation@example.invalid", first_name="Inès", last_name="Carpentier", superuser=True),
    Account(email="administration@example.invalid", first_name="Hélène", last_name="Vasseur", role="admin"),
    Account(email="plateforme@example.invalid", first_name="Karim", last_name="Bellanger", role="operator_admin"),
    Account(email="voirie@example.invalid", first_name="Denis", last_name="Lefebvre", role="agent", team="Voirie"),
    Account(email="travaux@example.invalid", first_name="Thierry", last_name="Boulanger", role="dispatcher"),
    Account(email="accueil@example.invalid", first_name="Nadia", last_name="Roussel", role="agent", team="Accueil"),
    Account(
        email="mairie.doullens@example.invalid",
        first_name="Sylvie",
        last_name="Caron",
        role="secretary",
        place="80253",
    ),
    Account(
        email="maire.adjoint@example.invalid", first_name="Bernard", last_name="Wattel", role="admin", place="80253"
    ),
    Account(email="regie@example.invalid", first_name="Odile", last_name="Marchand", role="regisseur"),
    Account(email="conseiller@example.invalid", first_name="Yanis", last_name="Delobel", role="adviser"),
    Account(email="enfance@example.invalid", first_name="Sabine", last_name="Lourdel", role="family_desk"),
    Account(email="animation@example.invalid", first_name="Mehdi", last_name="Cazier", role="facilitator"),
    Account(email="ligne@example.invalid", first_name="Josiane", last_name="Wallet", role="line_escort"),
    Account(email="courrier@example.invalid", first_name="Brigitte", last_name="Fournier", role="mail_clerk"),
    Account(email="archives@example.invalid", first_name="Lucien", last_name="Dhorne", role="archivist"),
    Account(email="elue@example.invalid", first_name="Marguerite", last_name="Tellier", role="elected"),
    Account(
        email="maire.beauval@example.invalid", first_name="Gérard", last_name="Poiret", role="elected", place="80071"
    ),
    Account(
        email="maire.bernaville@example.invalid", first_name="Irène", last_name="Dacheux", role="elected", place="80086"
    ),
    Account(
        email="maire.domesmont@example.invalid", first_name="Luc", last_name="Hannequin", role="elected", place="80243"
    ),
    Account(
        email="maire.lucheux@example.invalid", first_name="Agnès", last_name="Vimeux", role="elected", place="80495"
    ),
    Account(email="redaction@example.invalid", first_name="Chloé", last_name="Hénin", role="editor"),
    Account(email="dpo@example.invalid", first_name="Olivier", last_name="Mercier", role="dpo"),
    Account(email="habitante@example.invalid", first_name="Jeanne", last_name="Dubois"),
    Account(email="habitant@example.invalid", first_name="Paul", last_name="Leclercq"),
)


def demo_accounts() -> list[dict[str, str]]:
    """What the command line prints, once they exist: who, with which address and password.

    Empty outside a demonstration.
    """
    if not settings.DEMO:
        return []
    return [
        {
            "label": f"{account.label}, {_body(account).name}" if account.place else account.label,
            "name": f"{account.first_name} {account.last_name}",
            "email": account.email,
            "password": PASSWORD,
            "secret": account.secret if account.needs_code else "",
        }
        for account in ACCOUNTS
    ]


@transaction.atomic
def load() -> None:
    """Make the accounts that are missing; a second load changes nothing."""
    for account in ACCOUNTS:
        if get_user_model().objects.filter(email__iexact=account.email).exists():
            continue
        user = actions.create_account(
            account.email,
            password=PASSWORD if settings.DEMO else None,
            first_name=account.first_name,
            last_name=account.last_name,
        )
        if account.superuser:
            actions.make_administrator(account.email)
        if account.role:
            body = _body(account)
            team = Team.objects.filter(organisation=body, name=account.team).first() if account.team else None
            actions.give_role(user, body, account.role, actor=None, team=team)
        if settings.DEMO and account.needs_code:
            totp.TOTP.activate(user, account.secret)
            RecoveryCodes.activate(user)


def _body(account: Account) -> Organisation:
    if account.place:
        return Organisation.objects.get(pk=Commune.objects.get(code_insee=account.place).pk)
    return Organisation.objects.get(is_operator=True)


def current_code(secret: str) -> str:
    """The six digits of now (RFC 6238: steps of thirty seconds)."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // PERIOD))
