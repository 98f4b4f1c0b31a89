"""Addresses that name nothing."""

import pytest


@pytest.mark.parametrize("path", ["/recherche/?q=a%00b", "/communes/doul%00lens/", "/?%00=1"])
def test_null_character_is_refused_before_any_view(client, db, path):
    answer = client.get(path)
    assert answer.status_code == 400
    assert "html" in answer.headers["Content-Type"]


def test_a_zero_and_a_percent_are_no_null_character(client, db):
    assert client.get("/recherche/", {"q": "100 %00 euros"}).status_code == 200
