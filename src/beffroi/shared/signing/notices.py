"""Who is told of what happens in the sign-book."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.shared.signing.models import Delegation, Holder, Sending, Step


def _told(users, folder) -> Iterator[Recipient]:
    for user in User.objects.filter(pk__in=users, is_active=True).order_by("pk"):
        yield Recipient(user=user, name=str(user), link=folder.get_absolute_url())


def next_ones(entry) -> Iterator[Recipient]:
    """Those who decide the steps that have just become current: holders and those who stand in for them."""
    folder = entry.target
    if folder is None:
        return
    current = folder.steps.filter(outcome=Step.Outcome.CURRENT)
    users = _of_desks(current.filter(desk__digest=False, holder=None).values("desk"))
    users |= set(current.filter(desk__digest=False).exclude(holder=None).values_list("holder_id", flat=True))
    yield from _told(users - {entry.actor_id}, folder)


def _of_desks(desks) -> set[int]:
    users = set(Holder.objects.active().filter(desk__in=desks).values_list("user_id", flat=True))
    return users | set(Delegation.objects.active().filter(desk__in=desks).values_list("user_id", flat=True))


def of_desk(entry) -> Iterator[Recipient]:
    """Those who decide for the desk that is reminded."""
    if entry.target is None:
        return
    for user in User.objects.filter(pk__in=_of_desks([entry.target.pk]), is_active=True).order_by("pk"):
        yield Recipient(user=user, name=str(user), link=reverse("signing:home"))


def author(entry) -> Iterator[Recipient]:
    folder = entry.target
    if folder is not None and folder.author_id != entry.actor_id:
        yield from _told({folder.author_id}, folder)


def author_and_sender(entry) -> Iterator[Recipient]:
    """The author, and who sent the documents."""
    folder = entry.target
    if folder is None:
        return
    senders = Sending.objects.filter(pk=entry.data.get("sending")).values_list("sent_by_id", flat=True)
    yield from _told({folder.author_id, *senders}, folder)


def author_and_earlier(entry) -> Iterator[Recipient]:
    """The author, and everybody who had already decided: none learns by chance that it was refused."""
    folder = entry.target
    if folder is None:
        return
    decided = folder.steps.filter(~Q(decided_by=None)).values_list("decided_by_id", flat=True)
    yield from _told({folder.author_id, *decided} - {entry.actor_id}, folder)


def _notice(verb: str, recipients, template: str, label: str) -> Notice:
    return Notice(
        verb=f"signing.{verb}",
        recipients=recipients,
        template=f"signing/notices/{template}",
        category="signing",
        label=label,
        agents=True,
    )


WAITING = "Un dossier du parapheur attend ma décision"
NOTICES = [
    _notice("submit", next_ones, "waiting", WAITING),
    _notice("approve", next_ones, "waiting", WAITING),
    _notice("second_opinion", next_ones, "waiting", WAITING),
    _notice("transfer", next_ones, "waiting", WAITING),
    _notice("finish", author, "finished", "Un dossier que j’ai préparé est terminé"),
    _notice("reject", author_and_earlier, "rejected", "Un dossier que j’ai préparé ou signé est rejeté"),
    _notice("remind", of_desk, "remind", "Un rappel, le matin, de ce qui attend mon bureau"),
    _notice("expire", author_and_earlier, "expired", "Un dossier que j’ai préparé ou signé est hors délai"),
    _notice("read", author_and_sender, "read", "Un dossier envoyé par mail sécurisé est lu"),
    _notice("withdraw", author_and_earlier, "withdrawn", "Un dossier que j’ai signé est repris par son auteur"),
]
