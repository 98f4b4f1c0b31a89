"""What the tests of the pages share."""

import re

from django.test import Client


def sign_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text_of(response) -> str:
    """The words of a page, without its marks."""
    html = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def check_page(response, status=200) -> str:
    """A page that opens, has one heading and a label for each field; returns its HTML."""
    html = response.content.decode()
    assert response.status_code == status, html[:2000]
    assert html.count("<h1") == 1
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(one for one in ids if ids.count(one) > 1)
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', html))
    for tag in re.findall(r"<(?:input|select|textarea)[^>]*>", html):
        kind = re.search(r'type="(\w+)"', tag)
        if kind and kind[1] in {"hidden", "submit", "checkbox", "radio"}:
            continue
        name = re.search(r'\sid="([^"]+)"', tag)
        assert "aria-label=" in tag or (name and name[1] in labelled), tag
    return html
