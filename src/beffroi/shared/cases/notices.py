"""Who is told of what happens to a case, and where each follows it.

A module writes, in its manifest, `notices=notices_of(ContactRequest, category="contact")`: the requester and the
followers told at each step of the workflow, the agents told of what comes to them, followers asked to confirm.
"""

from collections.abc import Iterator

from beffroi.kernel import access
from beffroi.kernel.models import Entry, User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.shared.cases.models import Case, Follower, Message

TEAM_LIMIT = 30


def case_recipients(entry: Entry) -> Iterator[Recipient]:
    """The author of a case, by account, e-mail or telephone, then its confirmed followers, without the one who acts.

    A message of an agent is for the author alone, one of the author for nobody here; a note for nobody.
    """
    case: Case = entry.target
    word = entry.verb.rpartition(".")[2]
    if word == "note" or (word in ("message", "answer") and entry.data.get("from_requester", word == "answer")):
        return
    author = author_of(case)
    if author is not None and (author.user is None or author.user.pk != entry.actor_id or word == "create"):
        yield author
    if word in ("message", "create") or case.is_waiting:
        return  # a question is for the author alone
    followers = case.followers
    if word == "merge":  # they already follow the one that is kept
        followers = Follower.objects.filter(pk__in=entry.data.get("followers", ()))
    for follower in followers.confirmed().select_related("user"):
        if follower.user_id is None or follower.user_id not in (
            entry.actor_id,
            author and author.user and author.user.pk,
        ):
            yield Recipient(user=follower.user, email=follower.email, link=follower.tracking_url())


def author_of(case: Case) -> Recipient | None:
    """How the person that a case is for can be told; None for an anonymous one.

    When it was filed for somebody, that person; whoever filed it sees it at their own place.
    """
    if case.person_id:
        person = case.person
        if person.user_id:
            return Recipient(user=person.user, name=str(person), link=_account_link(case))
        email, phone = person.email or case.contact_email, person.phone or case.contact_phone
        return _contact(case, email, phone, str(person))
    if case.requester_id:
        return Recipient(user=case.requester, name=case.requester.get_full_name(), link=_account_link(case))
    return _contact(case, case.contact_email, case.contact_phone, case.contact_name)


def _contact(case: Case, email: str, phone: str, name: str) -> Recipient | None:
    if not email and not phone:
        return None
    return Recipient(email=email, phone=phone, name=name, link=case.tracking_url())


def _account_link(case: Case) -> str:
    return case.account_url()


def agent_recipients(entry: Entry) -> Iterator[Recipient]:
    """The agents to whom a case comes: the one in charge, else the team, else those who handle it in its body."""
    case: Case = entry.target
    if entry.verb.endswith(".message") and not entry.data.get("from_requester"):
        return
    for user in agents_of(case):
        if user.pk != entry.actor_id:
            yield Recipient(user=user, name=user.get_full_name(), link=case.get_absolute_url())


def agents_of(case: Case) -> list[User]:
    """Who should look at a case now, thirty people at most."""
    if case.assignee_id:
        return [case.assignee]
    held = access.roles_with(case.kind_model.handle_permission)
    roles = case.organisation.memberships.active().filter(role__in=held, user__is_active=True)
    if case.team_id:
        roles = roles.filter(team=case.team_id) if roles.filter(team=case.team_id).exists() else roles
    return list(User.objects.filter(pk__in=roles.values("user")).order_by("pk")[:TEAM_LIMIT])


def assignee_recipients(entry: Entry) -> Iterator[Recipient]:
    """The agent to whom a case has just been given, unless they took it themselves."""
    case: Case = entry.target
    if case.assignee_id and entry.data.get("assignee") == case.assignee_id != entry.actor_id:
        yield Recipient(user=case.assignee, name=str(case.assignee), link=case.get_absolute_url())


def unconfirmed_follower(entry: Entry) -> Iterator[Recipient]:
    """The owner of the e-mail address that asked to follow: asked to confirm before anything else is sent."""
    follower = Follower.objects.filter(pk=entry.data.get("follower"), confirmed_at__isnull=True).first()
    if follower is not None and follower.email:
        yield Recipient(email=follower.email, link=follower.tracking_url())


def message_of(entry: Entry) -> Message | None:
    """The message that a line of the journal carries: what the templates of notices quote."""
    pk = entry.data.get("message")
    return Message.objects.filter(pk=pk).first() if pk else None


def asked_again(entry: Entry) -> Iterator[Recipient]:
    """Whoever asked for their link again: the follower that the line names, else the author."""
    if entry.data.get("follower"):
        follower = Follower.objects.filter(pk=entry.data["follower"]).first()
        if follower is not None and follower.email:
            yield Recipient(email=follower.email, link=follower.tracking_url())
        return
    author = author_of(entry.target)
    if author is not None:
        yield author


def notices_of(model: type[Case], *, category: str) -> list[Notice]:
    """Every notice of a kind of case; `category` is that of the person's preferences."""
    return requester_notices(model, category) + standard_notices(model._meta.app_label, category)


def requester_notices(model: type[Case], category: str) -> list[Notice]:
    """Its author and followers told of each step that a person may take, of messages, transfers and merges."""
    told = {
        "create": ("received", "Ma demande est bien reçue"),
        "message": ("answered", "Un service m’écrit"),
        "transfer": ("transferred", "Ma demande change d’organisme"),
        "merge": ("merged", "Ma demande est regroupée avec une autre"),
    }
    for step in model.workflow.transitions.values():
        if not step.hidden:
            template = "question" if step.target in model.waiting_states else "moved"
            told.setdefault(step.verb, (template, f"Étape « {step.label} »"))
    return [_notice(model._meta.app_label, word, case_recipients, *made, category) for word, made in told.items()]


def standard_notices(app: str, category: str) -> list[Notice]:
    """The notices of the agents and of followers, the same for every kind of case."""
    for_agents = (
        ("create", agent_recipients, "new", "Nouvelle demande pour votre service"),
        ("transfer", agent_recipients, "new", "Demande transmise à votre service"),
        ("message", agent_recipients, "requester_message", "Message d’un demandeur"),
        ("assign", assignee_recipients, "assigned", "Demande qui vous est confiée"),
    )
    for_followers = (
        ("follow", unconfirmed_follower, "confirm", "Confirmation d’un suivi"),
        ("remind", asked_again, "link", "Lien de suivi demandé de nouveau"),
    )
    return [_notice(app, *made, category, agents=True) for made in for_agents] + [
        _notice(app, *made, category, urgent=True) for made in for_followers
    ]


def _notice(app: str, word: str, recipients, template: str, label: str, category: str, **more) -> Notice:
    return Notice(
        verb=f"{app}.{word}",
        recipients=recipients,
        template=f"cases/notices/{template}",
        category=category,
        label=label,
        **more,
    )
