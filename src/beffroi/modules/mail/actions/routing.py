"""Say what a letter is and who handles it; tell others; ask for opinions."""

import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from beffroi.kernel import access, journal
from beffroi.modules.mail import rights, routing
from beffroi.modules.mail.actions.dates import reckon
from beffroi.modules.mail.models import Copy, Letter, LetterType, Opinion, Priority, Rule
from beffroi.modules.mail.workflow import ENDED, workflow
from beffroi.shared.organisations.models import Membership


def may_hold(user, organisation_id: int) -> bool:
    """Has this agent, today, a role in the body that lets them read its mail?"""
    roles = access.roles_with(rights.VIEW)
    held = Membership.objects.active().filter(user=user, organisation=organisation_id, role__in=roles)
    return user.is_active and held.exists()


def _put(letter: Letter, *, actor, kind, priority, team, assignee, rule=None, note: str = "") -> Letter:
    """Qualify and give; the workflow checks the right, except for a rule."""
    letter.type, letter.priority, letter.team, letter.assignee = kind, priority, team, assignee
    regime = {"regime": kind.regime, "months": kind.months} if kind else {}
    for name, value in regime.items():
        setattr(letter, name, value)
    given = {"type": kind, "priority": priority, "team": team, "assignee": assignee} | regime | reckon(letter)
    data = {"rule": rule.pk} if rule else {"note": note} if note else {}
    if team is None and assignee is None:  # the rule says only what it is: someone still has to give it
        letter.save(update_fields=list(given))
        journal.record("mail.qualify", letter, actor=actor, data=data)
        return letter
    workflow.fire("route", letter, actor=actor, update=given, data=data, check=rule is None)
    return letter


def apply_rule(letter: Letter, *, actor) -> bool:
    """Qualify and give by the first rule of the body that fits; False when none does."""
    rule = routing.find_rule(letter)
    if rule is None:
        return False
    kind = rule.type or letter.type
    team = rule.team or (kind.team if kind else None)
    assignee = rule.assignee
    if assignee is not None and not may_hold(assignee, letter.organisation_id):
        assignee = None
    _put(letter, actor=actor, kind=kind, priority=rule.priority, team=team, assignee=assignee, rule=rule)
    return True


@transaction.atomic
def route_letter(
    letter: Letter,
    *,
    actor,
    type: LetterType | None = None,
    priority: str = Priority.NORMAL,
    team=None,
    assignee=None,
    note: str = "",
) -> Letter:
    """Qualify a letter and give it to a service, to an agent, or both. Records "mail.route" (with the note, which is
    about the work and names nobody).

    Raises ValidationError for nobody to give it to, a team of another body, an agent who may not read the mail.
    """
    if team is None and type is not None and assignee is None:
        team = type.team
    if team is None and assignee is None:
        raise ValidationError({"team": "Choisissez un service, un agent, ou les deux."})
    if team is not None and team.organisation_id != letter.organisation_id:
        raise ValidationError({"team": "Cette équipe est d’un autre organisme."})
    if type is not None and type.organisation_id != letter.organisation_id:
        raise ValidationError({"type": "Ce type est d’un autre organisme."})
    if assignee is not None and not may_hold(assignee, letter.organisation_id):
        raise ValidationError({"assignee": "Cet agent n’a pas accès au courrier de l’organisme aujourd’hui."})
    return _put(letter, actor=actor, kind=type, priority=priority, team=team, assignee=assignee, note=note.strip())


@transaction.atomic
def copy_letter(letter: Letter, *, actor, users=(), teams=()) -> list[Copy]:
    """Put agents and teams in copy; those who are already stay so. Records "mail.copy" for the new ones."""
    _readable(letter, actor)
    made = []
    for user in users:
        if not may_hold(user, letter.organisation_id):
            raise ValidationError({"users": f"{user} n’a pas accès au courrier de l’organisme aujourd’hui."})
        made.append(Copy.objects.get_or_create(letter=letter, user=user, team=None))
    for team in teams:
        if team.organisation_id != letter.organisation_id:
            raise ValidationError({"teams": "Cette équipe est d’un autre organisme."})
        made.append(Copy.objects.get_or_create(letter=letter, user=None, team=team))
    new = [copy for copy, created in made if created]
    if new:
        journal.record("mail.copy", letter, actor=actor, data={"copies": [copy.pk for copy in new]})
    return new


