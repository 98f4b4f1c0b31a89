import socketserver
import struct
import threading

import pytest

from beffroi.shared.files import actions, antivirus, upkeep
from beffroi.shared.files.manifest import check_antivirus
from beffroi.shared.files.models import Blob, StoredFile
from beffroi.shared.files.refusals import Refused
from tests.shared.files import samples

pytestmark = pytest.mark.django_db
INFECTED = b"une lettre qui porte la MARQUE-DU-VIRUS en elle"


class Daemon(socketserver.BaseRequestHandler):
    """Answers like clamd: finds what holds the mark."""

    def handle(self):
        command = b""
        while not command.endswith(b"\0"):
            command += self.request.recv(1)
        if command == b"zPING\0":
            self.request.sendall(b"PONG\0")
            return
        assert command == b"zINSTREAM\0"
        content = b""
        while size := struct.unpack("!L", self._exactly(4))[0]:
            content += self._exactly(size)
        self.server.seen.append(len(content))
        if len(content) > 500_000:
            answer = b"INSTREAM size limit exceeded. ERROR\0"
        else:
            answer = b"stream: Essai.Signature FOUND\0" if b"MARQUE-DU-VIRUS" in content else b"stream: OK\0"
        self.request.sendall(answer)

    def _exactly(self, size):
        content = b""
        while len(content) < size:
            content += self.request.recv(size - len(content))
        return content


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


@pytest.fixture
def daemon(settings):
    with Server(("127.0.0.1", 0), Daemon) as server:
        server.seen = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.FILES_CLAMD = f"127.0.0.1:{server.server_address[1]}"
        yield server
        server.shutdown()


@pytest.fixture
def absent(settings):
    settings.FILES_CLAMD = "127.0.0.1:1"


def test_store_with_antivirus_marks_the_content_as_seen(store, user, daemon):
    file = actions.store_upload(samples.upload(samples.PDF), actor=user)
    assert daemon.seen == [len(samples.PDF)]
    assert file.blob.scanned_at is not None
    assert file.blob.is_available


def test_store_infected_file_is_refused_and_not_kept(store, user, daemon):
    with pytest.raises(Refused, match="Essai.Signature"):
        actions.store_upload(samples.upload(INFECTED, "lettre.txt"), actor=user)
    assert not StoredFile.objects.exists()
    assert list(store.walk()) == []


def test_scan_large_content_goes_through_whole(store, daemon):
    content = samples.upload(b"a" * 400_001)
    assert antivirus.scan(content) == ""
    assert daemon.seen == [400_001]


def test_scan_that_the_daemon_declines_means_wait(daemon):
    with pytest.raises(antivirus.Unreachable, match="size limit"):
        antivirus.scan(samples.upload(b"a" * 600_000))


def test_store_without_answer_keeps_the_file_unseen_then_scans_it(store, user, absent, settings, daemon):
    settings.FILES_CLAMD, answering = "127.0.0.1:1", settings.FILES_CLAMD
    file = actions.store_upload(samples.upload(samples.PDF), actor=user)
    assert not file.blob.is_available
    with pytest.raises(antivirus.Unreachable):
        upkeep.scan(file.blob_id)
    assert upkeep.scan_waiting() == 0
    settings.FILES_CLAMD = answering
    assert upkeep.scan_waiting() == 1
    assert Blob.objects.get().is_available


def test_scan_late_finding_closes_the_file_for_good(store, user, absent, settings, daemon):
    settings.FILES_CLAMD, answering = "127.0.0.1:1", settings.FILES_CLAMD
    actions.store_upload(samples.upload(INFECTED, "lettre.txt"), actor=user)
    settings.FILES_CLAMD = answering
    upkeep.scan_waiting()
    blob = Blob.objects.get()
    assert (blob.threat, blob.is_available) == ("Essai.Signature", False)
    settings.FILES_CLAMD = "127.0.0.1:1"
    with pytest.raises(Refused, match="menace"):
        actions.store_upload(samples.upload(INFECTED, "lettre.txt"), actor=user)


def test_health_tells_whether_the_antivirus_answers(settings, daemon):
    assert check_antivirus() == (True, "L’antivirus répond.")
    settings.FILES_CLAMD = "127.0.0.1:1"
    assert not check_antivirus()[0]
    settings.FILES_CLAMD = ""
    assert check_antivirus()[0]
