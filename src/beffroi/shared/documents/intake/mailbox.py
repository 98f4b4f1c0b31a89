"""A mailbox read by IMAP4rev1 (RFC 3501): each message is filed whole, its attachments beside it.

A message is marked \\Seen once it is filed; its number in the mailbox (UIDVALIDITY and UID) keeps it from being filed
twice, whatever happens in between.
"""

import imaplib
import io
import re
import ssl
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile

from beffroi.shared.documents.actions import doors
from beffroi.shared.documents.models import Inlet, Received
from beffroi.shared.documents.reading.texts import message_of
from beffroi.shared.files.actions import DOCUMENT, MAX_DOCUMENT, store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.files.refusals import Refused

TIMEOUT = 30
AT_ONCE = 50
FAULTS = (imaplib.IMAP4.error, OSError, ssl.SSLError)


def read(inlet: Inlet) -> int:
    """File what is new in a mailbox; returns how many messages. The fault, if any, is kept on the inlet."""
    try:
        count = sum(1 for _done in _new(inlet))
    except FAULTS as fault:
        doors.note_reading(inlet, _words(fault))
        return 0
    doors.note_reading(inlet)
    return count


def _words(fault: Exception) -> str:
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


def _connect(inlet: Inlet) -> imaplib.IMAP4:
    if inlet.tls:
        return imaplib.IMAP4_SSL(inlet.host, inlet.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    return imaplib.IMAP4(inlet.host, inlet.port, timeout=TIMEOUT)


def _new(inlet: Inlet) -> Iterator[str]:
    server = _connect(inlet)
    try:
        server.login(inlet.username, inlet.password)
        status, _said = server.select(f'"{inlet.path}"')
        if status != "OK":
            raise imaplib.IMAP4.error("mailbox")
        validity = (server.response("UIDVALIDITY")[1] or [b"0"])[0] or b"0"
        _status, found = server.uid("SEARCH", "UNSEEN")
        for number in (found[0] or b"").split()[:AT_ONCE]:
            key = f"{validity.decode()}-{number.decode()}"
            if not Received.objects.filter(inlet=inlet, key=key).exists():
                _file(server, inlet, number, key)
            server.uid("STORE", number, "+FLAGS", r"(\Seen)")
            yield key
    finally:
        try:
            server.logout()
        except FAULTS:
            server.shutdown()


def _file(server: imaplib.IMAP4, inlet: Inlet, number: bytes, key: str) -> None:
    _status, sizes = server.uid("FETCH", number, "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(part for part in sizes if isinstance(part, bytes)))
    if size and int(size[1]) > MAX_DOCUMENT:
        doors.receive(inlet, key, file=None, name="", fault=f"message de plus de {MAX_DOCUMENT >> 20} Mo")
        return
    _status, parts = server.uid("FETCH", number, "(BODY.PEEK[])")
    content = next(part[1] for part in parts if isinstance(part, tuple))
    message = message_of(content)
    name = f"{str(message.get('subject') or 'Message sans objet')[:100]}.eml"
    try:
        whole = store_upload(_sent(name, content), actor=None, kind=DOCUMENT)
    except Refused as refusal:
        doors.receive(inlet, key, file=None, name=name, fault=str(refusal))
        return
    doors.receive(inlet, key, file=whole, name=whole.name, attachments=list(_attachments(message)))


def _sent(name: str, content: bytes) -> UploadedFile:
    return UploadedFile(io.BytesIO(content), name=name, size=len(content))


def _attachments(message) -> Iterator[StoredFile]:
    """Those that can be kept; the others stay inside the message."""
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        name = part.get_filename()
        if not content or not name:
            continue
        try:
            yield store_upload(_sent(name, content), actor=None, kind=DOCUMENT)
        except Refused:
            continue
