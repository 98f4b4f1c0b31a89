"""A telephone line between the browser and the server, that a test cuts where it likes.

It carries bytes over real sockets: the browser sees what a telephone sees when the network goes, also in the middle of
a sending, or after the server has worked and before its answer came.
"""

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

CHUNK = 16 * 1024


@dataclass
class Line:
    """`state`: "up"; "down" (nobody answers); "deaf" (a POST arrives, its answer is lost); "silent" (the same, and the
    browser waits for ever); "stuck" (a POST never arrives, the browser waits); "narrow" (it is cut after `room` bytes).
    """

    url: str
    state: str = "up"
    room: int = 4096
    posts: int = 0
    lost: int = 0
    _open: set[socket.socket] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def cut(self, state: str = "down") -> None:
        """From now on; what is open is cut too when nobody answers any more."""
        self.state = state
        if state == "down":
            with self._guard:
                for one in list(self._open):
                    _close(one)

    def mend(self) -> None:
        self.state = "up"

    def keep(self, *ends: socket.socket) -> None:
        with self._guard:
            self._open.update(ends)

    def drop(self, *ends: socket.socket) -> None:
        with self._guard:
            self._open.difference_update(ends)
        for one in ends:
            _close(one)


def _close(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    with contextlib.suppress(OSError):
        one.close()


@contextlib.contextmanager
def between(url: str) -> Iterator[Line]:
    """A line to the server at `url`, at an address of its own."""
    target = urlsplit(url)
    listener = socket.create_server(("127.0.0.1", 0))
    line = Line(f"http://127.0.0.1:{listener.getsockname()[1]}")

    def serve() -> None:
        while True:
            try:
                caller, _address = listener.accept()
            except OSError:
                return
            threading.Thread(target=_carry, args=(line, caller, (target.hostname, target.port)), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield line
    finally:
        _close(listener)
        line.cut()


def _carry(line: Line, caller: socket.socket, address) -> None:
    if line.state == "down":
        return _close(caller)
    try:
        server = socket.create_connection(address)
    except OSError:
        return _close(caller)
    line.keep(caller, server)
    doomed = threading.Event()  # the answer of this connection is not given
    back = threading.Thread(target=_answers, args=(line, server, caller, doomed), daemon=True)
    back.start()
    left = None
    with contextlib.suppress(OSError):
        while data := caller.recv(CHUNK):
            if data.startswith(b"POST "):
                line.posts += 1
                left = line.room if line.state == "narrow" else None
                if line.state in ("deaf", "silent", "stuck"):
                    doomed.set()
                if line.state == "stuck":
                    left = -1
            if left == -1:
                continue
            if left is not None:
                data, left = data[:left], max(0, left - len(data))
            server.sendall(data)
            if left == 0:
                line.lost += 1
                break
    if not doomed.is_set():
        line.drop(caller, server)
    return None


def _answers(line: Line, server: socket.socket, caller: socket.socket, doomed: threading.Event) -> None:
    with contextlib.suppress(OSError):
        while data := server.recv(CHUNK):
            if doomed.is_set():
                line.lost += 1
                if line.state != "silent":
                    break
                continue
            caller.sendall(data)
    if line.state not in ("silent", "stuck"):
        line.drop(caller, server)
