"""What modules say of homes in « Mon foyer »: an address that was proved is changed with a proof, where they ask it.

    homes.also(said)

`said(households)` gives {household: Said} for those homes of which the module has something to say; the address of
such a home is then corrected at `Said.url`, and only there.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from beffroi.shared.people.models import Household


@dataclass(frozen=True, kw_only=True)
class Said:
    """`state` and its `tone` are a mark beside the address (empty = none), `words` a sentence under it."""

    url: str
    label: str
    state: str = ""
    tone: str = "neutral"
    words: str = ""


Source = Callable[[Iterable[Household]], dict[int, Said]]
_sources: list[Source] = []


def also(source: Source) -> None:
    """Make a source known; once, however many times it is called."""
    if source not in _sources:
        _sources.append(source)


def said(households: Iterable[Household]) -> dict[int, Said]:
    """What is said of these homes; the last source that speaks of one wins."""
    households = list(households)
    found: dict[int, Said] = {}
    for source in _sources:
        found |= source(households)
    return found
