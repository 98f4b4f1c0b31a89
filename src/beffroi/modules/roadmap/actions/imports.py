"""Workbooks received, shown, then applied."""

from datetime import timedelta

from django.db import transaction

from beffroi.modules.roadmap import importing
from beffroi.modules.roadmap.actions.common import note_fact
from beffroi.modules.roadmap.models import ImportDraft, Plan

KEPT = timedelta(days=1)


@transaction.atomic
def keep_draft(plan: Plan, *, actor, name: str, content: bytes) -> ImportDraft:
    """Keep a workbook until its author confirms it; the one before, of the same author, is dropped."""
    ImportDraft.objects.filter(plan=plan, author=actor).delete()
    return ImportDraft.objects.create(plan=plan, author=actor, file_name=name[:200], content=content)


@transaction.atomic
def apply_draft(draft: ImportDraft, *, actor, reason: str = "") -> importing.Outcome:
    """Write a workbook into its plan, all of it or nothing. Records "roadmap.import" when something changed."""
    plan = draft.plan
    outcome = importing.apply(plan, importing.read(bytes(draft.content)), actor=actor, reason=reason.strip())
    if outcome.is_sound:
        if outcome.changes:
            note_fact("import", plan, actor, changes=len(outcome.changes))
        draft.delete()
    return outcome
