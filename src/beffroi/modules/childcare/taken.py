"""What bodies took under their ceilings, reread where the runs wrote it: a day already charged is never priced again.

A quotient or a tariff that changes afterwards moves nothing. What a credit note gave back to the body is free again: a
whole invoice, or the days that its lines name; one made by hand for a part, without a day, changes nothing.
"""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence

from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from beffroi.modules.childcare.invoice_days import dates_of
from beffroi.modules.childcare.models import Child, Support, SupportDraw
from beffroi.shared.billing import rates
from beffroi.shared.billing.models import Invoice, InvoiceLine, Regie, Run
from beffroi.shared.billing.money import rounded

Status = Run.Status


def beneficiary(child_id: int) -> str:
    """How an invoice line names the child."""
    return f"childcare:{child_id}"


def is_kept(run: Run) -> bool:
    """Does what a run wrote count? Not when it was given up, nor when it stopped before its first invoice."""
    return run.status in (Status.RUNNING, Status.DONE) or (run.status == Status.FAILED and run.done > 0)


class Taken:
    """What some bodies took already, in four queries at most; none when no body has a ceiling.

    `regie` and `period` = the run that is being invoiced, of which the parts are followed, not counted twice.
    """

    def __init__(
        self,
        supports: Collection[Support] = (),
        regie: Regie | None = None,
        period: tuple[datetime.date, datetime.date] | None = None,
    ):
        self.before: dict[int, list[rates.Paid]] = defaultdict(list)
        self._mine: dict[int, list[SupportDraw]] = defaultdict(list)
        self._keys: dict[int, set[str]] = defaultdict(set)
        self._periods: dict[int, set[tuple[int, datetime.date, datetime.date]]] = defaultdict(set)
        held = {one.pk: one for one in supports if one.ceilings}
        if not held:
            return
        rows = SupportDraw.objects.filter(support__in=held).select_related("run__regie").order_by("day", "pk")
        counted = []
        for one in rows:
            if not is_kept(one.run):
                continue
            if regie is not None and one.run.regie_id == regie.pk and (one.run.start, one.run.end) == period:
                self._mine[one.support_id].append(one)
                continue
            self._periods[one.support_id].add((one.run.regie.organisation_id, one.run.start, one.run.end))
            self._keys[one.support_id].add(one.key)
            counted.append(one)
        if counted:
            self._count(counted, held)

    def _count(self, draws: list[SupportDraw], held: dict[int, Support]) -> None:
        """Keep what invoices bear: a finished run that did not charge the body took nothing from it."""
        bodies = {one.body_id for one in held.values()}
        invoices = Invoice.objects.filter(run__in={one.run_id for one in draws}, payer_body__in=bodies)
        invoices = invoices.annotate(back=Coalesce(Sum("credit_notes__total"), 0))
        found = {(one.run_id, one.payer_body_id): one for one in invoices}
        given = _given_back([one for one in found.values() if one.back])
        for draw in draws:
            support = held[draw.support_id]
            invoice = found.get((draw.run_id, support.body_id))
            if invoice is None and draw.run.status == Status.DONE:
                continue
            if invoice is not None and invoice.back + invoice.total <= 0:
                continue
            who, price, part = beneficiary(support.home.child_id), draw.price, draw.part
            key = (invoice.pk if invoice else 0, who, draw.day)
            if part > 0 and (back := min(given[key], part)):
                given[key] -= back
                price, part = rounded(price * (part - back) / part), part - back
            paid = rates.Paid(day=draw.day, who=who, tariff=draw.tariff_id, price=price, part=part)
            self.before[support.pk].append(paid)

    def covers(self, support: Support, organisation_id: int, day: datetime.date) -> bool:
        """Is this day in a period of which a run of that body's régie wrote what was taken?"""
        periods = self._periods.get(support.pk, ())
        return any(one == organisation_id and start <= day <= end for one, start, end in periods)

    def charged(self, support: Support, key: str) -> bool:
        """Is this booking on an invoice already?"""
        return key in self._keys.get(support.pk, ())

    def split(self, support: Support, lines: Sequence[rates.Line], before: Sequence[rates.Line] = ()) -> list[int]:
        """What the body pays of each line, in cents: what its run decided, else what is left under the ceilings."""
        decided: dict[tuple, list[int]] = defaultdict(list)
        for draw in self._mine.get(support.pk, ()):
            decided[draw.kind, draw.key, draw.day, draw.tariff_id, draw.price].append(draw.part)
        who, paid = beneficiary(support.home.child_id), list(self.before.get(support.pk, ()))
        parts: dict[int, int] = {}
        for rank, line in enumerate(lines):
            known = decided.get((line.kind, line.key, line.day, line.tariff, line.amount))
            if known and line.day:
                parts[rank] = known.pop(0)
                paid.append(rates.Paid(day=line.day, who=who, tariff=line.tariff, price=line.amount, part=parts[rank]))
        others = [rank for rank in range(len(lines)) if rank not in parts]
        made = rates.third_party([lines[rank] for rank in others], support.percent, support.ceilings, before, paid)
        parts |= dict(zip(others, made, strict=True))
        return [parts[rank] for rank in range(len(lines))]


def _given_back(invoices: Collection[Invoice]) -> Counter[tuple[int, str, datetime.date]]:
    """{(invoice, who, day): cents that its credit notes gave back}; a file merged into another one names that child."""
    given: Counter[tuple[int, str, datetime.date]] = Counter()
    if not invoices:
        return given
    of = {one.pk: one for one in invoices}
    lines = InvoiceLine.objects.filter(invoice__credits__in=of).exclude(beneficiary="").exclude(days="")
    lines = list(lines.annotate(credited=F("invoice__credits")))
    ids = {int(pk) for line in lines if (pk := line.beneficiary.partition(":")[2]).isdigit()}
    merged = Child.objects.filter(pk__in=ids, merged_into__isnull=False).values_list("pk", "merged_into")
    names = {beneficiary(pk): beneficiary(known) for pk, known in merged}
    for line in lines:
        invoice = of[line.credited]
        if invoice.period_start is None or invoice.period_end is None:
            continue
        for day in dates_of(line, invoice.period_start, invoice.period_end):
            given[invoice.pk, names.get(line.beneficiary, line.beneficiary), day] -= line.amount
    return given
