"""Who is told, by which channel, and that it is told once.

A line of the journal whose verb has a `Notice` defers a job in its own transaction; the job fills the outbox
(`filling`), whose unique keys make a second identical message impossible; the outbox is then sent (`outbox`), by
e-mail, SMS or notification on the device, or simply read in « Mes avis ».
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A person to tell: an account, or an address left without an account.

    `link` is the address (path or absolute) at which this person follows the matter (it may hold a secret token, so
    it is never written in a log). `unsubscribe` is the page at which such messages are stopped, when there is one
    other than the preferences of the account. A telephone without account is used only when there is no e-mail.
    """

    user: Any = None
    email: str = ""
    phone: str = ""
    name: str = ""
    link: str = ""
    unsubscribe: str = ""


_verified_phone: Callable[[Any], str] = lambda user: ""  # noqa: E731


def register_phone(lookup: Callable[[Any], str]) -> None:
    """Say who knows the telephone that an account has proved to be its own ("" = none); the last one wins."""
    global _verified_phone
    _verified_phone = lookup


def verified_phone(user) -> str:
    """The telephone to which this account may be told by SMS, empty when it has verified none."""
    return _verified_phone(user)
