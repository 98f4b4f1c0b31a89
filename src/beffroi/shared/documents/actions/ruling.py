"""The rules by which a body files what comes."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import journal
from beffroi.shared.documents import access, expressions
from beffroi.shared.documents.models import FilingRule


@transaction.atomic
def save_rule(rule: FilingRule, *, actor) -> FilingRule:
    """Add or change a rule. Records "documents.rule". Raises ValidationError when it proposes nothing, or the folder or
    the type of another body, or when its expression cannot be looked for."""
    access.require_manage_body(actor, rule.organisation_id)
    if rule.folder is None and rule.kind is None and not rule.tags.strip():
        raise ValidationError("Dites ce que la règle propose : un dossier, un type ou des étiquettes.")
    if rule.folder is not None and rule.folder.space.organisation_id != rule.organisation_id:
        raise ValidationError({"folder": "Ce dossier est d’une autre collectivité."})
    if rule.kind is not None and rule.kind.organisation_id != rule.organisation_id:
        raise ValidationError({"kind": "Ce type est d’une autre collectivité."})
    if rule.pattern:
        try:
            expressions.check(rule.pattern)
        except expressions.Unusable as fault:
            raise ValidationError({"pattern": str(fault)}) from fault
    rule.slow_at = None
    rule.full_clean()
    rule.save()
    journal.record("documents.rule", rule, actor=actor)
    return rule


@transaction.atomic
def drop_rule(rule: FilingRule, *, actor) -> None:
    """Forget a rule: what it proposed stays. Records "documents.rule_dropped" on the body."""
    access.require_manage_body(actor, rule.organisation_id)
    journal.record("documents.rule_dropped", rule.organisation, actor=actor)
    rule.delete()


@transaction.atomic
def note_slow(rule: FilingRule) -> None:
    """A text made the expression of a rule too long to look for: whoever manages the rules reads it. Records
    "documents.rule_slow" once a day at most."""
    held = FilingRule.objects.select_for_update().get(pk=rule.pk)
    now = timezone.now()
    if held.slow_at is not None and timezone.localdate(held.slow_at) == timezone.localdate(now):
        return
    held.slow_at = now
    held.save(update_fields=["slow_at"])
    journal.record("documents.rule_slow", held, actor=None)
