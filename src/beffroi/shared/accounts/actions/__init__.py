"""Every write on accounts, invitations, roles and teams."""

from beffroi.shared.accounts.actions.accounts import (
    anonymise_account,
    close_sessions,
    confirm_address,
    create_account,
    forget_second_factor,
    make_administrator,
    warn_unused_account,
)
from beffroi.shared.accounts.actions.invitations import (
    accept_invitation,
    decide_access,
    invite_person,
    request_access,
    resend_invitation,
    revoke_invitation,
)
from beffroi.shared.accounts.actions.roles import change_team, create_team, end_role, give_role

__all__ = [
    "accept_invitation",
    "anonymise_account",
    "change_team",
    "close_sessions",
    "confirm_address",
    "create_account",
    "create_team",
    "decide_access",
    "end_role",
    "forget_second_factor",
    "give_role",
    "invite_person",
    "make_administrator",
    "request_access",
    "resend_invitation",
    "revoke_invitation",
    "warn_unused_account",
]
