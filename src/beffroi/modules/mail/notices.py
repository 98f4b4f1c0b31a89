"""Which agents are told of what happens to the mail."""

from collections.abc import Iterator

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.mail import rights
from beffroi.modules.mail.models import Copy, Opinion
from beffroi.shared.organisations.models import Membership


def _holders(organisation_id: int, permission: str):
    """The accounts that have this permission in the body today."""
    return Membership.objects.active().filter(organisation=organisation_id, role__in=access.roles_with(permission))


def _told(users, entry) -> Iterator[Recipient]:
    letter = entry.target
    for user in User.objects.filter(pk__in=users, is_active=True).exclude(pk=entry.actor_id).order_by("pk"):
        yield Recipient(user=user, name=str(user), link=letter.get_absolute_url())


def in_charge(entry) -> Iterator[Recipient]:
    """The agent to whom it is given; else those of the service; else those who keep the register."""
    letter = entry.target
    if letter is None:
        return
    if letter.assignee_id:
        users = {letter.assignee_id}
    elif letter.team_id:
        users = set(_holders(letter.organisation_id, rights.HANDLE).filter(team=letter.team_id).values_list("user"))
        users = {pk for (pk,) in users}
    else:
        users = {pk for (pk,) in _holders(letter.organisation_id, rights.REGISTER).values_list("user")}
    yield from _told(users, entry)


def in_charge_and_clerks(entry) -> Iterator[Recipient]:
    """The second alarm: those in charge, and those who keep the register."""
    letter = entry.target
    if letter is None:
        return
    told = set()
    for recipient in in_charge(entry):
        told.add(recipient.user.pk)
        yield recipient
    clerks = {pk for (pk,) in _holders(letter.organisation_id, rights.REGISTER).values_list("user")}
    yield from _told(clerks - told, entry)


def copied(entry) -> Iterator[Recipient]:
    """Those who have just been put in copy."""
    letter = entry.target
    if letter is None:
        return
    copies = Copy.objects.filter(pk__in=entry.data.get("copies", []))
    users = {pk for (pk,) in copies.exclude(user=None).values_list("user")}
    teams = copies.exclude(team=None).values("team")
    users |= {pk for (pk,) in _holders(letter.organisation_id, rights.VIEW).filter(team__in=teams).values_list("user")}
    yield from _told(users, entry)


def asked(entry) -> Iterator[Recipient]:
    """The agent who is asked for an opinion."""
    yield from _opinion(entry, "asked_of_id")


def asker(entry) -> Iterator[Recipient]:
    """The agent who had asked for it."""
    yield from _opinion(entry, "asked_by_id")


def asked_and_asker(entry) -> Iterator[Recipient]:
    """An opinion whose day has passed: both."""
    yield from _opinion(entry, "asked_of_id")
    yield from _opinion(entry, "asked_by_id")


def _opinion(entry, whom: str) -> Iterator[Recipient]:
    opinion = Opinion.objects.filter(pk=entry.data.get("opinion")).first()
    if opinion is not None and entry.target is not None:
        yield from _told({getattr(opinion, whom)}, entry)


def senders(entry) -> Iterator[Recipient]:
    """Those who dispatch what is signed, and the agent who wrote it."""
    letter = entry.target
    if letter is None:
        return
    users = {pk for (pk,) in _holders(letter.organisation_id, rights.SEND).values_list("user")}
    yield from _told(users | {letter.assignee_id}, entry)


def _notice(verb: str, recipients, template: str, label: str) -> Notice:
    return Notice(
        verb=f"mail.{verb}",
        recipients=recipients,
        template=f"mail/notices/{template}",
        category="mail",
        label=label,
        agents=True,
    )


NOTICES = [
    _notice("route", in_charge, "routed", "Un courrier m’est confié, ou l’est à mon service"),
    _notice("alarm", in_charge, "alarm", "L’échéance d’un courrier approche"),
    _notice("second_alarm", in_charge_and_clerks, "second_alarm", "L’échéance d’un courrier est passée"),
    _notice("copy", copied, "copied", "Je suis mis en copie d’un courrier"),
    _notice("ask_opinion", asked, "opinion", "On me demande un avis sur un courrier"),
    _notice("late_opinion", asked_and_asker, "late_opinion", "Un avis sur un courrier n’est pas venu à son jour"),
    _notice("give_opinion", asker, "opinion_given", "Un avis que j’ai demandé est donné"),
    _notice("signed", senders, "to_send", "Une lettre signée peut partir"),
    _notice("refused", in_charge, "refused", "Le parapheur m’a rendu une lettre"),
]
