"""What the square code of a notice of payment (avis des sommes à payer) says: 130 characters at fixed places.

1-64 spaces, 65-67 establishment, 68 period, 69-71 product, 72-73 « 00 », 74-75 year, 76 key 5 (modulo 11), 77-82
issuer, 83-86 « 0001 », 87-88 key 3, 89 space, 90-91 key 2, 92-115 reference of the operation (number of the debt 15,
rank of the letter of Cle2, accounting post 6, « 4 »), 116 « 9 », 117-118 key 1, 119 « 8 », 120-121 « 06 », 122 space,
123-130 amount in cents.
"""

from dataclasses import dataclass

from beffroi.shared.billing.pes.keys import LETTERS, key_2, modulo_11, modulo_100

LENGTH = 130


@dataclass(frozen=True, kw_only=True)
class Title:
    """What one notice of payment says. `amount` in cents; `issuer` = the six first digits of the SIRET."""

    establishment: str
    period: int
    product: str
    year: int
    issuer: str
    debt: int
    post: str
    amount: int


def content(title: Title) -> str:
    """The 130 characters."""
    period = title.period % 10
    fixed = f"{title.establishment:0>3}"[-3:] + f"{period}{title.product[-2:]:0>3}00{title.year % 100:02d}"
    issuer = f"{title.issuer[:6]:0>6}0001"
    rank = LETTERS.index(key_2(title.year, period, title.debt)) + 1
    reference = f"{title.debt:015d}{rank:02d}{title.post[:6]:0>6}4"
    document = reference + "9"
    amount = f"{title.amount:>8d}"
    first = modulo_100((document + "8").replace(" ", "0"), 9) + modulo_100(amount.replace(" ", "0"))
    text = (
        f"{'':64}{fixed}{modulo_11(fixed) % 10}{issuer}{modulo_100(issuer):02d} {modulo_100(document):02d}"
        f"{document}{first % 100:02d}806 {amount}"
    )
    if len(text) != LENGTH:
        raise ValueError("a field of this title is too long for its place")
    return text
