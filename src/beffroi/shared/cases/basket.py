"""What waits for an agent: the same situations for the first screen, the menu, the tiles and the list."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils import timezone

from beffroi.kernel import access
from beffroi.kernel.remembered import remembered
from beffroi.kernel.ui import context
from beffroi.shared.cases.models import Case
from beffroi.shared.organisations.models import Membership


@dataclass(frozen=True)
class Situation:
    """A pile of the basket: its name in the address, its words, its rule; `under_way` = nothing in it is ended."""

    code: str
    label: str
    rule: Callable[[object], Q]
    tone: str = "neutral"
    under_way: bool = True


def _open(user) -> Q:
    return Q(closed_at__isnull=True)


def _late(user) -> Q:
    return _open(user) & Q(due_at__lt=timezone.now(), paused_at__isnull=True)


def _team(user) -> Q:
    teams = Membership.objects.active().filter(user=user, team__isnull=False).values("team")
    return _open(user) & Q(team__in=teams)


SITUATIONS = (
    Situation("", "En cours", _open),
    Situation("retard", "En retard", _late, "late"),
    Situation("lire", "Message à lire", lambda user: Q(unread_at__isnull=False), "new", False),
    Situation("moi", "À moi", lambda user: _open(user) & Q(assignee=user), "progress"),
    Situation("equipe", "À mon équipe", _team),
    Situation("libres", "À prendre", lambda user: _open(user) & Q(assignee__isnull=True, paused_at__isnull=True)),
    Situation("attente", "Réponse attendue", lambda user: _open(user) & Q(paused_at__isnull=False), "waiting"),
    Situation("terminees", "Terminées", lambda user: Q(closed_at__isnull=False), "done", False),
    Situation("toutes", "Toutes", lambda user: Q(), under_way=False),
)
BY_CODE = {situation.code: situation for situation in SITUATIONS}
COUNTED = ("retard", "lire", "moi", "equipe", "libres", "attente")


def pile(user, code: str):
    """The cases of one situation that `user` sees at the desk."""
    return Case.objects.listed_for(user).filter(BY_CODE[code].rule(user))


def counts(user) -> dict[str, int]:
    """How many in each situation that is counted, and under "" how many under way: one query, then remembered."""
    known = getattr(user, "_case_counts", None)
    if known is None:
        known = user._case_counts = remembered(user, "cases:counts", lambda: _count(user))
    return known


def _count(user) -> dict[str, int]:
    waiting = Case.objects.listed_for(user).filter(Q(closed_at__isnull=True) | Q(unread_at__isnull=False))
    rules = {code or "open": Count("pk", filter=BY_CODE[code].rule(user)) for code in ("", *COUNTED)}
    found = waiting.order_by().aggregate(**rules)
    return {"": found.pop("open"), **found}


def to_do(user) -> int:
    """The figure beside « Ma corbeille »: what is in my hands."""
    return counts(user)["moi"]


def counter(request) -> context.Counter | None:
    """What the top of the desk shows: my basket and its figure."""
    if not access.is_agent(request.user):
        return None
    return context.Counter(label="Ma corbeille", url=context.address("cases:basket"), count=to_do(request.user))
