"""Keep a budget as its file says it, publish it, withdraw it; keep a chart of accounts."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.modules.transparency.importing import charts
from beffroi.modules.transparency.importing.budgets import Reading
from beffroi.modules.transparency.models import Budget, BudgetLine, Chart
from beffroi.modules.transparency.models.budget import TWICE
from beffroi.modules.transparency.workflow import budgets as workflow
from beffroi.shared.organisations.models import Organisation


def keep_chart(data: bytes, *, actor) -> Chart:
    """A chart of accounts, new or given again. Records "transparency.chart". Raises `tables.Unreadable`."""
    nomenclature, year, content = charts.read(data)
    with transaction.atomic():
        chart, _created = Chart.objects.update_or_create(
            nomenclature=nomenclature, year=year, defaults={"content": content}
        )
        journal.record("transparency.chart", chart, actor=actor, data={"accounts": len(content["accounts"])})
    return chart


@transaction.atomic
def keep_budget(organisation: Organisation, reading: Reading, *, actor) -> Budget:
    """The budget that a file holds, to be read again before it is published. Records "transparency.budget".

    Raises ValidationError when the file has faults, is of another body, or when this step is already here.
    """
    budget = reading.budget
    if budget is None or reading.faults:
        raise ValidationError("Ce fichier a des lignes fautives : rien n’en est gardé.")
    siren = organisation.siret[:9] or organisation.siren
    if not siren:
        raise ValidationError(f"Le SIRET de {organisation} n’est pas connu : complétez sa fiche.")
    if budget.siret[:9] != siren:
        raise ValidationError(f"Ce budget est celui du SIRET {budget.siret}, pas celui de {organisation}.")
    budget.organisation = organisation
    budget.full_clean(exclude=["organisation"], validate_constraints=False)
    try:
        with transaction.atomic():
            budget.save(force_insert=True)
    except IntegrityError as error:
        raise ValidationError(TWICE) from error
    for line in reading.lines:
        line.budget = budget
    BudgetLine.objects.bulk_create(reading.lines, batch_size=1000)
    data = {"step": budget.step, "year": budget.year, "lines": budget.lines_count, "sha256": budget.sha256}
    journal.record("transparency.budget", budget, actor=actor, data=data)
    return budget


@transaction.atomic
def publish_budget(budget: Budget, *, actor, at: datetime | None = None) -> Budget:
    """Put it online. Raises TransitionRefused, PermissionDenied."""
    workflow.fire("publish_budget", budget, actor=actor, update={"published_at": at or timezone.now()})
    return budget


@transaction.atomic
def withdraw_budget(budget: Budget, *, actor, reason: str) -> Budget:
    """Take it off line, with the reason; its lines are kept. Raises TransitionRefused, PermissionDenied."""
    if not reason.strip():
        raise ValidationError({"reason": "Donnez le motif : il reste dans l’historique."})
    workflow.fire("withdraw_budget", budget, actor=actor, data={"reason": reason.strip()})
    return budget
