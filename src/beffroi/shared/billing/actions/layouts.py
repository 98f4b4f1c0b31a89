"""The files that another accounting software reads: how a body wants them, and each one that leaves."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.billing import layouts
from beffroi.shared.billing.models import AccountingLayout, Regie

MOST_LINES = 100_000


@transaction.atomic
def save_layout(layout: AccountingLayout, *, actor) -> AccountingLayout:
    """Keep how a body wants the file. Records "billing.layout"; raises ValidationError, column by column."""
    try:
        layouts.columns_of(layout.columns, layout.content)
    except layouts.BadColumns as bad:
        raise ValidationError({"columns": bad.faults}) from None
    layout.updated_at = timezone.now()
    layout.full_clean()
    layout.save()
    journal.record("billing.layout", layout, actor=actor, data={"content": layout.content})
    return layout


@transaction.atomic
def drop_layout(layout: AccountingLayout, *, actor) -> None:
    """Throw a layout away; the files that left are not called back. Records "billing.layout_drop" on its body."""
    journal.record("billing.layout_drop", layout.organisation, actor=actor, data={"content": layout.content})
    layout.delete()


@transaction.atomic
def export_accounts(layout: AccountingLayout, regie: Regie, since: date, until: date, *, actor) -> tuple[bytes, int]:
    """(the file of a régie and a period, its lines). Records "billing.export": the names of payers leave.

    `layout` may be one that is ready, not saved. Raises ValidationError: another body, days in disorder, too much.
    """
    if layout.organisation_id != regie.organisation_id:
        raise ValidationError("Ce format est celui d’un autre organisme.")
    if until < since:
        raise ValidationError({"au": "La fin vient après le début."})
    rows = layouts.rows_of(layout.content, regie, since, until)
    if rows.count() > MOST_LINES:
        raise ValidationError({"au": "Plus de cent mille lignes : choisissez une période plus courte."})
    content, count = layouts.write(layout, rows)
    data = {
        "layout": layout.pk,
        "content": layout.content,
        "since": since.isoformat(),
        "until": until.isoformat(),
        "lines": count,
    }
    journal.record("billing.export", regie, actor=actor, data=data)
    return content, count
