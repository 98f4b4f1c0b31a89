"""What an XML validator finds, told in French: at which line, about which element, what is expected.

libxml2 speaks English alone (`xmlschemas.c`, `relaxng.c`): its own words stay beside, as such, for whoever made the
schema.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from beffroi.kernel.ui.formats import typo

SPACE = re.compile(r"\{[a-z][^{}']*\}(?=[\w*])")
ABOUT = re.compile(r"Element '[^']*'(?:, attribute '([^']*)')?: ")
LONGEST = 300
# (what libxml2 says, what we say of it): XSD first, then RelaxNG. The first that is found is kept.
SAYINGS = tuple(
    (re.compile(said), words)
    for said, words in (
        (r"not expected\. Expected is (?:one of )?\( (.+?) \)", "cet élément n’est pas attendu ici ; attendu : {0}"),
        (r"This element is not expected", "cet élément n’est pas attendu ici"),
        (r"Missing child element\(s\)\. Expected is (?:one of )?\( (.+?) \)", "il lui manque : {0}"),
        (r"Missing child element", "il lui manque un élément"),
        (r"The value '(.*?)' is not an element of the set \{(.+?)\}", "« {0} » n’est pas permis ; permis : {1}"),
        (r"The value '(.*?)' is not accepted by the pattern '(.+)'", "« {0} » n’a pas la forme attendue : {1}"),
        (r"length of '(\d+)'; this exceeds the allowed maximum length of '(\d+)'", "{0} signes, {1} au plus"),
        (r"length of '(\d+)'; this underruns the allowed minimum length of '(\d+)'", "{0} signes, {1} au moins"),
        (r"'(.*?)' is not a valid value of the [\w ]*type '(.+?)'", "« {0} » n’est pas une valeur du type {1}"),
        (r"The attribute '(.+?)' is required but missing", "il lui manque l’attribut « {0} »"),
        (r"The attribute '(.+?)' is not allowed", "l’attribut « {0} » n’est pas permis"),
        (r"No matching global (?:element )?declaration", "le schéma ne connaît pas cette racine"),
        (r"Character content .*not allowed", "du texte n’est pas permis ici"),
        (r"Expecting (?:an )?element (\S+), got nothing", "il manque l’élément « {0} »"),
        (r"Expecting element (\S+), got (\S+)", "« {0} » est attendu, et non « {1} »"),
        (r"Expecting an element (\S+), got nothing", "il manque l’élément « {0} »"),
        (r"Did not expect element (\S+) there", "l’élément « {0} » n’est pas attendu ici"),
        (r"Did not expect text in element (\S+) content", "du texte n’est pas attendu ici"),
        (r"Element (\S+) failed to validate content", "son contenu n’est pas celui qui est attendu"),
        (r"Element (\S+) failed to validate attributes", "ses attributs ne sont pas ceux qui sont attendus"),
        (r"Element (\S+) has extra content: (\S+)", "« {1} » est en trop"),
        (r"Extra element (\S+) in interleave", "« {0} » est en trop, ou n’est pas rempli comme attendu"),
        (r"Invalid sequence in interleave", "ses éléments ne sont pas tous ceux qui sont attendus"),
        (
            r"Invalid attribute (\S+) for element (\S+)",
            "l’attribut « {0} » n’est pas permis, ou sa valeur ne l’est pas",
        ),
        (r"Type (\S+) doesn't allow value '(.*)'", "« {1} » n’est pas une valeur du type {0}"),
        (r"Error validating (?:value|datatype)", "sa valeur n’est pas celle qui est attendue"),
    )
)
UNKNOWN = "ce qui s’y trouve n’est pas ce qui est attendu"


@dataclass(frozen=True)
class Fault:
    """`line` from 1; `element` = its local name, empty when it is not told; `words` in French; `original` = those of
    the validator, in English."""

    line: int
    element: str
    words: str
    original: str

    def __str__(self):
        where = f"ligne {self.line}, élément « {self.element} »" if self.element else f"ligne {self.line}"
        return f"{where} : {self.words}"

    def shown(self) -> SafeString:
        """The same with the words of the validator, said to be English."""
        return format_html('{} <span class="small soft" lang="en">({})</span>', typo(str(self)), self.original)


def told(log: Iterable, root=None, *, most: int = 3) -> list[Fault]:
    """The first faults of the `error_log` of lxml; `root` = the document that was validated, to name its elements."""
    return [_fault(error, root) for error in list(log)[:most]]


def _fault(error, root) -> Fault:
    original = SPACE.sub("", " ".join((error.message or "").split()))[:LONGEST]
    return Fault(error.line, _element(error, root, original), _words(original), original)


def _words(original: str) -> str:
    about = ABOUT.match(original)
    rest = original[about.end() :] if about else original
    where = f"attribut « {about[1]} », " if about and about[1] else ""
    for said, words in SAYINGS:
        if found := said.search(rest):
            return where + words.format(*(_plain(one) for one in found.groups()))
    return where + UNKNOWN


def _plain(text: str) -> str:
    """A name or a list of names, as a sentence shows them."""
    return text.replace("'", "").replace("*", "").strip() or text


def _element(error, root, original: str) -> str:
    """The element at fault: as its path leads to it, else as the validator names it."""
    if root is not None and error.path:
        found = root.xpath(error.path)
        if found and isinstance(getattr(found[0], "tag", None), str):
            return found[0].tag.rpartition("}")[2]
    named = re.match(r"Element '?([\w.:-]+)'?", original)
    return named[1] if named else ""
