import io

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from beffroi.kernel.models import User
from beffroi.shared.files import access, actions, storage
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.organisations.models import Organisation
from tests.shared.files import samples

pytestmark = pytest.mark.django_db
TEXT = "Le chemin du Bois est coupé."


@pytest.fixture
def target(db):
    return Organisation.objects.create(kind="other", name="Foyer rural", slug="foyer-rural")


@pytest.fixture
def text(store, user, target):
    return actions.store_upload(samples.upload(TEXT.encode(), "note.txt"), actor=user, target=target, public=True)


@pytest.fixture
def photo(store, user, target):
    sent = samples.upload(samples.jpeg(size=(1000, 500)), "lampe.jpg")
    return actions.store_upload(sent, actor=user, kind="photo", target=target, public=True)


def _body(response):
    return b"".join(response.streaming_content)


def _status(client, url, **options):
    """The status of an answer whose body is read, so that its file is closed."""
    response = client.get(url, **options)
    if response.streaming:
        _body(response)
    return response.status_code


def test_file_public_is_served_with_its_guards(client, text):
    response = client.get(text.url)
    assert response.status_code == 200
    assert _body(response) == TEXT.encode()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="note.txt"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"] == "public, max-age=3600"
    assert response["Content-Length"] == str(len(TEXT.encode()))


def test_file_office_document_is_downloaded_never_shown(client, store, target):
    file = actions.store_upload(samples.upload(samples.odt(), "Arrêté.odt"), actor=None, target=target, public=True)
    response = client.get(file.url)
    _body(response)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''Arr%C3%AAt%C3%A9.odt"


def test_file_pdf_opens_in_the_reader_without_anything_else(client, store, target):
    file = actions.store_upload(samples.upload(samples.PDF, "a.pdf"), actor=None, target=target, public=True)
    response = client.get(file.url)
    _body(response)
    assert response["Content-Disposition"].startswith("inline")
    assert response["Content-Security-Policy"].startswith("default-src 'none'")


def test_file_private_is_absent_for_whoever_may_not_see_it(client, text):
    StoredFile.objects.update(public=False)
    assert _status(client, text.url) == 404
    client.force_login(User.objects.create_user("autre@example.invalid"))
    assert _status(client, text.url) == 404


def test_file_waiting_is_seen_by_its_sender_only(client, store, user):
    file = actions.store_upload(samples.upload(TEXT.encode(), "note.txt"), actor=user)
    assert _status(client, file.url) == 404
    client.force_login(user)
    response = client.get(file.url)
    assert _body(response) == TEXT.encode()
    assert response["Cache-Control"] == "private, max-age=300"


def test_file_key_opens_it_for_half_a_day_and_opens_no_other(client, text, photo, monkeypatch):
    StoredFile.objects.update(public=False)
    for file in (text, photo):
        file.refresh_from_db()
    assert _status(client, access.url_for(text)) == 200
    assert _status(client, access.thumbnail_url_for(photo)) == 200
    stolen = access.url_for(text).split("?")[1]
    assert _status(client, f"{photo.url}?{stolen}") == 404
    monkeypatch.setattr(access, "LIFE", -1)
    assert _status(client, access.url_for(text)) == 404


def test_file_name_is_that_of_the_database(client, text):
    response = client.get(reverse("files:file", args=[text.pk, "autre.html"]))
    assert (response.status_code, response["Location"]) == (302, text.url)


@pytest.mark.parametrize(
    ("header", "status", "body", "part"),
    [
        ("bytes=0-1", 206, b"Le", "bytes 0-1/29"),
        ("bytes=3-", 206, TEXT.encode()[3:], "bytes 3-28/29"),
        ("bytes=-6", 206, TEXT.encode()[-6:], "bytes 23-28/29"),
        ("bytes=0-99999", 206, TEXT.encode(), "bytes 0-28/29"),
        ("bytes=5-2", 200, TEXT.encode(), None),
        ("bytes=0-1,4-5", 200, TEXT.encode(), None),
        ("lignes=1-2", 200, TEXT.encode(), None),
    ],
)
def test_file_range_gives_that_part(client, text, header, status, body, part):
    assert text.blob.size == 29
    response = client.get(text.url, headers={"Range": header})
    assert (response.status_code, _body(response), response.get("Content-Range")) == (status, body, part)


