"""Categories and competences, decided by the administrator of the platform."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.modules.reports.models import Category, Competence, RoadLine
from beffroi.modules.reports.routing import operator


@transaction.atomic
def save_category(category: Category, *, actor) -> Category:
    """Add or change a category or a family. Records "reports.category_saved".

    Raises ValidationError: two levels at most, questions that make sense, a family is not put in another.
    """
    if category.parent_id:
        if category.parent.parent_id:
            raise ValidationError({"parent": "Deux niveaux au plus\u202f: une famille, puis ses catégories."})
        if category.pk and category.children.exists():
            raise ValidationError({"parent": "Cette famille a des catégories\u202f: elle reste une famille."})
    try:
        specs = category.specs
    except (TypeError, AttributeError) as error:
        raise ValidationError({"fields": "Une question n’est pas bien écrite."}) from error
    if len({spec.name for spec in specs}) < len(specs):
        raise ValidationError({"fields": "Deux questions portent le même nom."})
    category.full_clean()
    category.save()
    journal.record("reports.category_saved", category, actor=actor, data={"active": category.is_active})
    return category


@transaction.atomic
def remove_category(category: Category, *, actor) -> None:
    """Drop a category that no report uses; else it can only be withdrawn from what is proposed.

    Records "reports.category_removed" on the operator.
    """
    if category.reports.exists() or category.children.exists():
        raise ValidationError("Cette catégorie a servi\u202f: cessez de la proposer, elle restera dans l’historique.")
    journal.record("reports.category_removed", operator(), actor=actor, data={"code": category.code})
    category.delete()


@transaction.atomic
def save_competence(rule: Competence, *, actor) -> Competence:
    """Say who is competent for a category at a place. Records "reports.competence_saved"."""
    if rule.team_id and rule.organisation_id and rule.team.organisation_id != rule.organisation_id:
        raise ValidationError({"team": f"L’équipe {rule.team} n’est pas de {rule.organisation}."})
    rule.prepare()
    rule.full_clean()
    rule.save()
    data = {"category": rule.category.code, "organisation": rule.organisation_id, "commune": rule.commune_id}
    journal.record("reports.competence_saved", rule, actor=actor, data=data)
    return rule


@transaction.atomic
def remove_competence(rule: Competence, *, actor) -> None:
    """Drop a rule: a less precise one applies. Records "reports.competence_removed" on the category."""
    data = {"organisation": rule.organisation_id, "commune": rule.commune_id, "street": rule.street}
    journal.record("reports.competence_removed", rule.category, actor=actor, data=data)
    rule.delete()


@transaction.atomic
def import_roads(roads: list[RoadLine], *, actor) -> int:
    """Replace the roads of the territory; returns how many there are. Records "reports.roads" on the operator."""
    RoadLine.objects.all().delete()
    RoadLine.objects.bulk_create(roads, batch_size=1000)
    journal.record("reports.roads", operator(), actor=actor, data={"count": len(roads)})
    return len(roads)
