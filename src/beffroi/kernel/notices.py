"""Who is told, by which channel."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """A person to tell: an account, or an address left without an account.

    `link` is the address (path or absolute) at which this person follows the matter (it may hold a secret token, so
    it is never written in a log).
    """

    user: Any = None
    email: str = ""
    phone: str = ""
    name: str = ""
    link: str = ""
