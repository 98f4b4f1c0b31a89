"""The letter box of a demonstration: every e-mail and SMS is a file of its home folder, and none ever leaves.

Each is one JSON file named after the moment at which it was written; the oldest go when there are too many.
"""

import json
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

MOST = 400
EXTENSION = ".json"


@dataclass(frozen=True)
class Letter:
    """One message that was not sent. `kind` is "email" or "sms"."""

    name: str
    kind: str
    at: datetime
    to: tuple[str, ...]
    sender: str
    subject: str
    text: str
    html: str


def folder() -> Path:
    return Path(settings.HOME) / "courriels"


def keep(*, kind: str, to: Sequence[str], sender: str, subject: str, text: str, html: str = "") -> str:
    """Write one message in the box; returns its name."""
    folder().mkdir(parents=True, exist_ok=True)
    name = f"{time.time_ns()}-{secrets.token_hex(4)}"
    content = {"kind": kind, "at": timezone.now().isoformat(), "to": list(to), "sender": sender}
    content |= {"subject": subject, "text": text, "html": html}
    unfinished = folder() / f"{name}.part"
    unfinished.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    unfinished.rename(folder() / f"{name}{EXTENSION}")
    for path in _paths()[MOST:]:
        path.unlink(missing_ok=True)
    return name


def _paths() -> list[Path]:
    return sorted(folder().glob(f"*{EXTENSION}"), reverse=True) if folder().is_dir() else []


def letters() -> list[Letter]:
    """Every message of the box, the last one first."""
    return [letter for path in _paths() if (letter := _read(path)) is not None]


def letter(name: str) -> Letter | None:
    """One message by its name, None when it is gone."""
    return next((_read(path) for path in _paths() if path.stem == name), None)


def _read(path: Path) -> Letter | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Letter(
            name=path.stem,
            kind=content["kind"],
            at=datetime.fromisoformat(content["at"]),
            to=tuple(content["to"]),
            sender=content["sender"],
            subject=content["subject"],
            text=content["text"],
            html=content["html"],
        )
    except (OSError, ValueError, KeyError):
        return None


class MailboxBackend(BaseEmailBackend):
    """The e-mail backend of a demonstration."""

    def send_messages(self, email_messages):
        for message in email_messages:
            html = next((part.content for part in getattr(message, "alternatives", ()) if "html" in part.mimetype), "")
            keep(
                kind="email",
                to=message.recipients(),
                sender=message.from_email,
                subject=message.subject,
                text=message.body,
                html=html,
            )
        return len(email_messages)
