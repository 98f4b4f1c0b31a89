"""A mailbox read by IMAP4rev1 (RFC 3501): what is new in it, each message once.

A message is marked \\Seen once the caller has dealt with it. Its key (UIDVALIDITY and UID) lets the caller remember it,
whatever happens in between: a mark that was lost makes the message come again under the same key.
"""

import imaplib
import re
import ssl
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

TIMEOUT = 30
AT_ONCE = 50
FAULTS = (imaplib.IMAP4.error, OSError, ssl.SSLError)


@dataclass(frozen=True)
class Account:
    """Where the mailbox is; `path` = the folder of it that is read."""

    host: str
    port: int
    tls: bool
    username: str
    password: str
    path: str = "INBOX"


@dataclass(frozen=True)
class Message:
    """A message as it came; `content` None = larger than the caller takes. `at` = when the server received it."""

    key: str
    content: bytes | None
    at: datetime


def words(fault: Exception) -> str:
    """What went wrong, in French, for the page of the mailbox."""
    if isinstance(fault, ConnectionRefusedError):
        return "le serveur refuse la connexion"
    if isinstance(fault, TimeoutError):
        return "le serveur ne répond pas"
    if isinstance(fault, ssl.SSLError):
        return "le certificat du serveur n’est pas bon"
    said = str(fault)
    if "AUTHENTICATIONFAILED" in said or "authentication" in said.lower() or "login" in said.lower():
        return "compte ou mot de passe refusé"
    return "le serveur ne répond pas comme il faut"


def _connect(account: Account) -> imaplib.IMAP4:
    if account.tls:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(account.host, account.port, ssl_context=context, timeout=TIMEOUT)
    return imaplib.IMAP4(account.host, account.port, timeout=TIMEOUT)


def unseen(account: Account, *, largest: int, known: Callable[[str], bool]) -> Iterator[Message | None]:
    """What has not been marked yet, fifty messages at most; None for one that is `known` already (it is only marked).

    Each is marked once the caller asks for the next one. Raises one of FAULTS.
    """
    server = _connect(account)
    try:
        server.login(account.username, account.password)
        status, _said = server.select(f'"{account.path}"')
        if status != "OK":
            raise imaplib.IMAP4.error("mailbox")
        validity = (server.response("UIDVALIDITY")[1] or [b"0"])[0] or b"0"
        _status, found = server.uid("SEARCH", "UNSEEN")
        for number in (found[0] or b"").split()[:AT_ONCE]:
            key = f"{validity.decode()}-{number.decode()}"
            yield None if known(key) else _fetch(server, number.decode(), key, largest)
            server.uid("STORE", number.decode(), "+FLAGS", r"(\Seen)")
    finally:
        try:
            server.logout()
        except FAULTS:
            server.shutdown()


def _fetch(server: imaplib.IMAP4, number: str, key: str, largest: int) -> Message:
    _status, parts = server.uid("FETCH", number, "(RFC822.SIZE INTERNALDATE)")
    told = b" ".join(part if isinstance(part, bytes) else part[0] for part in parts if part)
    size = re.search(rb"RFC822\.SIZE (\d+)", told)
    moment = imaplib.Internaldate2tuple(told)
    at = datetime.fromtimestamp(time.mktime(moment), tz=timezone.get_current_timezone()) if moment else timezone.now()
    if size and int(size[1]) > largest:
        return Message(key, None, at)
    _status, parts = server.uid("FETCH", number, "(BODY.PEEK[])")
    return Message(key, next(part[1] for part in parts if isinstance(part, tuple)), at)
