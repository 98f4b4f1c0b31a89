"""A form sent by the script that shows its progress leads to the same page, with its message."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.ui.pages")]


def test_upload_is_told_where_to_go_and_the_message_waits(client):
    answer = client.post("/sent/", headers={"X-Beffroi-Upload": "1"})
    assert answer.status_code == 204
    assert answer["X-Location"] == "/message/"
    assert "C’est envoyé." in client.get("/message/").content.decode()


def test_ordinary_form_is_redirected_as_usual(client):
    answer = client.post("/sent/")
    assert answer.status_code == 302
    assert answer["Location"] == "/message/"
