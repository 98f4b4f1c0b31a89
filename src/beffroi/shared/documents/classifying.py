"""Where a document goes, learnt from what people filed before in the same spaces; a person decides.

A naive Bayes classifier on the words of the name and of the beginning of the text, by numpy: no remote service, nothing
kept, learnt again each time from the last documents filed by hand.
"""

import math
import re
from collections import Counter
from dataclasses import dataclass

from django.db.models.functions import Left

from beffroi.shared.documents.models import Document
from beffroi.shared.documents.searching import flatten

PAST = 1500
READ = 3000
FEWEST = 2
MOST_WORDS = 6000
# Below this part of the probability, nothing is proposed.
SURE = 0.35
EMPTY = {
    "avec",
    "dans",
    "pour",
    "que",
    "qui",
    "les",
    "des",
    "une",
    "vous",
    "nous",
    "sur",
    "par",
    "est",
    "aux",
    "cette",
    "madame",
    "monsieur",
    "communes",
    "communaute",
    "http",
    "www",
}


@dataclass(frozen=True)
class Proposal:
    """A folder, how sure one may be (0 to 1), and the words that weighed most."""

    folder_id: int
    score: float
    why: str


def words_of(name: str, text: str) -> Counter:
    """The stems that count, those of the name three times."""
    found: Counter = Counter()
    for source, weight in ((name, 3), (text[:READ], 1)):
        for word in re.findall(r"[a-z]{4,}", flatten(source)):
            if word not in EMPTY:
                found[word[:7]] += weight
    return found


def propose(document: Document, text: str, *, most: int = 3) -> list[Proposal]:
    """The open folders of the body where such documents were filed before, the likeliest first.

    Only from what those who see the document see too: the past of a shut folder teaches nobody else.
    """
    past = (
        Document.objects.alive()
        .filter(space__organisation=document.space.organisation_id, folder__state="open", folder__removal=None)
        .exclude(pk=document.pk)
        .filter(fence__in=document.fence.lineage)
        .order_by("-created_at")
        .values_list("folder_id", "name", Left("current__reading__text", READ))[:PAST]
    )
    examples = [(folder, words_of(name, said or "")) for folder, name, said in past]
    return rank(words_of(document.name, text), examples, most=most)


def rank(asked: Counter, examples: list[tuple[int, Counter]], *, most: int = 3) -> list[Proposal]:
    """The classes of the examples by probability; each must have `FEWEST` examples."""
    import numpy

    sizes = Counter(folder for folder, _words in examples)
    classes = [folder for folder, count in sizes.items() if count >= FEWEST]
    if not classes or not asked:
        return []
    seen: Counter = Counter()
    for _folder, words in examples:
        seen.update(words.keys())
    vocabulary = {word: rank for rank, (word, _count) in enumerate(seen.most_common(MOST_WORDS))}
    place = {folder: rank for rank, folder in enumerate(classes)}
    counts = numpy.ones((len(classes), len(vocabulary)))
    for folder, words in examples:
        if folder in place:
            for word, count in words.items():
                if word in vocabulary:
                    counts[place[folder], vocabulary[word]] += min(count, 5)
    weights = numpy.log(counts / counts.sum(axis=1, keepdims=True))
    known = [(vocabulary[word], min(count, 5), word) for word, count in asked.items() if word in vocabulary]
    if not known:
        return []
    priors = numpy.log([sizes[folder] / len(examples) for folder in classes])
    columns = numpy.array([column for column, _count, _word in known])
    times = numpy.array([count for _column, count, _word in known], dtype=float)
    # The words of a text repeat each other: their evidence counts as its square root.
    scores = priors + (weights[:, columns] * times).sum(axis=1) / math.sqrt(times.sum())
    odds = numpy.exp(scores - scores.max())
    odds /= odds.sum()
    mean = weights[:, columns].mean(axis=0)
    found = []
    for rank_ in numpy.argsort(-odds)[:most]:
        if odds[rank_] < (SURE if not found else SURE / 2):
            break
        lift = (weights[rank_, columns] - mean) * times
        best = [known[index][2] for index in numpy.argsort(-lift)[:4] if lift[index] > 0]
        found.append(Proposal(classes[rank_], float(odds[rank_]), ", ".join(best)))
    return found
