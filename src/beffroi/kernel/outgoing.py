"""Connections to other programs: only where one may go, never inside our own network.

Used by the webhooks, and by whoever speaks to the server of another body.
"""

import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.encoding import iri_to_uri


class AddressRefused(ValueError):
    """This address is not called: it leads inside our own network, or it is not one."""


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
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


class _Pinned(http.client.HTTPConnection):
    """A connection to an address already chosen, for a name."""

    def __init__(self, host: str, port: int, address: str, secure: bool, timeout: float):
        super().__init__(host, port, timeout=timeout)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            sock = ssl.create_default_context().wrap_socket(sock, server_hostname=self.host)
        self.sock = sock


def connect(url: str, *, timeout: float) -> tuple[http.client.HTTPConnection, str]:
    """An open connection to where a URL leads, and the path to ask there; no redirection is ever followed.

    Raises AddressRefused, or OSError: nothing has been sent then. `timeout` is in seconds.
    """
    host, port, secure, addresses = targets(url)
    connection = _Pinned(host, port, addresses[0], secure, timeout)
    connection.connect()
    parts = urlsplit(iri_to_uri(url))
    return connection, f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
