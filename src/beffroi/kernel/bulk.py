"""One gesture on many objects: each is done, or says why it is not; a refusal changes nothing for the others."""

from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from beffroi.kernel.workflow import TransitionRefused

MOST = 200
REFUSED = "ce geste ne vous est pas permis"


@dataclass(frozen=True)
class Line:
    """What became of one object, for the report."""

    reference: str
    done: bool
    text: str


def attempt(reference: str, perform: Callable[[], str], refused: str = REFUSED) -> Line:
    """Do it whole or not at all; `perform` returns what was done, in a few words."""
    try:
        with transaction.atomic():
            return Line(reference, True, perform())
    except PermissionDenied:
        return Line(reference, False, refused)
    except TransitionRefused as refusal:
        return Line(reference, False, str(refusal))
    except ValidationError as error:
        return Line(reference, False, " ".join(error.messages))


def numbers(ticked: list[str]) -> list[int]:
    """The identifiers of the lines ticked in a list, `MOST` at most."""
    return [int(number) for number in ticked if number.isascii() and number.isdecimal() and len(number) < 15][:MOST]
