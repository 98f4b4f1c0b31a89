"""What modules have to invoice. A module makes its source known when it starts:

    sources.register(Source(code="childcare", label="Accueils de loisirs", bills=bills))

`bills(regie, start, end)` yields `actions.Bill`, one for each payer, the same ones in the same order when it is called
again, each with a `source` key of its own. It may yield tens of thousands: it reads by batches.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date

from beffroi.shared.billing.actions.invoices import Bill
from beffroi.shared.billing.models import Invoice, Regie, Run
from beffroi.shared.billing.rates import Gathered
from beffroi.shared.billing.simulation import Household


@dataclass(frozen=True, kw_only=True)
class Beneficiary:
    """Who used what is invoiced, as a certificate names them."""

    name: str
    born: date


@dataclass(frozen=True, kw_only=True)
class Overcharge:
    """What an issued invoice charges and that is no longer due, `amount` in cents; `lines` are those of a credit note.

    `reason` is what the payer and the accountant read. It is worked out again each time, so that what a credit note
    has given back is no longer in it.
    """

    invoice: Invoice
    reason: str
    lines: list[Gathered]

    @property
    def amount(self) -> int:
        return -sum(line.amount for line in self.lines)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Something that is invoiced by periods.

    `population(regie, start, end)` yields the families with what they used, for the simulator of tariffs.
    `people(keys)` names those whose invoice lines bear `keys` as beneficiaries; an unknown key is left out.
    `overcharges(regies, invoice)` tells what is to be given back on the invoices of régies, or on one.
    `settle(run)` writes, as a run is launched, what its bills must agree on until the last one is issued.
    """

    code: str
    label: str
    bills: Callable[[Regie, date, date], Iterator[Bill]]
    population: Callable[[Regie, date, date], Iterator[Household]] | None = None
    people: Callable[[Collection[str]], dict[str, Beneficiary]] | None = None
    overcharges: Callable[[Collection[Regie], Invoice | None], list[Overcharge]] | None = None
    settle: Callable[[Run], object] | None = None


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Make a source known; the last one of a code wins."""
    _sources[source.code] = source


def find(code: str) -> Source:
    """The source of that code. Raises KeyError when its module is no longer installed."""
    return _sources[code]


def choices() -> list[tuple[str, str]]:
    """(code, label) of each source."""
    return sorted(((one.code, one.label) for one in _sources.values()), key=lambda pair: pair[1])


def settle(run: Run) -> None:
    """Let the source of a run write what its bills must agree on; within the transaction that launches it."""
    source = _sources.get(run.source)
    if source is not None and source.settle is not None:
        source.settle(run)


def overcharges(regies: Collection[Regie], invoice: Invoice | None = None) -> list[Overcharge]:
    """What is to be given back on the invoices of these régies (or on `invoice` alone), the oldest first."""
    found = [one for source in _sources.values() if source.overcharges for one in source.overcharges(regies, invoice)]
    return sorted(found, key=lambda one: (one.invoice.issued_on, one.invoice.pk))


def people(keys: Collection[str]) -> dict[str, Beneficiary]:
    """Who the beneficiaries of invoice lines are, whichever module they come from: `code:…` belongs to that source."""
    found: dict[str, Beneficiary] = {}
    for code, source in _sources.items():
        mine = [key for key in keys if key.startswith(f"{code}:")]
        if mine and source.people is not None:
            found |= source.people(mine)
    return found
