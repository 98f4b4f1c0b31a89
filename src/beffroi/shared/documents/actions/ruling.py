"""The rules by which a body files what comes."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.shared.documents import access
from beffroi.shared.documents.models import FilingRule


@transaction.atomic
def save_rule(rule: FilingRule, *, actor) -> FilingRule:
    """Add or change a rule. Records "documents.rule". Raises ValidationError when it proposes nothing, or the folder or
    the type of another body."""
    access.require_manage_body(actor, rule.organisation_id)
    if rule.folder is None and rule.kind is None and not rule.tags.strip():
        raise ValidationError("Dites ce que la règle propose : un dossier, un type ou des étiquettes.")
    if rule.folder is not None and rule.folder.space.organisation_id != rule.organisation_id:
        raise ValidationError({"folder": "Ce dossier est d’une autre collectivité."})
    if rule.kind is not None and rule.kind.organisation_id != rule.organisation_id:
        raise ValidationError({"kind": "Ce type est d’une autre collectivité."})
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
