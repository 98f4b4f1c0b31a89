"""Indicators of actions and their values."""

from datetime import date, timedelta
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import indicators, modules
from beffroi.modules.roadmap.actions.common import apply_changes, note_fact
from beffroi.modules.roadmap.actions.content import keep_reason
from beffroi.modules.roadmap.models import Action, ActionIndicator, IndicatorValue


@transaction.atomic
def save_indicator(
    action: Action, *, actor, indicator: ActionIndicator | None = None, reason="", **fields
) -> ActionIndicator:
    """Add an indicator to an action, or change it. Records "roadmap.indicators" when something changed.

    An automatic one must name an indicator that the platform knows, unless it already named it before its module was
    switched off. Raises ValidationError.
    """
    known = indicator.code if indicator else ""
    indicator = indicator or ActionIndicator(action=action, position=action.indicators.count() + 1)
    code = fields.get("code", indicator.code)
    if code and code != known and modules.find("indicators", code) is None:
        raise ValidationError({"code": "Aucun module en service ne fournit cet indicateur."})
    if apply_changes(indicator, fields):
        keep_reason(action, actor, ["indicators"], reason)
        note_fact("indicators", action, actor, indicator=indicator.pk)
    return indicator


@transaction.atomic
def delete_indicator(indicator: ActionIndicator, *, actor) -> None:
    """Remove an indicator with its values. Records "roadmap.indicators"."""
    action, pk = indicator.action, indicator.pk
    indicator.delete()
    note_fact("indicators", action, actor, removed=pk)


@transaction.atomic
def record_value(
    indicator: ActionIndicator, *, actor, date: date, value: Decimal, nature="real", comment=""
) -> IndicatorValue:
    """Write the figure of a day by hand, replacing the one of the same day and nature. Records "roadmap.value".

    Refused for an automatic indicator (its real values are read by the platform), except as an estimate.
    """
    if indicator.is_automatic and nature == IndicatorValue.Nature.REAL:
        raise ValidationError({"nature": "Les valeurs réelles de cet indicateur sont relevées par la plateforme."})
    if nature == IndicatorValue.Nature.REAL and date > timezone.localdate():
        raise ValidationError({"date": "Une valeur réelle ne peut pas être dans l’avenir ; notez-la comme estimée."})
    line = IndicatorValue.objects.filter(indicator=indicator, date=date, nature=nature).first()
    line = line or IndicatorValue(indicator=indicator, date=date, nature=nature)
    if apply_changes(line, {"value": value, "comment": comment}):
        note_fact("value", indicator.action, actor, indicator=indicator.pk)
    return line


@transaction.atomic
def delete_value(value: IndicatorValue, *, actor) -> None:
    """Remove a value typed by mistake. Records "roadmap.value"."""
    action, pk = value.indicator.action, value.indicator_id
    if value.automatic:
        raise ValidationError("Cette valeur a été relevée par la plateforme : elle ne s’efface pas à la main.")
    value.delete()
    note_fact("value", action, actor, indicator=pk)


@transaction.atomic
def read_automatic(day: date) -> int:
    """Read every automatic indicator for the period that ends with `day` included; returns how many had a value.

    Run each night for the day before, so it writes no journal line: a reading is not somebody's act. A module that is
    switched off, or that has no data for the period, leaves no value rather than a zero.
    """
    readings: dict[tuple[str, int], Decimal | None] = {}
    written = 0
    for indicator in ActionIndicator.objects.exclude(code="").order_by("code", "period_days"):
        registered = indicator.registered
        if registered is None:
            continue
        key = (indicator.code, indicator.period_days)
        if key not in readings:
            readings[key] = indicators.compute(registered, day - timedelta(days=indicator.period_days - 1), day)
        if readings[key] is not None:
            IndicatorValue.objects.update_or_create(
                indicator=indicator,
                date=day,
                nature=IndicatorValue.Nature.REAL,
                defaults={"value": readings[key], "automatic": True},
            )
            written += 1
    return written