@pytest.mark.parametrize("header", ["bytes=29-", "bytes=500-600", "bytes=-0"])
def test_file_range_outside_is_refused(client, text, header):
    response = client.get(text.url, headers={"Range": header})
    assert (response.status_code, response["Content-Range"]) == (416, "bytes */29")


def test_file_unchanged_is_not_sent_again(client, text):
    etag = f'"{text.blob.sha256}"'
    assert _status(client, text.url, headers={"If-None-Match": etag}) == 304
    assert _status(client, text.url, headers={"Range": "bytes=0-1", "If-Range": etag}) == 206
    assert _status(client, text.url, headers={"Range": "bytes=0-1", "If-Range": '"autre"'}) == 200


def test_file_head_has_no_body(client, text):
    response = client.head(text.url)
    assert (response.status_code, response["Content-Length"]) == (200, "29")


def test_file_lost_from_the_disk_is_absent(client, store, text):
    store.delete(storage.address(text.blob.sha256))
    assert _status(client, text.url) == 404


def test_file_not_scanned_yet_waits(client, text, settings):
    settings.FILES_CLAMD = "127.0.0.1:1"
    response = client.get(text.url)
    assert (response.status_code, response["Retry-After"]) == (503, "60")
    assert "attend l’antivirus" in response.content.decode()


def test_file_infected_is_gone(client, text, photo, settings):
    Blob.objects.update(threat="Essai.Signature")
    assert _status(client, text.url) == 410
    assert _status(client, photo.thumbnail_url()) == 404


def test_thumbnail_is_made_once_and_kept(client, store, photo):
    for _time in range(2):
        response = client.get(photo.thumbnail_url("moyenne"))
        assert response["Content-Type"] == "image/webp"
        assert "sandbox" in response["Content-Security-Policy"]
        assert Image.open(io.BytesIO(_body(response))).size == (640, 320)
    assert sum(item.name.startswith("vignettes/") for item in store.walk()) == 1


def test_thumbnail_of_another_size_or_of_a_document_is_absent(client, text, photo):
    assert _status(client, photo.thumbnail_url("immense")) == 404
    assert _status(client, text.thumbnail_url()) == 404


def test_file_public_costs_one_query_beside_the_journal_state(client, text, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        assert _status(client, text.url) == 200


def _send(client, content, name="a.jpg", **more):
    return client.post(reverse("files:upload"), {"file": samples.upload(content, name), "kind": "photo", **more})


def test_upload_anonymous_answers_a_token_and_the_place(client, store):
    response = _send(client, samples.jpeg(position=samples.DOULLENS))
    answer = response.json()
    assert response.status_code == 201
    assert answer["position"] == pytest.approx(samples.DOULLENS, abs=1e-5)
    assert (answer["name"], answer["mime"]) == ("a.jpg", "image/jpeg")
    assert _status(client, answer["thumbnail"]) == 200
    assert StoredFile.objects.get().uploaded_by is None


def test_upload_signed_in_remembers_the_sender(client, store, user):
    client.force_login(user)
    _send(client, samples.PDF, "a.pdf", kind="attachment")
    assert StoredFile.objects.get().uploaded_by == user


def test_upload_refused_says_why(client, store):
    response = _send(client, b"<html>", "page.html")
    assert response.status_code == 400
    assert response.json()["error"].startswith("«\u202fpage.html\u202f»\u202f: les pages web")
    assert client.post(reverse("files:upload"), {}).status_code == 400


def test_upload_too_large_is_refused_before_it_is_read(client, store):
    response = client.generic("POST", reverse("files:upload"), b"", CONTENT_LENGTH=str(25 * 1024 * 1024))
    assert response.status_code == 413
    assert "20 Mo" in response.json()["error"]


def test_upload_too_many_from_one_address_must_wait(client, store):
    answers = [_send(client, b"x").status_code for _ in range(61)]
    assert answers[:60] == [400] * 60
    assert answers[60] == 429


def test_upload_without_csrf_token_is_refused(store):
    assert _send(Client(enforce_csrf_checks=True), samples.jpeg()).status_code == 403
    assert not StoredFile.objects.exists()
