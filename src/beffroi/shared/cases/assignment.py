"""Whose hands a case is in: team, agent, body, priority."""

from django.core.exceptions import ValidationError
from django.db import transaction

from beffroi.kernel import journal
from beffroi.kernel.access import account_of
from beffroi.shared.cases.locking import lock_case, touch
from beffroi.shared.cases.models import Case, Message


@transaction.atomic
def assign_case(case: Case, *, actor, team=None, assignee=None) -> Case:
    """Give a case to a team and, or, to an agent of the competent body. Records "<app>.assign".

    Raises ValidationError for a team of another body, or somebody who may not handle it.
    """
    case = lock_case(case)
    if team is not None and team.organisation_id != case.organisation_id:
        raise ValidationError({"team": f"L’équipe {team} n’est pas de {case.organisation}."})
    if assignee is not None and assignee.pk != case.assignee_id and not case.can_be_handled_by(assignee):
        raise ValidationError({"assignee": f"{assignee} ne traite pas les demandes de {case.organisation}."})
    touch(case, team=team, assignee=assignee)
    data = {"team": team and team.pk, "assignee": assignee and assignee.pk}
    journal.record(f"{case._meta.app_label}.assign", case, actor=actor, data=data)
    return case


@transaction.atomic
def claim_case(case: Case, *, actor) -> Case:
    """Take a case for oneself, its team unchanged. Refused when somebody else has just taken it."""
    case = lock_case(case)
    if case.assignee_id is not None and case.assignee_id != actor.pk:
        raise ValidationError(f"{case.assignee} s’occupe déjà de cette demande.")
    return assign_case(case, actor=actor, team=case.team, assignee=actor)


@transaction.atomic
def transfer_case(case: Case, *, actor, organisation, reason: str, team=None) -> Case:
    """Hand a case over to another body, with the reason that its author will read. Records "<app>.transfer"."""
    case = lock_case(case)
    if not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi\u202f: la personne et l’autre organisme le liront."})
    if organisation.pk == case.organisation_id:
        raise ValidationError({"organisation": f"{organisation} s’en occupe déjà."})
    message = Message.objects.create(case_id=case.pk, author=account_of(actor), body=reason.strip())
    data = {"from": case.organisation_id, "to": organisation.pk, "message": message.pk}
    touch(case, organisation=organisation, team=team, assignee=None, news_at=message.created_at)
    journal.record(f"{case._meta.app_label}.transfer", case, actor=actor, data=data)
    return case


@transaction.atomic
def set_priority(case: Case, *, actor, priority: int) -> Case:
    """Say how urgent a case is. Records "<app>.priority"."""
    case = lock_case(case)
    data = {"from": case.priority, "to": priority}
    touch(case, priority=priority)
    journal.record(f"{case._meta.app_label}.priority", case, actor=actor, data=data)
    return case
