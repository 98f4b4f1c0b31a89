"""The control keys of a title in an ORMC slip.

Source: PES V2, schema 5.17, `Class_TitreAller.xsd`: Cle1 is modulo 11 over the code of the body, the code of the
nature, the two last digits of the year, the period and the number of the debt; Cle2 is modulo 23 over the two last
digits of the year, the period, « 00 » and the number of the debt (thirteen digits). The « code nature » is defined by
the technical annex ORMC, which is not published with the schema: the trésorerie gives it to the body.
"""

from itertools import cycle

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY"


def modulo_11(digits: str) -> int:
    """Each digit, from the right, times 2 to 7 and again; 11 less the rest of the sum by 11, and 1 for 10 or 11."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(digits), cycle(range(2, 8)), strict=False))
    key = 11 - total % 11
    return key if key < 10 else 1


def modulo_23(digits: str) -> str:
    """The letter that comes with the rest by 23; I, O and Z are not used."""
    return LETTERS[int(digits) % 23]


def key_1(body: str, nature: str, year: int, period: int, debt: int) -> int:
    """Cle1 of a title; `nature` = the two digits of the « code nature »."""
    return modulo_11(f"{body:0>3}{nature:0>2}{year % 100:02d}{period % 10}{debt:013d}")


def key_2(year: int, period: int, debt: int) -> str:
    """Cle2 of a title."""
    return modulo_23(f"{year % 100:02d}{period % 10}00{debt:013d}")


def modulo_100(digits: str, first: int = 1) -> int:
    """Each digit, from the right, times its rank (from `first`); the two last digits of the sum."""
    return sum(rank * int(digit) for rank, digit in enumerate(reversed(digits), first)) % 100
