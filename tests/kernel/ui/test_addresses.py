"""Addresses that name nothing."""

import pytest

from beffroi.kernel.ui.addresses import NullCharacterMiddleware


def test_null_character_is_refused_in_a_path_before_any_view(client, db):
    answer = client.get("/communes/doul%00lens/")
    assert answer.status_code == 400
    assert "html" in answer.headers["Content-Type"]


@pytest.mark.parametrize("query", ["q=a%00b", "%00=1", "q=%00", "q=100 %00 euros"])
def test_page_answers_to_whatever_follows_its_address(client, db, query):
    assert client.get(f"/recherche/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "read"), [("q=a%00b", "a b"), ("q=%00%00", "  "), ("q=%2500", "%00"), ("q=100%25%00", "100% ")]
)
def test_null_character_is_read_as_a_blank(rf, query, read):
    assert NullCharacterMiddleware(lambda request: request.GET["q"])(rf.get(f"/?{query}")) == read
