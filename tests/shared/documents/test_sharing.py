"""Links for people outside: date, count, password, one time; deposits; what is shut stays shut."""

import datetime
import io
import threading
import zipfile

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from beffroi.kernel.models import Entry
from beffroi.shared.documents import actions
from beffroi.shared.documents.models import Document, OutsideLink
from tests.shared.documents.conftest import TEXT
from tests.shared.documents.test_pages import _text
from tests.support.together import at_once

pytestmark = pytest.mark.django_db


def give(thing, actor, purpose="share", **more):
    more.setdefault("expires_at", timezone.now() + datetime.timedelta(days=2))
    return actions.give_link(thing, actor=actor, purpose=purpose, label="Notaire", **more)


def url_of(token, name="shared"):
    return reverse(f"documents:{name}", args=[token])


def download(client, token, document):
    answer = client.post(url_of(token), {"document": document.pk})
    answer.body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def test_link_is_made_at_the_desk_and_opens_without_account(client, people, make_document):
    document = make_document()
    client.force_login(people["outside"])
    page = client.post(
        reverse("documents:links", args=["documents", document.pk]),
        {"label": "Notaire", "until": timezone.localdate() + datetime.timedelta(days=3), "most": "", "password": ""},
    ).content.decode()
    address = page.split("<code>")[1].split("</code>")[0]
    client.logout()
    path = "/" + address.split("/", 3)[3]
    answer = client.get(path)
    assert document.name in _text(answer)
    assert answer["Referrer-Policy"] == "same-origin", "« no-referrer » makes a browser send « Origin: null »"
    token = path.strip("/").split("/")[1]
    assert token not in str(OutsideLink.objects.values().get())
    got = download(client, token, document)
    assert got.body == TEXT.encode()
    assert OutsideLink.objects.get().uses == 1


def test_link_once_is_once_and_a_visit_does_not_use_it(client, people, make_document):
    document = make_document()
    _link, token = give(document, people["outside"], most=1)
    for _visit in range(3):
        assert client.get(url_of(token)).status_code == 200
    assert download(client, token, document).status_code == 200
    assert download(client, token, document).status_code == 410
    assert client.get(url_of(token)).status_code == 410


def test_link_ends_with_its_date_or_by_hand(client, people, make_document):
    document = make_document()
    link, token = give(document, people["outside"])
    OutsideLink.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.get(url_of(token)).status_code == 410
    OutsideLink.objects.update(expires_at=timezone.now() + datetime.timedelta(days=1))
    client.force_login(people["elected"])
    assert client.post(reverse("documents:revoke_link", args=[link.pk])).status_code == 403
    client.force_login(people["inside"])
    client.post(reverse("documents:revoke_link", args=[link.pk]))
    client.logout()
    assert download(client, token, document).status_code == 410
    assert client.get(url_of("inconnu")).status_code == 404


def test_password_is_asked_and_tries_are_counted(client, people, make_document):
    document = make_document()
    _link, token = give(document, people["outside"], password="brique-rouge")
    assert document.name not in _text(client.get(url_of(token)))
    assert download(client, token, document).status_code == 200, "the page of the password again"
    assert OutsideLink.objects.get().uses == 0
    assert "pas le bon" in _text(client.post(url_of(token), {"password": "faux"}))
    client.post(url_of(token), {"password": "brique-rouge"})
    assert document.name in _text(client.get(url_of(token)))
    client.cookies.clear()
    for _try in range(20):
        page = client.post(url_of(token), {"password": "faux"})
    assert "Trop d’essais" in _text(page)


def test_folder_shows_what_it_holds_and_keeps_shut_what_is_shut(client, people, make_document, make_folder):
    folder = make_folder()
    shown, shut = make_document("vu.txt", b"1", folder=folder), make_document("tu.txt", b"2", folder=folder)
    actions.fence_off(shut, actor=people["manager"], inherits=False)
    outside = make_document("ailleurs.txt", b"3")
    _link, token = give(folder, people["outside"])
    page = _text(client.get(url_of(token)))
    assert shown.name in page
    assert shut.name not in page
    for other in (shut, outside):
        assert download(client, token, other).status_code == 404


