"""Writing in the accounts: the only place that makes postings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from beffroi.shared.billing.models import Account, Invoice, Leg, Payment, Posting, Regie

Side = tuple[Account, int, Invoice | None, Payment | None]


@dataclass
class Draft:
    """A posting to write: its sides are (account, cents, invoice, payment); those of zero are left out."""

    kind: Posting.Kind
    label: str
    sides: Sequence[Side]

    @property
    def real(self) -> list[Side]:
        return [side for side in self.sides if side[1]]


def post_many(regie: Regie, drafts: Iterable[Draft], *, day: date, actor) -> list[Posting]:
    """Write postings: two queries, however many. One whose sides are all zero is not written."""
    drafts = [draft for draft in drafts if draft.real]
    postings = Posting.objects.bulk_create(
        Posting(regie=regie, kind=draft.kind, day=day, label=draft.label[:160], actor=actor) for draft in drafts
    )
    Leg.objects.bulk_create(
        Leg(posting=posting, account=account, amount=amount, invoice=invoice, payment=payment)
        for posting, draft in zip(postings, drafts, strict=True)
        for account, amount, invoice, payment in draft.real
    )
    return postings


def post(regie: Regie, kind: Posting.Kind, label: str, sides: Sequence[Side], *, day: date, actor) -> None:
    """Write one posting."""
    post_many(regie, [Draft(kind, label, sides)], day=day, actor=actor)
