"""Anonymous pages are kept, and only they are."""

import gzip

import pytest
from django.contrib.auth import get_user_model
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from beffroi.kernel import journal
from tests.kernel.ui import pages

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.kernel.ui.pages")]


@pytest.fixture(autouse=True)
def _no_call():
    pages.calls.clear()


@pytest.fixture
def marie():
    return get_user_model().objects.create_user("marie@example.invalid", "correct horse battery")


def record(target):
    with transaction.atomic():
        return journal.record("kernel.tested", target, actor=None)


def test_page_is_rendered_once_for_many_visitors(client):
    first, second = client.get("/plain/"), client.get("/plain/")
    assert first.content == second.content
    assert pages.calls == ["/plain/"]


def test_kept_page_costs_one_query(client):
    client.get("/plain/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/plain/")
    assert len(queries) == 1


def test_each_address_and_each_query_has_its_own_page(client):
    client.get("/plain/?a=1")
    client.get("/plain/?a=2")
    assert len(pages.calls) == 2


def test_published_change_appears_at_once(client, marie):
    before = client.get("/plain/").content
    record(marie)
    assert client.get("/plain/").content != before


def test_version_sees_a_line_committed_after_a_later_one(marie):
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('kernel_entry', 'id'))")
        taken = cursor.fetchone()[0]
    later = record(marie)
    seen = journal.version()
    journal.Entry.objects.create(pk=taken, verb="kernel.tested", target=marie)
    assert journal.Entry.objects.latest("pk").pk == later.pk
    assert journal.version() != seen


def test_signed_in_person_neither_gets_nor_fills_the_kept_page(client, marie):
    anonymous = client.get("/plain/").content
    client.force_login(marie)
    mine = client.get("/plain/")
    assert b"True" in mine.content
    assert mine["Cache-Control"] == "private, no-cache"
    client.cookies.clear()
    assert client.get("/plain/").content == anonymous


def test_page_with_a_token_is_not_kept(client):
    assert client.get("/token/").content != client.get("/token/").content
    client.cookies.clear()
    client.get("/token/")
    assert len(pages.calls) == 3


def test_message_reaches_only_its_reader(client, django_user_model):
    other = type(client)()
    client.get("/message/?dire=1")
    assert b"secret" not in other.get("/message/").content
    assert b"secret de Marie" in client.get("/message/").content
    assert b"secret" not in other.get("/message/").content
    assert b"secret" not in client.get("/message/").content


@pytest.mark.parametrize("path", ["/private/", "/refused/", "/varied/"])
def test_answer_that_is_not_for_all_is_not_kept(client, path):
    client.get(path)
    client.get(path)
    assert pages.calls == [path, path]


def test_geojson_is_kept(client):
    client.get("/data/")
    client.get("/data/")
    assert pages.calls == ["/data/"]


def test_other_methods_and_authorisations_pass_by(client):
    client.get("/plain/")
    client.get("/plain/", headers={"Authorization": "Bearer x"})
    client.post("/plain/")
    assert len(pages.calls) == 3


def test_known_page_is_answered_not_modified(client):
    tag = client.get("/plain/")["ETag"]
    again = client.get("/plain/", headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert again.content == b""
    assert client.get("/plain/", headers={"If-None-Match": '"other"'}).status_code == 200


def test_kept_page_is_sent_compressed_where_accepted(client):
    plain = client.get("/plain/")
    packed = client.get("/plain/", headers={"Accept-Encoding": "gzip, br"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) == int(packed["Content-Length"]) < len(plain.content)
    assert {part.strip() for part in packed["Vary"].split(",")} == {"Cookie", "Accept-Encoding"}
    assert pages.calls == ["/plain/"]


def test_kept_page_keeps_its_security_headers(client):
    client.get("/plain/")
    response = client.get("/plain/")
    assert "default-src 'self'" in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_page_is_kept_one_minute(client, monkeypatch):
    client.get("/plain/")
    from beffroi.kernel.ui import pagecache

    later = pagecache.time.time() + 61
    monkeypatch.setattr(pagecache.time, "time", lambda: later)
    client.get("/plain/")
    assert len(pages.calls) == 2