def test_reader_gives_no_link(client, people, make_document):
    client.force_login(people["elected"])
    url = reverse("documents:links", args=["documents", make_document().pk])
    assert client.get(url).status_code == 403


def test_deposit_files_without_showing_anything(client, people, make_document, make_folder):
    folder = make_folder()
    make_document("secret.txt", folder=folder)
    _link, token = give(folder, people["outside"], purpose="deposit", most=2, message="Votre RIB, s’il vous plaît")
    url = url_of(token, "deposit")
    page = _text(client.get(url))
    assert "Votre RIB" in page
    assert "secret" not in page
    files = [SimpleUploadedFile("rib.txt", b"FR76"), SimpleUploadedFile("kbis.txt", b"RCS")]
    page = _text(client.post(url, {"sender": "Menuiserie Vasseur", "files": files}))
    assert "sont arrivés" in page
    given = Document.objects.filter(source="deposit")
    assert {one.sender for one in given} == {"Menuiserie Vasseur"}
    assert {one.folder for one in given} == {folder}
    assert client.get(url).status_code == 410
    assert client.get(url_of(token)).status_code == 404, "not a link to read"


def test_deposit_beyond_the_count_keeps_nothing(client, people, make_folder):
    _link, token = give(make_folder(), people["outside"], purpose="deposit", most=1)
    files = [SimpleUploadedFile("a.txt", b"1"), SimpleUploadedFile("b.txt", b"2")]
    page = client.post(url_of(token, "deposit"), {"sender": "Moi", "files": files})
    assert "autant de fichiers" in _text(page)
    assert not Document.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_downloads_at_once_of_a_link_once(people, make_document):
    link, _token = give(make_document(), people["outside"], most=1)
    done, over = [], []

    def use():
        try:
            actions.use_link(link)
            done.append(1)
        except actions.Exhausted:
            over.append(1)
        finally:
            connection.close()

    threads = [threading.Thread(target=use) for _rank in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(done), len(over)) == (1, 3)


def test_one_link_for_several_documents_wherever_they_are(client, people, make_document, make_folder):
    one, other = make_document("plan.txt", b"plan"), make_document("devis.txt", b"devis", folder=make_folder("Lots"))
    left = make_document("autre.txt", b"autre")
    client.force_login(people["outside"])
    chosen = {"choix": [one.pk, other.pk]}
    page = client.post(reverse("documents:many"), chosen | {"geste": "lien"}).content.decode()
    assert "plan.txt" in page
    refused = client.post(reverse("documents:bundle"), chosen | {"label": "", "until": ""}).content.decode()
    assert "<code>" not in refused
    until = timezone.localdate() + datetime.timedelta(days=3)
    given = {"label": "Architecte", "until": until, "most": "2", "password": "", "message": ""}
    page = client.post(reverse("documents:bundle"), chosen | given).content.decode()
    path = "/" + page.split("<code>")[1].split("</code>")[0].split("/", 3)[3]
    client.logout()
    shown = _text(client.get(path))
    assert "plan.txt" in shown
    assert "devis.txt" in shown
    assert "autre.txt" not in shown
    assert client.post(path, {"document": left.pk}).status_code == 404
    with zipfile.ZipFile(io.BytesIO(b"".join(client.post(path, {"document": "tout"}).streaming_content))) as archive:
        assert set(archive.namelist()) == {f"{one.pk}-plan.txt", f"{other.pk}-devis.txt"}, "and nothing of the house"
    got = client.post(path, {"document": other.pk})
    assert b"".join(got.streaming_content) == b"devis"
    assert client.post(path, {"document": one.pk}).status_code == 410, "twice, the ZIP being one of them"


