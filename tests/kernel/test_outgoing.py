"""Connections to other programs, over real sockets: what is read of one that would never end, or sends elsewhere."""

import contextlib
import datetime
import http.client
import ipaddress
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from beffroi.kernel import outgoing

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"


class Speaker:
    """A server that hears one question at a time and says `pieces`, waiting `every` seconds after each."""

    def __init__(self, pieces, every: float = 0, context: ssl.SSLContext | None = None):
        self.pieces, self.every, self.context = pieces, every, context
        self.asked = 0
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.port = self.listening.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                taken, _from = self.listening.accept()
                threading.Thread(target=self._speak, args=(taken,), daemon=True).start()

    def _speak(self, taken):
        with contextlib.suppress(OSError), taken:
            if self.context:
                taken = self.context.wrap_socket(taken, server_side=True)
            with taken:
                taken.recv(65536)
                self.asked += 1
                for piece in self.pieces:
                    taken.sendall(piece)
                    time.sleep(self.every)


@pytest.fixture
def speak(settings):
    made = []

    def start(pieces, every: float = 0, context=None) -> Speaker:
        made.append(Speaker(pieces, every, context))
        settings.WEBHOOK_PRIVATE = [f"{host}:{made[-1].port}" for host in ("127.0.0.1", "localhost")]
        return made[-1]

    yield start
    for one in made:
        one.listening.close()


def ask(url: str, *, timeout: float = 5, whole: float = 5, most: int = 1000) -> bytes:
    connection, path = outgoing.connect(url, timeout=timeout, whole=whole)
    with contextlib.closing(connection):
        connection.request("GET", path)
        with connection.getresponse() as answer:
            return outgoing.read(answer, most)


@pytest.mark.parametrize("length", [b"Content-Length: 5\r\n\r\n", b"\r\n"])
def test_answer_is_read_whole(speak, length):
    server = speak([HEAD + length, b"bon", b"ne"], 0.05)
    assert ask(f"http://127.0.0.1:{server.port}/") == b"bonne"


@pytest.mark.parametrize(
    "pieces",
    [
        [HEAD + b"\r\n", *[b"a"] * 200],
        [HEAD + b"Content-Length: 400\r\n\r\n", *[b"a"] * 200],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *[b"1\r\na\r\n"] * 200],
        [HEAD, *[b"x"] * 200],
        [HEAD, *[b"X-Ligne: 1\r\n"] * 200],
        [b"HTTP/1.1 100 Continue\r\n\r\n"] * 200,
    ],
    ids=["body", "body with a length", "chunks", "one header", "headers", "promises"],
)
def test_answer_that_comes_byte_by_byte_is_left(speak, pieces):
    server = speak(pieces, 0.05)
    start = time.monotonic()
    with pytest.raises((OSError, http.client.HTTPException)):
        ask(f"http://127.0.0.1:{server.port}/", whole=0.5)
    assert time.monotonic() - start < 3


def test_answer_that_does_not_come_is_left(speak):
    server = speak([HEAD], 30)
    with pytest.raises(TimeoutError):
        ask(f"http://127.0.0.1:{server.port}/", timeout=0.3)


@pytest.mark.parametrize("length", [b"Content-Length: 2000\r\n\r\n", b"\r\n"])
def test_answer_that_is_too_long_is_not_read_to_its_end(speak, length):
    server = speak([HEAD + length, b"a" * 2000])
    with pytest.raises(outgoing.TooLong, match="1.ko"):
        ask(f"http://127.0.0.1:{server.port}/")


def test_redirection_is_given_back_not_followed(speak):
    inside = speak([HEAD + b"\r\nsecret"])
    server = speak([f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inside.port}/\r\n\r\n".encode()])
    connection, path = outgoing.connect(f"http://127.0.0.1:{server.port}/", timeout=5, whole=5)
    with contextlib.closing(connection):
        connection.request("GET", path)
        with connection.getresponse() as answer:
            assert (answer.status, inside.asked) == (302, 0)


def test_next_address_of_a_name_is_tried(speak, monkeypatch):
    """A name with two addresses, the first of which does not answer."""
    server = speak([HEAD + b"\r\nici"])
    monkeypatch.setattr(outgoing, "_resolved", lambda host, port: ["::1", "127.0.0.1"])
    assert ask(f"http://localhost:{server.port}/") == b"ici"


def test_one_private_address_among_those_of_a_name_refuses_it(monkeypatch, settings):
    settings.WEBHOOK_PRIVATE = []
    monkeypatch.setattr(outgoing, "_resolved", lambda host, port: ["93.184.216.34", "10.0.0.1"])
    with pytest.raises(outgoing.AddressRefused):
        outgoing.targets("https://exemple.invalid/")


@pytest.mark.parametrize("address", ["64:ff9b::a00:1", "::127.0.0.1", "100::1", "2001:db8::1", "fec0::1", "ff02::1"])
def test_written_otherwise_an_inner_address_is_still_one(address):
    assert not outgoing.is_public(address)


@pytest.fixture
def certified(tmp_path) -> tuple[ssl.SSLContext, str]:
    """(a server's context, the certificate to trust) for 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, secret = tmp_path / "public.pem", tmp_path / "secret.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, secret)
    return context, str(public)


def test_certificate_is_checked_and_limits_hold_behind_it(speak, certified, monkeypatch):
    context, public = certified
    server = speak([HEAD + b"Content-Length: 5\r\n\r\nbonne"], context=context)
    with pytest.raises(ssl.SSLCertVerificationError):
        ask(f"https://127.0.0.1:{server.port}/")
    monkeypatch.setenv("SSL_CERT_FILE", public)
    assert ask(f"https://127.0.0.1:{server.port}/") == b"bonne"
    slow = speak([HEAD + b"\r\n", *[b"a"] * 200], 0.05, context=context)
    start = time.monotonic()
    with pytest.raises(TimeoutError):
        ask(f"https://127.0.0.1:{slow.port}/", whole=0.5)
    assert time.monotonic() - start < 3
