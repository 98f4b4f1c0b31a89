"""Part of a content: the Range header (RFC 9110, section 14), one range of bytes."""

import re

ONE = re.compile(r"^bytes=(\d*)-(\d*)$")


class Unsatisfiable(Exception):
    """The range lies outside the content: answer 416."""


def parse(header: str, size: int) -> tuple[int, int] | None:
    """(first byte, length) asked by a Range header; None = the whole content (no header, or a form not served)."""
    found = ONE.match(header.strip()) if header else None
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise Unsatisfiable
        return size - length, length
    start = int(first)
    end = min(int(last), size - 1) if last else size - 1
    if start >= size:
        raise Unsatisfiable
    return (start, end - start + 1) if end >= start else None
