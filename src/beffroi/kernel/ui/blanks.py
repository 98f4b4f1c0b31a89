"""Blanks of our templates: a line may end wherever it reads well, and no blank of the layout reaches the page.

The end of a line, with the blanks around it, is nothing when a tag (of HTML or of Django) stands on either side of it,
and one space between two words or values, and inside a tag. A space that must be seen beside a tag is written on the
line. What `<pre>`, `<textarea>`, an inline script and `{% verbatim %}` hold is left as it is.
"""

import re

CONSTRUCT = r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}"
RAW = (
    r"<(?:pre|textarea)\b.*?</(?:pre|textarea)>|<script\b[^>]*>\s*[^\s<].*?</script>"
    r"|\{%\s*verbatim\b.*?endverbatim\s*%\}|\{%\s*comment\b.*?endcomment\s*%\}|<!--.*?-->"
)
QUOTED = rf"\"(?:{CONSTRUCT}|[^\"])*\"|'(?:{CONSTRUCT}|[^'])*'"
TAG = rf"</?(?:[a-zA-Z!]|\{{%)(?:(?<=\{{%).*?%\}}|{CONSTRUCT}|{QUOTED}|[^'\">])*>"
PIECE = re.compile(rf"(?P<raw>{RAW})|(?P<tag>{TAG})|(?P<construct>{CONSTRUCT})", re.DOTALL)
BREAK = re.compile(r"[ \t]*\n[ \t\n]*")


def pieces(source: str):
    """The source cut in order into (kind, text): "raw", "tag" of HTML, "construct" of Django, "value" ({{ … }}) or
    "text"."""
    at = 0
    for found in PIECE.finditer(source):
        if found.start() > at:
            yield "text", source[at : found.start()]
        kind, text = found.lastgroup or "", found[0]
        yield "value" if text.startswith("{{") else kind, text
        at = found.end()
    if at < len(source):
        yield "text", source[at:]


def compact(source: str) -> str:
    """The source without the ends of lines of its layout."""
    if "\n" not in source:
        return source
    cut = list(pieces(source))
    solid = [kind in {"tag", "construct", "raw"} for kind, _text in cut]
    written = []
    for number, (kind, text) in enumerate(cut):
        if kind == "text":
            before = number == 0 or solid[number - 1]
            after = number + 1 == len(cut) or solid[number + 1]
            written.append(_text(text, before, after))
        else:
            written.append(text if kind == "raw" else BREAK.sub(" ", text))
    return "".join(written)


def _text(text: str, before: bool, after: bool) -> str:
    """`before`, `after` = a tag, or the end of the file, stands there."""
    head = BREAK.match(text)
    if head and head.end() == len(text):
        return "" if before or after else " "
    if before and head:
        text = text[head.end() :]
    if after:
        text = re.sub(r"[ \t]*\n[ \t\n]*\Z", "", text)
    return BREAK.sub(" ", text)
