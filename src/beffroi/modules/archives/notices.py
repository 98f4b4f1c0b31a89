"""Which agents are told of what happens to the archives."""

from collections.abc import Iterator

from beffroi.kernel import access
from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.modules.archives import rights
from beffroi.modules.archives.models import Loan
from beffroi.shared.organisations.models import Membership


def _told(users, entry) -> Iterator[Recipient]:
    for user in User.objects.filter(pk__in=users, is_active=True).exclude(pk=entry.actor_id).order_by("pk"):
        yield Recipient(user=user, name=str(user), link=entry.target.get_absolute_url())


def _keepers(organisation_id: int, permission: str) -> set[int]:
    held = Membership.objects.active().filter(organisation=organisation_id, role__in=access.roles_with(permission))
    return set(held.values_list("user_id", flat=True))


def keepers(entry) -> Iterator[Recipient]:
    """Who prepared the slip, and those who eliminate in that body."""
    slip = entry.target
    if slip is not None:
        yield from _told(_keepers(slip.organisation_id, rights.ELIMINATE) | {slip.created_by_id}, entry)


def author(entry) -> Iterator[Recipient]:
    """Who prepared the slip."""
    if entry.target is not None:
        yield from _told({entry.target.created_by_id}, entry)


def borrower(entry) -> Iterator[Recipient]:
    """Who has the box, if they have an account; else those who keep the archives."""
    loan = Loan.objects.filter(pk=entry.data.get("loan")).first()
    if loan is None or entry.target is None:
        return
    yield from _told(
        {loan.account_id} if loan.account_id else _keepers(entry.target.organisation_id, rights.PREPARE), entry
    )


def _notice(verb: str, recipients, template: str, label: str) -> Notice:
    return Notice(
        verb=f"archives.{verb}",
        recipients=recipients,
        template=f"archives/notices/{template}",
        category="archives",
        label=label,
        agents=True,
    )


NOTICES = [
    _notice("signed", keepers, "signed", "Un bordereau d’élimination est signé"),
    _notice("returned", author, "returned", "Le parapheur me rend un bordereau d’élimination"),
    _notice("destroyed", keepers, "destroyed", "Une destruction d’archives est achevée"),
    _notice("remind", borrower, "late", "Une boîte empruntée est attendue"),
]
