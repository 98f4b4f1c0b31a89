"""How personal data dies: the rules of the manifests, applied one object after the other.

Each object is treated in its own transaction, under a lock: a process killed in the middle loses nothing and the next
run goes on; two runs at the same time never treat the same object twice. What a rule treats must no longer be due, or
the treatment is undone and told as a fault.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone

from beffroi.kernel import journal, modules, search
from beffroi.kernel.models import RetentionRun
from beffroi.kernel.modules import RetentionRule

log = logging.getLogger("beffroi.retention")

BATCH = 200
MOST_FAULTS = 20


class StillDue(Exception):
    """A rule was applied and its object is due all the same: the rule is wrong."""


@dataclass(frozen=True)
class Due:
    """A rule and how many objects it would treat now."""

    rule: RetentionRule
    count: int


def report(now: datetime | None = None) -> list[Due]:
    """What is due, rule by rule, changing nothing: one question to the database for all the rules."""
    now = now or timezone.now()
    rules = list(modules.collect("retention"))
    if not rules:
        return []
    parts, parameters = [], []
    for rule in rules:
        sql, given = rule.due(now).order_by().values("pk").query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({sql}) AS objects)")  # noqa: S608  made by the ORM, values apart
        parameters += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", parameters)
        counts = cursor.fetchone()
    return [Due(rule, count) for rule, count in zip(rules, counts, strict=True)]


def apply_all(now: datetime | None = None) -> list[RetentionRun]:
    """Apply every rule; one that breaks does not stop the others."""
    return [apply_rule(rule, now) for rule in modules.collect("retention")]


def apply_rule(rule: RetentionRule, now: datetime | None = None) -> RetentionRun:
    """Treat all that one rule finds due; returns the trace of the run, told in the journal when something was done."""
    now = now or timezone.now()
    run = RetentionRun.objects.create(rule=rule.code)
    try:
        run.due = rule.due(now).count()
        for pk in _due(rule, now):
            _treat(rule, pk, now, run)
    except Exception as fault:
        log.exception("retention rule=%s", rule.code)
        run.failed += 1
        _note(run, None, fault)
    run.ended_at = timezone.now()
    with transaction.atomic():
        run.save()
        if run.done or run.failed:
            data = {"rule": rule.code, "done": run.done, "failed": run.failed}
            journal.record("kernel.retention", run, actor=None, data=data)
    return run


def _due(rule: RetentionRule, now: datetime) -> Iterator:
    """The numbers of what is due, by batches in their order, each seen once: one that fails is passed over."""
    last = None
    while True:
        found = rule.due(now).order_by("pk")
        if last is not None:
            found = found.filter(pk__gt=last)
        pks = list(found.values_list("pk", flat=True)[:BATCH])
        if not pks:
            return
        yield from pks
        last = pks[-1]


def _treat(rule: RetentionRule, pk, now: datetime, run: RetentionRun) -> None:
    try:
        with transaction.atomic():
            if not _treat_locked(rule, pk, now):
                return
        run.done += 1
    except Exception as fault:  # noqa: BLE001  one object in fault must not keep the others alive
        log.warning("retention rule=%s object=%s error=%s", rule.code, pk, type(fault).__name__)
        run.failed += 1
        _note(run, pk, fault)
    if (run.done + run.failed) % BATCH == 0:
        run.save(update_fields=["due", "done", "failed", "faults"])


def _treat_locked(rule: RetentionRule, pk, now: datetime) -> bool:
    """Treat one object unless another run holds it or has treated it; True when it was treated."""
    model = apps.get_model(rule.model)
    locked = model._base_manager.select_for_update(skip_locked=True, of=("self",)).filter(pk=pk)
    if not locked.values_list("pk", flat=True):
        return False
    target = rule.due(now).filter(pk=pk).first()
    if target is None:
        return False
    if rule.action == "delete":
        # Told while it can still be named; what is deleted leaves the index too.
        _tell(rule, target)
        search.forget(target)
        rule.apply(target)
    else:
        rule.apply(target)
        _tell(rule, target)
    if rule.due(now).filter(pk=pk).exists():
        raise StillDue(rule.code)
    return True


def _tell(rule: RetentionRule, target) -> None:
    if rule.each:
        verb = "kernel.delete" if rule.action == "delete" else "kernel.anonymise"
        journal.record(verb, target, actor=None, data={"rule": rule.code})


def _note(run: RetentionRun, pk, fault: Exception) -> None:
    if len(run.faults) < MOST_FAULTS:
        run.faults.append({"id": str(pk) if pk is not None else "", "error": type(fault).__name__})


def latest() -> dict[str, RetentionRun]:
    """{rule: its last run}, in one query."""
    runs = RetentionRun.objects.order_by("rule", "-started_at").distinct("rule")
    return {run.rule: run for run in runs}
