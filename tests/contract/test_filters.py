"""What is typed by hand in an address never breaks a page: each filter of each page, with what no form would send."""

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from lxml import html

from beffroi.kernel import modules
from tests.contract import visit

PAGES = [(c.label, page) for c, module in modules.installed() for page in module.pages]
EACH = [pytest.param(page, id=f"{label}-{visit.name(page)}") for label, page in PAGES]
# For a day, a number, a word, a choice: the ends of time, too much, what a database refuses, what does not exist.
TYPED = (
    {"date": "9999-12-31", "number": "9" * 30, "text": "'\"%é🏚", "choice": "inconnu"},
    {"date": "0001-01-01", "number": "-1", "text": "x" * 5000, "choice": "9" * 30},
    {"date": "2026-02-30", "number": "NaN", "text": "' OR 1=1 -- (", "choice": "-"},
    {"date": "\x00", "number": "\x00", "text": "\x00", "choice": "\x00"},
)
KINDS = {"date": "date", "datetime-local": "date", "month": "date", "week": "date", "number": "number"}


def filters(text: str, path: str) -> dict[str, str]:
    """{name: kind} of the fields of the forms of a page that ask the same page again."""
    found: dict[str, str] = {}
    for form in html.fromstring(text).iterfind(".//form"):
        method, action = form.get("method", "get").lower(), form.get("action", "")
        if method != "get" or action.partition("?")[0] not in {"", path}:
            continue
        for field in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
            kind = "choice" if field.tag == "select" or field.get("type") in {"checkbox", "radio", "hidden"} else "text"
            found[field.get("name")] = KINDS.get(field.get("type", ""), kind)
    return found


def broken(page, visitors) -> Iterator[str]:
    """The addresses that end in a fault, and why."""
    path = visit.address(page)
    if path is None:
        return
    for visitor in visitors:
        answer = visit.ask(visitor, path)
        if answer.status == 200 and not answer.login and answer.text:
            break
    else:
        return
    asked = filters(answer.text, path.partition("?")[0]) | {"page": "number", "tri": "choice"}
    for typed in TYPED:
        address = f"{path.partition('?')[0]}?{urlencode({name: typed[kind] for name, kind in asked.items()})}"
        answer = visit.ask(visitor, address)
        if answer.fault or answer.status >= 500:
            yield f"{path} [{visitor.name}] {typed} : {answer.status} {answer.fault}"


@pytest.mark.slow
@pytest.mark.parametrize("page", EACH)
def test_filters_hold_whatever_is_typed(page, visitors):
    found = list(broken(page, visitors))
    assert not found, "\n" + "\n".join(found)


def test_fields_of_a_form_are_found_by_their_kind():
    text = (
        '<form action="/x/"><input name="q"><input type="date" name="du"><select name="etat"></select></form>'
        '<form action="/y/"><input name="ailleurs"></form><form method="post"><input name="ecrit"></form>'
    )
    assert filters(text, "/x/") == {"q": "text", "du": "date", "etat": "choice"}
