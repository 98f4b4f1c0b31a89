"""Every write on residents, households, codes, mandates, and on what a person asks of their own data."""

from beffroi.shared.people.actions.codes import check_code, send_code, verify_contact
from beffroi.shared.people.actions.erasure import ask_erasure, run_erasure
from beffroi.shared.people.actions.households import (
    add_member,
    change_household,
    create_household,
    end_membership,
)
from beffroi.shared.people.actions.mandates import (
    accept_invitation,
    agree_online,
    confirm_mandate,
    create_mandate,
    create_relative_mandate,
    invite_relative,
    revoke_mandate,
    send_mandate_code,
    withdraw_invitation,
)
from beffroi.shared.people.actions.persons import (
    anonymise_person,
    change_person,
    create_person,
    merge_persons,
    person_of,
    record_view,
)
from beffroi.shared.people.errors import Refused, WrongCode

__all__ = [
    "Refused",
    "WrongCode",
    "accept_invitation",
    "add_member",
    "agree_online",
    "anonymise_person",
    "ask_erasure",
    "change_household",
    "change_person",
    "check_code",
    "confirm_mandate",
    "create_household",
    "create_mandate",
    "create_person",
    "create_relative_mandate",
    "end_membership",
    "invite_relative",
    "merge_persons",
    "person_of",
    "record_view",
    "revoke_mandate",
    "run_erasure",
    "send_code",
    "send_mandate_code",
    "verify_contact",
    "withdraw_invitation",
]
