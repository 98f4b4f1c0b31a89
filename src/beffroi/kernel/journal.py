"""The journal is the spine: one line per business fact, from which the rest follows."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.db.models import Q, QuerySet

from beffroi.kernel import modules, seals, search
from beffroi.kernel.access import account_of
from beffroi.kernel.models import Entry

_moment: ContextVar[datetime | None] = ContextVar("journal_moment", default=None)


@modules.derived
def _reactions() -> dict[str, list[modules.Reaction]]:
    by_verb: dict[str, list[modules.Reaction]] = {}
    for reaction in modules.collect("reactions"):
        by_verb.setdefault(reaction.verb, []).append(reaction)
    return by_verb


def _reactions_to(verb: str) -> list[modules.Reaction]:
    known = _reactions()
    return [*known.get(verb, ()), *known.get(modules.EVERY, ())]


def record(verb, target, *, actor, data=None) -> Entry:
    """Write that `actor` (a user, or None for the platform itself) did `verb` to `target`.

    `verb` is "app_label.word". `data` holds no personal data: the line is kept for ever. Reactions of other modules
    run here, in the same transaction; messages leave after it, by a job that one of them asks for.
    Raises RuntimeError outside a transaction.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("Record a fact in the transaction that makes it true.")
    moment = {"at": at} if (at := _moment.get()) else {}
    entry = Entry.objects.create(verb=verb, target=target, actor=account_of(actor), data=data or {}, **moment)
    for reaction in _reactions_to(verb):
        if reaction.dated or not moment:
            reaction.run(entry)
    search.refresh(target)
    return entry


@contextmanager
def dated(moment: datetime) -> Iterator[None]:
    """The facts recorded inside happened at `moment`: for what is imported from another tool, and for sample data.

    Nobody is told of them. Days that are sealed refuse them: raises ValueError.
    """
    if seals.is_sealed(moment):
        raise ValueError(f"The journal of {moment:%Y-%m-%d} is sealed.")
    token = _moment.set(moment)
    try:
        yield
    finally:
        _moment.reset(token)


def lines_about(*targets) -> QuerySet[Entry]:
    """The lines of the given objects, oldest first, with their actors: one query, however many objects."""
    about = Q(pk__in=())
    for target in targets:
        about |= Q(target_type=ContentType.objects.get_for_model(target), target_id=target.pk)
    return Entry.objects.filter(about).select_related("actor").order_by("at", "id")


def story(*targets, limit: int | None = None, without: Iterable[str] = ()) -> list[dict]:
    """The same lines, newest first, ready for a timeline: what was done, when, by whom, and why if that is kept.

    `limit` = how many at most; `without` = verbs that are left out.
    """
    lines = lines_about(*targets).exclude(verb__in=list(without)).order_by("-at", "-id")
    return [
        {
            "at": line.at,
            "title": words(line.verb),
            "author": str(line.actor) if line.actor else "la plateforme",
            "text": f"Motif\u202f: {reason}" if (reason := line.data.get("reason", "")) else "",
        }
        for line in (lines[:limit] if limit else lines)
    ]


def words(verb: str) -> str:
    """What a verb means, in the words of its manifest; the verb itself when nobody tells it."""
    return "Tout fait" if verb == modules.EVERY else modules.labels().get(verb, verb)


def version() -> str:
    """Changes as soon as a line is committed, even one whose number was taken before that of a line already seen."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT max(id), count(*) FROM kernel_entry"
            " WHERE id > (SELECT coalesce(max(id), 0) - 200 FROM kernel_entry)"
        )
        last, count = cursor.fetchone()
    return f"{last or 0}-{count}"
