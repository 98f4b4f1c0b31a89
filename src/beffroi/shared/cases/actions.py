"""Every write that is common to all kinds of cases."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.shared.cases.models import Case, Counter, Follower, Message


def next_reference(prefix: str, year: int | None = None) -> str:
    """The next reference, "SIG-2026-000123". Gap-free: the counter's row stays locked until the transaction ends."""
    year = year or timezone.localdate().year
    counter, _created = Counter.objects.get_or_create(prefix=prefix, year=year)
    Counter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db()
    return f"{prefix}-{year}-{counter.last:06d}"


@transaction.atomic
def open_case(model: type[Case], *, actor, client_uuid=None, **fields) -> tuple[Case, bool]:
    """File a case of a concrete class; returns (case, created). A replay with the same `client_uuid` creates nothing.

    Records "<app>.create".
    """

    def create():
        case = model(client_uuid=client_uuid, kind=model._meta.label_lower, **fields)
        case.reference = next_reference(model.prefix)
        case.save(force_insert=True)
        journal.record(f"{model._meta.app_label}.create", case, actor=actor, data={"channel": case.channel})
        return case

    return offline.once(model, client_uuid, create)


@transaction.atomic
def post_message(
    case: Case, *, actor, body: str, internal=False, from_requester=False, author_label="", client_uuid=None
) -> Message:
    """Say something in a case. Records "<app>.message", or "<app>.note" for an internal one."""
    case = case.specific

    def create():
        message = Message.objects.create(
            case_id=case.pk,
            author=_account(actor),
            author_label=author_label,
            body=body.strip(),
            internal=internal,
            from_requester=from_requester,
            client_uuid=client_uuid,
        )
        verb = "note" if internal else "message"
        data = {"message": message.pk, "from_requester": from_requester}
        journal.record(f"{case._meta.app_label}.{verb}", case, actor=actor, data=data)
        return message

    return offline.once(Message, client_uuid, create)[0]


@transaction.atomic
def move_case(case: Case, verb: str, *, actor, reason="", check=True, at=None) -> Case:
    """Take one step of the case's workflow; `reason` is what its author and followers will read.

    Sets the dates of taking in charge and of ending from the state reached; `at` = when it was really done (a
    write made without network), now by default. Records "<app>.<verb>". Raises
    TransitionRefused, PermissionDenied, or ValidationError when the step wants a reason and none is given.
    """
    case = case.specific
    step = case.workflow.transitions[verb]
    if step.reason and not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi : la personne le lira."})
    now = at or timezone.now()
    update = {"closed_at": now if step.target in case.closed_states else None}
    if step.target not in case.new_states and case.acknowledged_at is None:
        update["acknowledged_at"] = now
    data = {}
    if reason.strip():
        message = Message.objects.create(case_id=case.pk, author=_account(actor), body=reason.strip(), created_at=now)
        data["message"] = message.pk
    case.workflow.fire(verb, case, actor=actor, data=data, update=update, check=check)
    return case


@transaction.atomic
def assign_case(case: Case, *, actor, team=None, assignee=None) -> Case:
    """Give a case to a team and, or, to an agent of the competent body. Records "<app>.assign"."""
    case = _locked(case)
    case.team, case.assignee = team, assignee
    case.save(update_fields=["team", "assignee"])
    data = {"team": team and team.pk, "assignee": assignee and assignee.pk}
    journal.record(f"{case._meta.app_label}.assign", case, actor=actor, data=data)
    return case


@transaction.atomic
def transfer_case(case: Case, *, actor, organisation, reason: str, team=None) -> Case:
    """Hand a case over to another body, with the reason that its author will read. Records "<app>.transfer"."""
    case = _locked(case)
    data = {"from": case.organisation_id, "to": organisation.pk, "reason": reason}
    case.organisation, case.team, case.assignee = organisation, team, None
    case.save(update_fields=["organisation", "team", "assignee"])
    journal.record(f"{case._meta.app_label}.transfer", case, actor=actor, data=data)
    return case


@transaction.atomic
def follow_case(case: Case, *, user=None, email="", confirmed=False) -> Follower:
    """Be told of what happens to a case; an e-mail is told nothing before its owner has confirmed."""
    now = timezone.now() if user is not None or confirmed else None
    key = {"user": user} if user is not None else {"user": None, "email": email.strip().lower()}
    follower, _created = Follower.objects.get_or_create(case_id=case.pk, defaults={"confirmed_at": now}, **key)
    return follower


def _account(actor):
    return actor if actor is not None and actor.is_authenticated else None


def _locked(case: Case) -> Case:
    concrete = case.specific
    return type(concrete)._base_manager.select_for_update(of=("self",)).get(pk=concrete.pk)
