"""A real IMAP server for a test: pymap, in a process of its own, on the loopback interface."""

import imaplib
import socket
import subprocess
import sys
import time

import pytest


class Mailbox:
    """A mailbox of one account; `put` gives it a message, as a mail server would."""

    user, password = "documents", "mot-de-passe-de-test"

    def __init__(self, port: int):
        self.port = port

    def _session(self) -> imaplib.IMAP4:
        session = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        session.login(self.user, self.password)
        return session

    def put(self, content: bytes) -> None:
        session = self._session()
        assert session.append("INBOX", "", imaplib.Time2Internaldate(time.time()), content)[0] == "OK"
        session.logout()

    def unsee(self) -> None:
        """As if the mark had not been written."""
        session = self._session()
        session.select("INBOX")
        assert session.store("1:*", "-FLAGS", r"(\Seen)")[0] == "OK"
        session.logout()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def mailbox():
    port = _free_port()
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-c",
        "from pymap.main import main; main()",
        "--no-service",
        "admin",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-tls",
        "dict",
        "--demo-user",
        Mailbox.user,
        "--demo-password",
        Mailbox.password,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        box = Mailbox(port)
        until = time.monotonic() + 20
        while True:
            try:
                box._session().logout()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise AssertionError(process.stdout.read().decode()) from None
                time.sleep(0.1)
        yield box
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()