def test_bundle_is_seen_and_taken_back_from_each_document(client, people, make_document):
    one, other = make_document("a.txt", b"a"), make_document("b.txt", b"b")
    link, token = actions.give_bundle(
        [one, other], actor=people["outside"], label="Notaire", expires_at=timezone.now() + datetime.timedelta(days=2)
    )
    client.force_login(people["manager"])
    page = client.get(reverse("documents:links", args=["documents", other.pk])).content.decode()
    assert "avec d’autres documents" in page
    client.post(reverse("documents:revoke_link", args=[link.pk]))
    client.logout()
    assert client.get(url_of(token)).status_code == 410


def test_bundle_holds_only_what_one_may_change_and_loses_what_is_thrown(client, people, make_document):
    one, other = make_document("a.txt", b"a"), make_document("b.txt", b"b")
    until = timezone.now() + datetime.timedelta(days=2)
    with pytest.raises(PermissionDenied):
        actions.give_bundle([one, other], actor=people["elected"], label="X", expires_at=until)
    assert not OutsideLink.objects.exists()
    with pytest.raises(ValidationError):
        actions.give_bundle([], actor=people["manager"], label="X", expires_at=until)
    _link, token = actions.give_bundle([one, other], actor=people["manager"], label="X", expires_at=until)
    actions.throw_document(one, actor=people["manager"])
    shown = _text(client.get(url_of(token)))
    assert "b.txt" in shown
    assert "a.txt" not in shown


def test_receipt_is_given_before_anything_is_read_and_dated_once(client, people, make_document):
    document = make_document()
    link, token = give(document, people["outside"], wants_receipt=True)
    for _visit in range(3):
        page = _text(client.get(url_of(token)))
        assert "accuse réception" in page
        assert document.name not in page
    early = client.post(url_of(token), {"document": document.pk})
    assert "accuse réception" in _text(early), "no content before"
    link.refresh_from_db()
    assert (link.read_at, link.uses) == (None, 0)
    answer = client.post(url_of(token), {"geste": "recu"})
    assert answer.status_code == 302
    assert answer["Referrer-Policy"] == "same-origin"
    link.refresh_from_db()
    first = link.read_at
    assert first is not None
    assert document.name in _text(client.get(url_of(token)))
    assert download(client, token, document).body == TEXT.encode()
    client.post(url_of(token), {"geste": "recu"})
    actions.acknowledge(link)
    link.refresh_from_db()
    assert link.read_at == first
    entry = Entry.objects.get(verb="documents.receipt")
    assert (entry.actor, entry.data) == (None, {"link": link.pk})
    client.force_login(people["outside"])
    shown = client.get(reverse("documents:links", args=["documents", document.pk])).content.decode()
    assert "réception accusée le" in shown


def test_receipt_is_asked_at_the_desk(client, people, make_document, make_folder):
    document = make_document()
    client.force_login(people["outside"])
    until = timezone.localdate() + datetime.timedelta(days=3)
    given = {"label": "Notaire", "until": until, "wants_receipt": "on"}
    client.post(reverse("documents:links", args=["documents", document.pk]), given)
    assert OutsideLink.objects.get().wants_receipt
    page = client.get(reverse("documents:links", args=["documents", document.pk])).content.decode()
    assert "pas encore lu" in page
    address = reverse("documents:links", args=["dossiers", make_folder().pk])
    assert "wants_receipt" not in client.get(f"{address}?pour=depot").content.decode()
    with pytest.raises(ValidationError, match="rien à lire"):
        give(make_folder("Dépôt"), people["manager"], purpose="deposit", wants_receipt=True)


def test_receipt_of_a_link_that_is_over_is_refused(client, people, make_document):
    link, token = give(make_document(), people["outside"], wants_receipt=True)
    OutsideLink.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert client.post(url_of(token), {"geste": "recu"}).status_code == 410
    with pytest.raises(actions.Exhausted):
        actions.acknowledge(link)
    link.refresh_from_db()
    assert link.read_at is None


@pytest.mark.django_db(transaction=True)
def test_two_receipts_at_once_are_one(people, make_document):
    link, _token = give(make_document(), people["outside"], wants_receipt=True)
    at_once(*[lambda: actions.acknowledge(link)] * 4)
    assert Entry.objects.filter(verb="documents.receipt").count() == 1
