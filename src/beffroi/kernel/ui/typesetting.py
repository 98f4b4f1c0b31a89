"""Our templates are set in French when they are compiled: who writes one types plain spaces and straight apostrophes.

Only the spaces that French forbids to break are changed, in the text and in the words given to tags and attributes;
nothing is computed when a page is written. The templates of the libraries are left as they are.
"""

import re
from pathlib import Path

from django.template.loaders.app_directories import Loader as AppLoader

from beffroi.kernel.ui.blanks import compact
from beffroi.kernel.ui.formats import NARROW

OURS = Path(__file__).parents[2]  # src/beffroi
# After a letter, a digit, a closing mark or a value, before a mark that ends a word: never inside an address or code.
BEFORE = re.compile(r"(?<=[\w)»}%>…]) (?:([;!?»])(?=[\s<\"{.,)]|$)|(:)(?=[\s<\"{]|$))", re.MULTILINE)
AFTER = re.compile(r"« (?=\S)")
# A title made of one value: its text comes from a view or from the database.
TITLE = re.compile(r"(<h[1-3][^>]*>|\{% block title %\}|class=\"[^\"]*pre-line[^\"]*\">)\{\{ ([\w.]+) \}\}")


def typeset(source: str) -> str:
    """The source of a template with the narrow unbreakable spaces of French, its titles given to `|typo`."""
    source = TITLE.sub(r"\1{{ \2|typo }}", source)
    return AFTER.sub(f"«{NARROW}", BEFORE.sub(lambda found: f"{NARROW}{found[1] or found[2]}", source))


class Loader(AppLoader):
    """The templates of the installed parts; those of Beffroi in HTML are compacted and typeset."""

    def get_contents(self, origin):
        source = super().get_contents(origin)
        path = Path(origin.name)
        return typeset(compact(source)) if path.suffix == ".html" and OURS in path.parents else source
