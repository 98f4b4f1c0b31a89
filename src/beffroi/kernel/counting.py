"""Many counts in one question to the database."""

from collections.abc import Iterable

from django.db.models import Count, IntegerField, QuerySet, Value


def counted_together(querysets: Iterable[QuerySet]) -> list[int]:
    """The number of rows of each queryset, in one query whatever their models."""
    parts = [
        rows.order_by()
        .annotate(_rank=Value(rank, output_field=IntegerField()))
        .values("_rank")
        .annotate(_total=Count("pk", distinct=True))
        .values_list("_rank", "_total")
        for rank, rows in enumerate(querysets)
    ]
    if not parts:
        return []
    found = dict(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    return [found.get(rank, 0) for rank in range(len(parts))]
