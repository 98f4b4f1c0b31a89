"""Which rule of the body fits a document."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import TextField, Value
from django.db.models.functions import Coalesce, Concat, Left

from beffroi.shared.documents import expressions
from beffroi.shared.documents.models import Document, FilingRule
from beffroi.shared.documents.searching import flatten

READ = 20_000
LOOKED = 1_000
SHOWN = 30


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
    if senders is not None and not senders.search(flatten(f"{document.sender} {text[:600]}")):
        return False
    return not rule.pattern or expressions.search(rule.pattern, f"{document.name}\n{text[:READ]}")


def find(
    document: Document, text: str, *, on_slow: Callable[[FilingRule], object] = lambda rule: None
) -> FilingRule | None:
    """The first rule in force of the body that fits the document. One that takes too long to look for is passed over,
    and told to `on_slow`."""
    rules = FilingRule.objects.filter(organisation=document.space.organisation_id, is_active=True)
    for rule in rules.select_related("folder", "kind"):
        try:
            if fits(rule, document, text):
                return rule
        except expressions.TooSlow:
            on_slow(rule)
    return None


@dataclass(frozen=True)
class Past:
    """What a rule would have caught: among the `looked` last documents, those that it fits (the first ones are
    `shown`), and how many of them lie where it would put them."""

    looked: int
    caught: int
    there: int
    shown: list[Document]


def past(rule: FilingRule, user) -> Past:
    """What the rule, kept or not, would have caught among the last documents of its body that the person sees.

    Raises `expressions.TooSlow`.
    """
    mine = Document.objects.visible_to(user).filter(space__organisation=rule.organisation_id)
    keys = list(mine.order_by("-created_at", "-pk").values_list("pk", flat=True)[:LOOKED])
    text = TextField()
    read = Left(Coalesce("current__reading__text", Value(""), output_field=text), READ, output_field=text)
    told = Concat("name", Value("\n"), read, output_field=text)
    documents = Document.objects.filter(pk__in=keys).annotate(read=read, told=told)
    if rule.pattern:
        documents = documents.filter(told__iregex=expressions.translated(rule.pattern))
    documents = documents.defer("values").select_related("space", "folder").order_by("-created_at", "-pk")
    bare = FilingRule(words=rule.words, senders=rule.senders)
    shown: list[Document] = []
    caught = there = 0
    with expressions.bounded(expressions.PAST):
        for document in list(documents):  # in one question, which is the one that is bounded
            if not fits(bare, document, document.read):
                continue
            caught += 1
            there += rule.folder_id is not None and document.folder_id == rule.folder_id
            if len(shown) < SHOWN:
                shown.append(document)
    return Past(len(keys), caught, there, shown)
