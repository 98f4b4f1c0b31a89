"""The optional antivirus: a ClamAV daemon (`clamd`) asked over its socket with the INSTREAM command.

`BEFFROI_CLAMD` names it: "host:port", or the path of a Unix socket. Empty: nothing is scanned.
Protocol: clamd(8), "zCOMMAND\\0", then chunks each preceded by its length on four bytes, ended by a length of zero.
"""

import socket
import struct
from typing import BinaryIO

from django.conf import settings

from beffroi.shared.files.refusals import Refused

TIMEOUT = 20
CHUNK = 64 * 1024
ANSWER_LIMIT = 4096


class Unreachable(Exception):
    """The daemon does not answer, or cannot say: the file must wait, unseen, until it does."""


def is_configured() -> bool:
    """Whether contents are scanned at all."""
    return bool(settings.FILES_CLAMD)


def scan(file: BinaryIO) -> str:
    """The name of the threat found in a content, "" when there is none. Raises Unreachable."""
    file.seek(0)
    try:
        with _connect() as daemon:
            daemon.sendall(b"zINSTREAM\0")
            while chunk := file.read(CHUNK):
                daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
            daemon.sendall(struct.pack("!L", 0))
            answer = _answer(daemon)
    except OSError as error:
        raise Unreachable(str(error)) from error
    finally:
        file.seek(0)
    if answer == "stream: OK":
        return ""
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")[:120] or "menace"
    raise Unreachable(answer or "aucune réponse")


def ping() -> None:
    """Raise Unreachable unless the daemon answers."""
    try:
        with _connect() as daemon:
            daemon.sendall(b"zPING\0")
            answer = _answer(daemon)
    except OSError as error:
        raise Unreachable(str(error)) from error
    if answer != "PONG":
        raise Unreachable(answer or "aucune réponse")


def refusal(threat: str) -> Refused:
    """What to say of an infected file."""
    return Refused(f"l’antivirus y a trouvé une menace ({threat}) : le fichier n’a pas été gardé")


def _connect() -> socket.socket:
    place = settings.FILES_CLAMD
    if place.startswith("/"):
        daemon = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        daemon.settimeout(TIMEOUT)
        try:
            daemon.connect(place)
        except OSError:
            daemon.close()
            raise
        return daemon
    host, _colon, port = place.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=TIMEOUT)


def _answer(daemon: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < ANSWER_LIMIT:
        part = daemon.recv(ANSWER_LIMIT)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0").decode("utf-8", "replace").strip()
