"""Which rule of the body fits a document."""

import re
from functools import lru_cache

from beffroi.shared.documents.models import Document, FilingRule
from beffroi.shared.documents.searching import flatten

READ = 20_000


def parts_of(words: str) -> list[str]:
    """The words, or groups of words, of a field, separated by commas."""
    return [" ".join(part.split()) for part in words.split(",") if part.strip()]


@lru_cache(maxsize=500)
def pattern_of(words: str) -> re.Pattern | None:
    """What is looked for, without accents nor capitals: « # » is a figure, a last « * » letters and figures. None for
    no word. It has no repetition inside another: no text makes it long to read."""
    wanted = []
    for part in parts_of(flatten(words).replace("\x00", "")):
        said = [_mask(word) for word in part.split() if word.strip("*")]
        if said:
            wanted.append(r"\s+".join(said))
    return re.compile(rf"(?<![a-z0-9])(?:{'|'.join(wanted)})(?![a-z0-9])") if wanted else None


def _mask(word: str) -> str:
    """A word as a pattern; only its last « * » stands for more letters."""
    bare = word.rstrip("*")
    return re.escape(bare).replace(r"\#", "[0-9]") + ("[a-z0-9]*" if bare != word else "")


def fits(rule: FilingRule, document: Document, text: str) -> bool:
    """Does the rule fit? What it does not ask is not looked at."""
    words, senders = pattern_of(rule.words), pattern_of(rule.senders)
    told = flatten(f"{document.title} {text[:READ]}")
    if words is not None and not words.search(told):
        return False
    return senders is None or bool(senders.search(flatten(f"{document.sender} {text[:600]}")))


def find(document: Document, text: str) -> FilingRule | None:
    """The first rule in force of the body that fits the document."""
    rules = FilingRule.objects.filter(organisation=document.space.organisation_id, is_active=True)
    return next((rule for rule in rules.select_related("folder", "kind") if fits(rule, document, text)), None)
