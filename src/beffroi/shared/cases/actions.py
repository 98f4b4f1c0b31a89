"""Every write that is common to all kinds of cases: file, move, say, follow, merge. Giving it to somebody is in
`assignment`, what the requester does alone in `requester`, the desk's own things (views, ready answers) in
`desk_actions`."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from beffroi.kernel import journal, offline
from beffroi.kernel.access import account_of
from beffroi.kernel.workflow import TransitionRefused
from beffroi.shared.cases import deadlines
from beffroi.shared.cases.assignment import assign_case, claim_case, set_priority, transfer_case
from beffroi.shared.cases.locking import Changed, lock_case, touch
from beffroi.shared.cases.models import Case, Counter, Follower, Message
from beffroi.shared.cases.requester import mark_seen, send_links, set_contact_email
from beffroi.shared.files.actions import attach

__all__ = [
    "Changed",
    "answer_case",
    "assign_case",
    "at_version",
    "claim_case",
    "confirm_follower",
    "follow_case",
    "mark_seen",
    "merge_case",
    "move_case",
    "next_reference",
    "open_case",
    "post_message",
    "send_links",
    "set_contact_email",
    "set_priority",
    "transfer_case",
    "unfollow",
]


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

    The reference bears the year of `created_at`. Records "<app>.create".
    """

    def create():
        case = model(client_uuid=client_uuid, kind=model._meta.label_lower, **fields)
        case.reference = next_reference(model.prefix, timezone.localtime(case.created_at).year)
        case.save(force_insert=True)
        journal.record(f"{model._meta.app_label}.create", case, actor=actor, data={"channel": case.channel})
        return case

    return offline.once(model, client_uuid, create)


@contextmanager
def at_version(case: Case, version: int | None) -> Iterator[None]:
    """A transaction in which the case is locked, and still what the person saw. Raises Changed otherwise."""
    with transaction.atomic():
        current = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
        if version is not None and current.version != version:
            raise Changed(case)
        yield


@transaction.atomic
def post_message(
    case: Case,
    *,
    actor,
    body: str,
    internal=False,
    from_requester=False,
    author_label="",
    verb="",
    client_uuid=None,
    files=(),
    at=None,
) -> Message:
    """Say something in a case, with `files` that wait; `at` = when it was really said.

    Records "<app>.message", or "<app>.note" for an internal one, or "<app>.<verb>" where one is given.
    """
    case = case.specific

    def create():
        message = Message.objects.create(
            case_id=case.pk,
            author=account_of(actor),
            author_label=author_label,
            body=body.strip(),
            internal=internal,
            from_requester=from_requester,
            client_uuid=client_uuid,
            created_at=at or timezone.now(),
        )
        attach(files, message)
        if not internal:
            if from_requester:
                touch(case, unread_at=case.unread_at or message.created_at)
            else:
                touch(case, unread_at=None, news_at=message.created_at)
        word = verb or ("note" if internal else "message")
        data = {"message": message.pk, "from_requester": from_requester}
        journal.record(f"{case._meta.app_label}.{word}", case, actor=actor, data=data)
        return message

    return offline.once(Message, client_uuid, create)[0]


@transaction.atomic
def answer_case(case: Case, *, actor, body: str, author_label="", client_uuid=None, files=(), at=None) -> Message:
    """The requester writes: the message is kept and, where their answer was expected, the case goes back to work.

    Records "<app>.message", then "<app>.answer" when the workflow has that step and the case was waiting for it.
    """
    case = case.specific
    message = post_message(
        case,
        actor=actor,
        body=body,
        from_requester=True,
        author_label=author_label,
        client_uuid=client_uuid,
        files=files,
        at=at,
    )
    step = case.workflow.transitions.get("answer")
    case.refresh_from_db()
    if step is not None and case.state in step.sources and case.state in case.waiting_states:
        unread, news = case.unread_at, case.news_at
        move_case(case, "answer", actor=actor, check=False, at=at)
        touch(case, unread_at=unread, news_at=news)
    return message


@transaction.atomic
def move_case(case: Case, verb: str, *, actor, reason="", check=True, at=None, files=()) -> Case:
    """Take one step of the case's workflow; `reason` is what its author and followers will read.

    Sets the dates of taking in charge and of ending from the state reached, pauses the deadline while the requester
    is expected to answer; `at` = when it was really done (a write made without network), now by default. Records
    "<app>.<verb>". Raises TransitionRefused, PermissionDenied, or ValidationError when the step wants a reason and
    none is given.
    """
    case = lock_case(case)
    step = case.workflow.transitions[verb]
    if step.reason and not reason.strip():
        raise ValidationError({"reason": "Dites pourquoi\u202f: la personne le lira."})
    now = at or timezone.now()
    data = {}
    if reason.strip():
        message = Message.objects.create(case_id=case.pk, author=account_of(actor), body=reason.strip(), created_at=now)
        attach(files, message)
        data["message"] = message.pk
    case.workflow.fire(verb, case, actor=actor, data=data, update=_dates(case, step, now), check=check)
    touch(case, unread_at=None, news_at=timezone.now())
    return case