def _readable(letter: Letter, actor) -> None:
    if not (rights.is_clerk(actor, letter) or rights.can_handle(actor, letter)):
        raise PermissionDenied(rights.HANDLE)


@transaction.atomic
def ask_opinion(letter: Letter, *, actor, asked_of, question: str, due_on: datetime.date) -> Opinion:
    """Ask an agent what they think, before a day. Records "mail.ask_opinion"."""
    _readable(letter, actor)
    if letter.state in ENDED:
        raise ValidationError("Ce courrier est terminé : il n’y a plus d’avis à demander.")
    if due_on < timezone.localdate():
        raise ValidationError({"due_on": "Cette date est passée."})
    if not may_hold(asked_of, letter.organisation_id):
        raise ValidationError({"asked_of": "Cet agent n’a pas accès au courrier de l’organisme aujourd’hui."})
    opinion = Opinion(letter=letter, asked_by=actor, asked_of=asked_of, question=question.strip(), due_on=due_on)
    opinion.full_clean(validate_constraints=False)
    opinion.save()
    journal.record("mail.ask_opinion", letter, actor=actor, data={"opinion": opinion.pk})
    return opinion


@transaction.atomic
def give_opinion(opinion: Opinion, *, actor, answer: str) -> Opinion:
    """Answer; only the agent who was asked, and once. Records "mail.give_opinion"."""
    opinion = Opinion.objects.select_for_update(of=("self",)).select_related("letter").get(pk=opinion.pk)
    if opinion.asked_of_id != actor.pk:
        raise PermissionDenied("mail.opinion")
    if opinion.answered_at is not None:
        raise ValidationError("Cet avis est déjà donné.")
    if not answer.strip():
        raise ValidationError({"answer": "Écrivez votre avis."})
    opinion.answer, opinion.answered_at = answer.strip(), timezone.now()
    opinion.save(update_fields=["answer", "answered_at"])
    journal.record("mail.give_opinion", opinion.letter, actor=actor, data={"opinion": opinion.pk})
    return opinion


@transaction.atomic
def save_rule(rule: Rule, *, actor) -> Rule:
    """Add or change a rule of routing. Records "mail.rule"."""
    if not (rule.words.strip() or rule.senders.strip() or rule.register_id):
        raise ValidationError({"words": "Donnez des mots de l’objet, de l’expéditeur, ou un registre."})
    if not (rule.team_id or rule.assignee_id or rule.type_id):
        raise ValidationError({"team": "Dites ce que la règle donne : un type, un service ou un agent."})
    rule.full_clean(validate_constraints=False)
    rule.save()
    journal.record("mail.rule", rule, actor=actor)
    return rule


@transaction.atomic
def remove_rule(rule: Rule, *, actor) -> None:
    """Drop a rule; the letters that it routed stay where they are. Records "mail.remove_rule" on its body."""
    journal.record("mail.remove_rule", rule.organisation, actor=actor, data={"rule": rule.pk})
    rule.delete()


@transaction.atomic
def link_case(letter: Letter, *, actor, case) -> None:
    """Tie a letter to a request that the person sees; once is enough. Records "mail.link"."""
    _readable(letter, actor)
    if not letter.cases.filter(pk=case.pk).exists():
        letter.cases.add(case)
        journal.record("mail.link", letter, actor=actor, data={"case": case.reference})


@transaction.atomic
def unlink_case(letter: Letter, *, actor, case) -> None:
    """Untie them. Records "mail.unlink"."""
    _readable(letter, actor)
    letter.cases.remove(case)
    journal.record("mail.unlink", letter, actor=actor, data={"case": case.reference})
