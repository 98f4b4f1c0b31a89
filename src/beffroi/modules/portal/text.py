"""Light Markdown, as secretaries write it, made into safe HTML: titles, lists, bold, links, quotations, tables."""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

TAGS = {
    "h2",
    "h3",
    "h4",
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "a",
    "blockquote",
    "br",
    "hr",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
_reader = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")


def html(source: str) -> SafeString:
    """The text as HTML. A first-rank title becomes a second-rank one: the page has its own."""
    rendered = re.sub(r"<(/?)h1>", r"<\1h2>", _reader.render(source or ""))
    rendered = re.sub(r"<(/?)h[56]>", r"<\1h4>", rendered)
    cleaned = nh3.clean(
        rendered,
        tags=TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    return mark_safe(cleaned)  # noqa: S308  cleaned just above


def plain(source: str) -> str:
    """The words alone, for the search box, feeds and calendars."""
    return " ".join(nh3.clean(_reader.render(source or ""), tags=set()).split())
