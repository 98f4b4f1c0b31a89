"""Who is told of what comes into the documents, and of the days to remember."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse

from beffroi.kernel.models import User
from beffroi.kernel.modules import Notice
from beffroi.kernel.notices import Recipient
from beffroi.shared.documents.models import Document, Folder, Following, OutsideLink, Reminder


def _seers(users, thing: Folder | Document, link: str = "") -> Iterator[Recipient]:
    """Those of these accounts that may see the thing today."""
    for user in User.objects.filter(pk__in=users, is_active=True).order_by("pk"):
        if type(thing).objects.visible_to(user).filter(pk=thing.pk).exists():
            yield Recipient(user=user, name=str(user), link=link or thing.get_absolute_url())


def follower(entry) -> Iterator[Recipient]:
    """The person who follows it."""
    one = Following.objects.filter(pk=entry.data.get("following")).first()
    if one is not None and entry.target is not None:
        yield from _seers({one.user_id}, entry.target)


def depositary(entry) -> Iterator[Recipient]:
    """Who gave the link by which somebody outside has just deposited files."""
    if entry.data.get("purpose") != OutsideLink.Purpose.DEPOSIT or entry.target is None:
        return
    link = OutsideLink.objects.filter(pk=entry.data.get("link")).first()
    if link is not None:
        yield from _seers({link.created_by_id}, entry.target)


def reminded(entry) -> Iterator[Recipient]:
    """Who wrote the day down; for the date of a field, who follows the document or a folder that holds it, and who
    brought it."""
    reminder = Reminder.objects.filter(pk=entry.data.get("reminder")).first()
    document = entry.target
    if reminder is None or document is None:
        return
    link = reverse("documents:remind", args=[document.pk])
    if reminder.user_id:
        yield from _seers({reminder.user_id}, document, link)
        return
    above = document.folder.path if document.folder else []
    followings = Following.objects.filter(Q(document=document) | Q(folder__in=above))
    yield from _seers({*followings.values_list("user", flat=True), document.created_by_id} - {None}, document, link)


def _notice(verb: str, recipients, template: str, label: str) -> Notice:
    return Notice(
        verb=f"documents.{verb}",
        recipients=recipients,
        template=f"documents/notices/{template}",
        category="documents",
        label=label,
        agents=True,
    )


NOTICES = [
    _notice("outside", depositary, "deposited", "Des fichiers sont déposés par un lien que j’ai donné"),
    _notice("news", follower, "news", "Il y a du nouveau dans ce que je suis (une fois par jour)"),
    _notice("reminder", reminded, "reminder", "Une date d’un document approche"),
]
