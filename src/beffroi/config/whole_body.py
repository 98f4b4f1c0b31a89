"""What a browser began to send and the network cut is not a form: it is refused, never read as if it were complete.

Servers hand over the bytes that came. Without this, a form cut after its fields and before its photos would be taken
without them, and the second sending recognised as already received.
"""

from collections.abc import Callable, Iterable
from typing import Any


class WholeBody:
    """The body of a request; raises OSError, which Django knows as a broken connection, where it ends too early."""

    def __init__(self, stream: Any, length: int):
        self._stream, self._left = stream, length

    def read(self, size: int | None = -1) -> bytes:
        return self._checked(self._stream.read() if size is None or size < 0 else self._stream.read(size), size)

    def readline(self, size: int | None = -1) -> bytes:
        return self._checked(self._stream.readline() if size is None or size < 0 else self._stream.readline(size), 1)

    def readlines(self, hint: int | None = None) -> list[bytes]:
        return list(self)

    def __iter__(self):
        return iter(self.readline, b"")

    def _checked(self, data: bytes, size: int | None) -> bytes:
        self._left -= len(data)
        ended = not data and size != 0 or size is None or size < 0
        if ended and self._left > 0:
            raise OSError(f"the request was cut {self._left} bytes before its end")
        return data


def whole(application: Callable) -> Callable:
    """A WSGI application that only reads whole bodies."""

    def guarded(environ: dict, start_response: Callable) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and int(length):
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return guarded
