"""A mailbox whose messages are filed: each whole, its attachments beside it."""

import io
from collections.abc import Iterator

from django.core.files.uploadedfile import UploadedFile

from beffroi.kernel import imap
from beffroi.shared.documents.actions import doors
from beffroi.shared.documents.models import Inlet, Received
from beffroi.shared.documents.reading.texts import message_of
from beffroi.shared.files.actions import DOCUMENT, MAX_DOCUMENT, store_upload
from beffroi.shared.files.models import StoredFile
from beffroi.shared.files.refusals import Refused


def account_of(inlet: Inlet) -> imap.Account:
    return imap.Account(inlet.host, inlet.port, inlet.tls, inlet.username, inlet.password, inlet.path)


def read(inlet: Inlet) -> int:
    """File what is new in a mailbox; returns how many messages. The fault, if any, is kept on the inlet."""
    count = 0
    try:
        known = Received.objects.filter(inlet=inlet)
        for message in imap.unseen(
            account_of(inlet), largest=MAX_DOCUMENT, known=lambda key: known.filter(key=key).exists()
        ):
            count += 1
            if message is not None:
                _file(inlet, message)
    except imap.FAULTS as fault:
        doors.note_reading(inlet, imap.words(fault))
        return 0
    doors.note_reading(inlet)
    return count


def _file(inlet: Inlet, received: imap.Message) -> None:
    if received.content is None:
        fault = f"message de plus de {MAX_DOCUMENT >> 20} Mo"
        doors.receive(inlet, received.key, file=None, name="", fault=fault)
        return
    message = message_of(received.content)
    name = f"{str(message.get('subject') or 'Message sans objet')[:100]}.eml"
    try:
        whole = store_upload(sent(name, received.content), actor=None, kind=DOCUMENT)
    except Refused as refusal:
        doors.receive(inlet, received.key, file=None, name=name, fault=str(refusal))
        return
    doors.receive(inlet, received.key, file=whole, name=whole.name, attachments=list(attachments(message)))


def sent(name: str, content: bytes) -> UploadedFile:
    """Bytes as a file that was sent."""
    return UploadedFile(io.BytesIO(content), name=name, size=len(content))


def attachments(message) -> Iterator[StoredFile]:
    """The attachments of a message that can be kept; the others stay inside the message."""
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        name = part.get_filename()
        if not content or not name:
            continue
        try:
            yield store_upload(sent(name, content), actor=None, kind=DOCUMENT)
        except Refused:
            continue
