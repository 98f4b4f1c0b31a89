"""What bodies pay under their ceilings, decided once for each run."""

from django.db import transaction
from django.db.models import Q

from beffroi.modules.childcare import pricing
from beffroi.modules.childcare.models import Support, SupportDraw
from beffroi.shared.billing.models import Run


@transaction.atomic
def keep_draws(run: Run) -> int:
    """Write what each body with a ceiling pays of each line of a run that is being launched; returns how many lines.

    The bodies are locked until the launch is done: two régies that launch at once share what is left, one after the
    other. Launched again before its first invoice, a run is decided anew; later, nothing is written. The launch itself
    is what the journal records.
    """
    if run.invoices.exists():
        return 0
    SupportDraw.objects.filter(run=run).delete()
    paying = Support.objects.limited().filter(Q(end=None) | Q(end__gte=run.start), start__lte=run.end)
    if not list(paying.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True)):
        return 0
    made: list[SupportDraw] = []
    ranks: dict[int, int] = {}
    for support, line, part in pricing.drawn(run.regie, run.start, run.end):
        ranks[support.pk] = ranks.get(support.pk, 0) + 1
        made.append(
            SupportDraw(
                support=support,
                run=run,
                rank=ranks[support.pk],
                day=line.day,
                kind=line.kind,
                key=line.key,
                tariff_id=line.tariff,
                price=line.amount,
                part=part,
            )
        )
    SupportDraw.objects.bulk_create(made)
    return len(made)
