"""Paying online: what any provider must do, and those that are known.

A provider opens an operation, gives the address where the payer goes, and answers when it is asked what became of it.
What the browser brings back, and what the provider sends by itself, only says that it is time to ask.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Result(StrEnum):
    """What became of an operation: WAITING may still become any other; the others are final."""

    WAITING = "waiting"
    PAID = "paid"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class ProviderDown(Exception):
    """The provider does not answer, or not as its norm says: nothing is known, ask again later."""


class ProviderRefuses(Exception):
    """The provider refuses the operation; the message is for the log and the agent, not for the payer."""

    def __init__(self, code: str, text: str):
        super().__init__(f"{code} {text}".strip())
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What is to be paid: `amount` in cents, `reference` letters and digits (thirty at most), `year` of the debt."""

    client: str
    mode: str
    reference: str
    label: str
    amount: int
    email: str
    year: int
    notify_url: str
    return_url: str


@dataclass(frozen=True, kw_only=True)
class Opened:
    """An operation opened at the provider, and where to send the payer."""

    operation: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The answer of the provider. `amount` in cents and `reference` are what it says was paid."""

    result: Result
    amount: int = 0
    reference: str = ""
    authorisation: str = ""
    at: datetime | None = None
    words: str = ""


class Provider(Protocol):
    """What a payment service does."""

    code: str
    label: str
    lifetime_minutes: int

    def open(self, demand: Demand) -> Opened:
        """Open an operation. Raises ProviderDown or ProviderRefuses."""
        ...

    def page(self, operation: str) -> str:
        """The address at which the payer pays an operation that is open."""
        ...

    def ask(self, operation: str) -> Outcome:
        """What became of it. Raises ProviderDown."""
        ...


_makers: dict[str, Callable[[], Provider]] = {}


def register(code: str, make: Callable[[], Provider]) -> None:
    """Make a provider known; the last one of a code wins."""
    _makers[code] = make


def provider(code: str) -> Provider:
    """The provider of that code. Raises KeyError."""
    return _makers[code]()
