"""Cents: how they are rounded, written and read."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MOST = 10**11


def rounded(amount: Decimal | int) -> int:
    """An amount in cents, not whole, as whole cents: the nearest one, and the half upwards (away from zero)."""
    return amount if isinstance(amount, int) else int(amount.quantize(Decimal(1), ROUND_HALF_UP))


def euros(cents: int) -> Decimal:
    """1250 cents = 12.50 euros."""
    return Decimal(cents).scaleb(-2)


def cents(amount: Decimal) -> int:
    """12.50 euros = 1250 cents. Raises ValueError below the cent."""
    scaled = amount.scaleb(2)
    if scaled != scaled.to_integral_value():
        raise ValueError("Un montant ne compte pas de fraction de centime.")
    return int(scaled)


def words(cents: int) -> str:
    """« 1 250,05 € », with the spaces that never break."""
    sign, value = ("−" if cents < 0 else ""), abs(cents)
    return f"{sign}{value // 100:,}".replace(",", "\u202f") + f",{value % 100:02d}\u00a0€"


def number(value: Decimal) -> str:
    """1.5000 = « 1,5 »: as it is written, without useless zeros."""
    return format(value.normalize(), "f").replace(".", ",")


def read(text: str) -> int:
    """The cents of « 12,50 », « 1 250 € » or « 12.5 ». Raises ValueError with words for the user."""
    bare = re.sub(r"[\s\u00a0\u202f€]", "", text).replace("−", "-").replace(",", ".")
    try:
        value = cents(Decimal(bare))
    except InvalidOperation:
        raise ValueError("Écrivez un montant en euros, par exemple 12,50.") from None
    if abs(value) >= MOST:
        raise ValueError("Ce montant est trop grand.")
    return value