def _dates(case: Case, step, now) -> dict:
    """The dates that follow from reaching the target of a step."""
    update = {"closed_at": now if step.target in case.closed_states else None}
    if step.target not in case.new_states and case.acknowledged_at is None:
        update["acknowledged_at"] = now
    waits = step.target in case.waiting_states
    if waits and case.paused_at is None:
        minutes = deadlines.pause(case.organisation, case.due_at, now)
        update |= {"paused_at": now, "paused_minutes": minutes}
    elif not waits and case.paused_at is not None:
        due_at = deadlines.resume(case.organisation, case.due_at, case.paused_minutes, now)
        update |= {"paused_at": None, "paused_minutes": None, "due_at": due_at}
    return update


@transaction.atomic
def follow_case(case: Case, *, user=None, email="", confirmed=False) -> Follower:
    """Be told of what happens to a case; an e-mail is told nothing before its owner has confirmed.

    Records "<app>.follow" the first time: the confirmation leaves with it.
    """
    now = timezone.now() if user is not None or confirmed else None
    key = {"user": user} if user is not None else {"user": None, "email": email.strip().lower()}
    follower, created = Follower.objects.get_or_create(case_id=case.pk, defaults={"confirmed_at": now}, **key)
    if created:
        concrete = case.specific
        journal.record(f"{concrete._meta.app_label}.follow", concrete, actor=user, data={"follower": follower.pk})
    return follower


@transaction.atomic
def confirm_follower(follower: Follower) -> None:
    """The owner of an e-mail address says that they want to be told; harmless the second time."""
    if follower.confirmed_at is None:
        follower.confirmed_at = timezone.now()
        follower.save(update_fields=["confirmed_at"])


@transaction.atomic
def unfollow(follower: Follower) -> None:
    """Stop being told. Nothing is kept."""
    follower.delete()


@transaction.atomic
def merge_case(case: Case, into: Case, *, actor, check=True) -> Case:
    """End a case as the same matter as another: its messages and followers go there, its author follows that one.

    Its author keeps reading their own messages, and nobody else's. Records "<app>.merge". Raises ValidationError for
    another kind, a loop, or a case merged itself; TransitionRefused or PermissionDenied like any step.
    """
    list(Case.objects.select_for_update(of=("self",)).filter(pk__in=[case.pk, into.pk]).order_by("pk"))
    case, into = lock_case(case), lock_case(into)
    _check_merge(case, into)
    if "merge" not in case.workflow.transitions:
        raise TransitionRefused(f"Un {case.kind_label} ne se regroupe pas.")
    update = {"merged_into": into, "closed_at": timezone.now(), "paused_at": None, "paused_minutes": None}
    moved = _move_followers(case, into)
    data = {"into": into.pk, "followers": moved}
    case.workflow.fire("merge", case, actor=actor, data=data, update=update, check=check)
    Message.objects.filter(case_id=case.pk, origin__isnull=True).update(origin=case.pk)
    Message.objects.filter(case_id=case.pk).update(case_id=into.pk)
    touch(case, unread_at=None, news_at=timezone.now())
    touch(into)
    return case


def _check_merge(case: Case, into: Case) -> None:
    if case.pk == into.pk:
        raise ValidationError({"into": "Une demande ne se regroupe pas avec elle-même."})
    if case.kind != into.kind:
        raise ValidationError({"into": "Deux demandes de natures différentes ne se regroupent pas."})
    if into.merged_into_id == case.pk:
        raise ValidationError({"into": f"{into.reference} est déjà regroupée avec celle-ci."})
    if into.merged_into_id is not None:
        kept = into.merged_into.reference
        raise ValidationError({"into": f"{into.reference} est déjà regroupée avec {kept}\u202f: choisissez {kept}."})


def _move_followers(case: Case, into: Case) -> list[int]:
    """Those of a case follow the one that is kept, its author too; returns the numbers of those who were there."""
    moved = []
    for follower in Follower.objects.filter(case_id=case.pk):
        key = {"user": follower.user} if follower.user_id else {"user": None, "email": follower.email}
        known = Follower.objects.filter(case_id=into.pk, **key).first()
        if known is not None:
            follower.delete()
        else:
            follower.case_id = into.pk
            follower.save(update_fields=["case"])
        moved.append((known or follower).pk)
    account = case.requester or (case.person and case.person.user)
    if account is not None and account.pk != into.requester_id:
        follow_case(into, user=account)
    elif case.contact_email and case.contact_email != into.contact_email:
        follow_case(into, email=case.contact_email, confirmed=True)
    return moved
