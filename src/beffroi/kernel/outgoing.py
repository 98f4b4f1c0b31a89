"""Connections to other programs: only where one may go, never inside our own network.

Used by the webhooks, and by whoever speaks to the server of another body.
"""

import http.client
import io
import ipaddress
import socket
import ssl
import time
from functools import partial
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri

from beffroi.kernel.ui.formats import size

MOST_ADDRESSES = 4


class AddressRefused(ValueError):
    """This address is not called: it leads inside our own network, or it is not one."""


class TooLong(ValueError):
    """The answer is longer than what is read."""


def targets(url: str) -> tuple[str, int, bool, list[str]]:
    """(host, port, secure, addresses) of a URL that may be called.

    Raises AddressRefused for anything but HTTP(S), and for a host one of whose addresses is private, unless
    BEFFROI_WEBHOOK_PRIVATE names it ("host:port"). The name is resolved here, and the connection made to what was
    found: it cannot change in between.
    """
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    try:
        port = parts.port or (443 if secure else 80)
    except ValueError as error:
        raise AddressRefused("le port est impossible") from error
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise AddressRefused("une adresse http(s), sans nom ni mot de passe")
    allowed = f"{host}:{port}" in settings.WEBHOOK_PRIVATE
    if not secure and not allowed:
        raise AddressRefused("une adresse https : le secret et les faits ne voyagent pas en clair")
    addresses = _resolved(host, port)
    if not allowed and not all(is_public(address) for address in addresses):
        raise AddressRefused("cette adresse est dans un réseau privé")
    return host, port, secure, addresses


def _resolved(host: str, port: int) -> list[str]:
    try:
        return [str(ipaddress.ip_address(host))]
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise AddressRefused("ce nom n’existe pas") from error
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(address: str) -> bool:
    """Is this IP address one of the internet, and not of our own machines or networks?"""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo and ip.teredo[1])
        if inner:
            return is_public(str(inner)) and (ip.ipv4_mapped is not None or ip.is_global)
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Timed(io.RawIOBase):
    """What arrives on a socket, until a moment: a server that gives one byte now and then holds nobody."""

    def __init__(self, sock: socket.socket, until: float):
        self.sock, self.until = sock, until
        self.inner = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int | None:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("la réponse n’en finit pas")
        self.sock.settimeout(min(left, self.sock.gettimeout() or left))
        return self.inner.readinto(buffer)

    def close(self) -> None:
        self.inner.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    """An answer that is read before a moment, or not at all."""

    def __init__(self, sock, *args, until: float, **kwargs):
        super().__init__(sock, *args, **kwargs)
        plain, self.fp = self.fp, io.BufferedReader(_Timed(sock, until))
        plain.close()


class _Pinned(http.client.HTTPConnection):
    """A connection to the first that answers of the addresses already chosen for a name."""

    def __init__(self, host: str, port: int, addresses: list[str], *, secure: bool, timeout: float, whole: float):
        super().__init__(host, port, timeout=timeout)
        self.addresses, self.secure = addresses[:MOST_ADDRESSES], secure
        self.silence, self.whole = timeout, whole

    def connect(self) -> None:
        sock = self._reached()
        if self.secure:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
        self.sock = sock
        until = time.monotonic() + self.whole
        self.response_class = cast(type[http.client.HTTPResponse], partial(_Answer, until=until))

    def _reached(self) -> socket.socket:
        """Each address has its share of the time."""
        failure: OSError | None = None
        for address in self.addresses:
            try:
                sock = socket.create_connection((address, self.port), self.silence / len(self.addresses))
            except OSError as error:
                failure = error
            else:
                sock.settimeout(self.silence)
                return sock
        raise failure or OSError("aucune adresse")


def connect(url: str, *, timeout: float, whole: float) -> tuple[http.client.HTTPConnection, str]:
    """An open connection to where a URL leads, and the path to ask there; no redirection is ever followed.

    Raises AddressRefused, or OSError: nothing has been sent then. In seconds: `timeout` = the longest silence; `whole`
    = the longest answer, after which reading raises TimeoutError (an OSError), even of one that comes byte by byte.
    """
    host, port, secure, addresses = targets(url)
    connection = _Pinned(host, port, addresses, secure=secure, timeout=timeout, whole=whole)
    connection.connect()
    parts = urlsplit(iri_to_uri(url))
    return connection, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def read(answer: http.client.HTTPResponse, most: int) -> bytes:
    """The body of an answer, of `most` bytes at most. Raises TooLong beyond, OSError or http.client.HTTPException."""
    body = answer.read(most + 1)
    if len(body) > most:
        raise TooLong(f"plus de {size(most)}")
    return body
