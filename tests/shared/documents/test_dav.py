"""WebDAV through a real server and a client that is not of us (the standard library's HTTP client)."""

import base64
import http.client
import io
import threading
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server
from xml.etree import ElementTree

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils import timezone

from beffroi.shared.documents import actions
from beffroi.shared.documents.actions import doors
from beffroi.shared.documents.dav.server import with_dav
from beffroi.shared.documents.models import DavLock, Document, Folder
from tests.shared.documents.conftest import TEXT, docx_bytes

pytestmark = pytest.mark.django_db(transaction=True)
SPACE = "/dav/Essais%20%28Communaut%C3%A9%20de%20communes%20d%E2%80%99Essai%29"
LOCK = """<?xml version="1.0"?><D:lockinfo xmlns:D="DAV:"><D:lockscope><D:exclusive/></D:lockscope>
<D:locktype><D:write/></D:locktype><D:owner>suite</D:owner></D:lockinfo>"""


class _Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture
def server(settings):
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    ContentType.objects.clear_cache()

    def application(environ, start_response):
        try:
            yield from with_dav(get_wsgi_application())(environ, start_response)
        finally:
            connections.close_all()

    running = make_server("127.0.0.1", 0, application, handler_class=_Quiet)
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running.server_port
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.fixture
def ask(server, people):
    """ask("PUT", path, body, who=…): (status, headers, body)."""
    secrets = {}

    def send(method, path, body=None, who="outside", secret=None, **headers):
        user = people[who]
        if who not in secrets:
            secrets[who] = doors.make_key(actor=user, label="LibreOffice")[1]
        password = secrets[who] if secret is None else secret
        token = base64.b64encode(f"{user.email}:{password}".encode()).decode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        client = http.client.HTTPConnection("127.0.0.1", server, timeout=20)
        try:
            client.request(method, path, body=body, headers={"Authorization": f"Basic {token}", **named})
            answer = client.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            client.close()

    return send


def names(body: bytes) -> set[str]:
    return {one.text.rstrip("/").rpartition("/")[2] for one in ElementTree.fromstring(body).iter("{DAV:}href")}


def test_status_is_said_before_the_first_byte(people, space):
    """granian asks for it then, and answers 200 without it."""
    said = []
    environ = {
        "REQUEST_METHOD": "PROPFIND",
        "PATH_INFO": "/dav/",
        "SERVER_NAME": "x",
        "SERVER_PORT": "80",
        "HTTP_DEPTH": "0",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "SERVER_PROTOCOL": "HTTP/1.1",
    }
    answer = with_dav(get_wsgi_application())(environ, lambda status, headers, *_more: said.append(status))
    assert said == ["401 Not Authorized"]
    answer.close()


def test_key_opens_and_the_password_of_the_account_does_not(ask, people, space):
    assert ask("PROPFIND", "/dav/", Depth="1")[0] == 207
    assert ask("PROPFIND", "/dav/", secret="mot de passe du compte", Depth="1")[0] == 401
    people["outside"].document_keys.get().delete()
    assert ask("PROPFIND", "/dav/", Depth="1")[0] == 401


def test_tree_shows_what_the_person_sees(ask, make_document, make_folder, team_space, people):
    make_document("lettre.txt", folder=make_folder("Courriers"))
    hidden = make_folder("Secret")
    actions.fence_off(hidden, actor=people["manager"], inherits=False)
    root = names(ask("PROPFIND", "/dav/", Depth="1")[2])
    assert any(name.startswith("Essais") for name in root)
    assert not any(name.startswith("%C3%89quipe") for name in root)
    assert "Courriers" in names(ask("PROPFIND", SPACE, Depth="1")[2])
    assert "Secret" not in names(ask("PROPFIND", SPACE, Depth="1")[2])
    assert ask("PROPFIND", f"{SPACE}/Secret", Depth="0")[0] == 404
    status, headers, body = ask("GET", f"{SPACE}/Courriers/lettre.txt")
    assert (status, body) == (200, TEXT.encode())
    assert headers["Content-Type"].startswith("text/plain")


def test_suite_locks_saves_in_place_and_a_version_is_added(ask, make_document, people):
    document = make_document("compte rendu.docx", docx_bytes("Premier jet"))
    path = f"{SPACE}/compte%20rendu.docx"
    status, headers, _body = ask("LOCK", path, LOCK, Content_Type="application/xml", Timeout="Second-600")
    assert status == 200
    token = headers["Lock-Token"]
    other = docx_bytes("Deuxième jet")
    assert ask("PUT", path, other, who="inside")[0] == 423, "locked for the others"
    assert ask("PUT", path, other, If=f"({token})")[0] in (200, 204)
    old = DavLock.objects.create(token="old", root="/x", content={}, expires_at=timezone.now() - timedelta(days=1))
    assert ask("UNLOCK", path, Lock_Token=token)[0] == 204
    assert ask("LOCK", path, LOCK, Content_Type="application/xml")[0] == 200
    assert not DavLock.objects.filter(pk=old.pk).exists(), "a lock that is over is not kept"
    document.refresh_from_db()
    assert document.current.number == 2
    assert document.current.author == people["outside"]
    assert ask("GET", path)[2] == other


def test_new_file_folder_move_copy_and_trash(ask, space):
    assert ask("MKCOL", f"{SPACE}/Chantier")[0] == 201
    assert ask("PUT", f"{SPACE}/Chantier/note.txt", b"bonjour")[0] == 201
    document = Document.objects.get()
    assert (document.name, document.folder.name, document.source) == ("note.txt", "Chantier", "dav")
    target = f"http://127.0.0.1{SPACE}/note%20lue.txt".replace("127.0.0.1", "127.0.0.1")
    assert ask("MOVE", f"{SPACE}/Chantier/note.txt", Destination=f"{SPACE}/note%20lue.txt")[0] in (201, 204), target
    document.refresh_from_db()
    assert (document.name, document.folder) == ("note lue.txt", None)
    assert ask("COPY", f"{SPACE}/note%20lue.txt", Destination=f"{SPACE}/Chantier/copie.txt")[0] == 201
    assert Document.objects.count() == 2
    assert ask("DELETE", f"{SPACE}/Chantier")[0] == 204
    assert Folder.objects.get().removal is not None
    assert ask("GET", f"{SPACE}/Chantier/copie.txt")[0] == 404


def test_refusals_are_said(ask, make_document, people, space):
    document = make_document("pris.txt", b"un")
    actions.check_out(document, actor=people["inside"])
    assert ask("PUT", f"{SPACE}/pris.txt", b"deux")[0] == 423
    assert ask("PUT", f"{SPACE}/programme.exe", b"MZ\x90\x00\x03\x00")[0] == 415
    assert ask("PUT", f"{SPACE}/.~lock.pris.txt%23", b"x")[0] == 403
    assert ask("PUT", f"{SPACE}/lu.txt", b"x", who="elected")[0] == 403
    assert ask("PUT", f"{SPACE}/Nulle%20part/a.txt", b"x")[0] == 409
    assert set(Document.objects.values_list("name", flat=True)) == {"pris.txt"}
