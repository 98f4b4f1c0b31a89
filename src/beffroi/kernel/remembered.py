"""What is long to compute and changes only with the facts: remembered until the next line of the journal.

The figures of the menus, of the piles and of the tiles, the choices of a filter: an agent who goes from page to page
would have them computed again each time for the same answer. As the public pages, they follow the journal, and the
minute for what depends on the hour (what is late).
"""

import time
from collections.abc import Callable
from typing import TypeVar

from django.core.cache import caches

from beffroi.kernel import journal

T = TypeVar("T")
LIFETIME = 60  # seconds


def remembered(user, code: str, compute: Callable[[], T]) -> T:
    """What `compute` gives for `user` (who acts for the body that they chose), or gave since the journal's last line.

    The value is pickled. The state of the journal is read once for a request, whose `user` object is its own, and
    before computing: a fact that arrives meanwhile can only make the value newer than its key.
    """
    key = f"{code}:{user.pk}:{getattr(user, 'acting_for', None) or 0}:{_moment(user)}"
    kept = caches["pages"].get(key)
    if kept is None:
        kept = (compute(),)
        caches["pages"].set(key, kept, LIFETIME)
    return kept[0]


def _moment(user) -> str:
    """The minute and the state of the journal."""
    if getattr(user, "journal_moment", None) is None:
        user.journal_moment = f"{int(time.time() // LIFETIME)}:{journal.version()}"
    return user.journal_moment
