"""The locks of WebDAV in the database: every web process sees the same ones. The interface is the library's."""

import datetime
import time

from django.utils import timezone
from wsgidav.lock_man.lock_manager import generate_lock_token, normalize_lock_root, validate_lock

from beffroi.shared.documents.models import DavLock

LONGEST = 8 * 3600
USUAL = 3600


def _until(lock: dict) -> datetime.datetime:
    return datetime.datetime.fromtimestamp(lock["expire"], tz=datetime.UTC)


def _kept(lock: dict) -> dict:
    """As JSON: the owner, which the library has as bytes, becomes text."""
    return {name: value.decode() if isinstance(value, bytes) else value for name, value in lock.items()}


def _given(content: dict) -> dict:
    """As the library has it."""
    owner = content.get("owner")
    return content | {"owner": owner.encode()} if isinstance(owner, str) else content


class Locks:
    """What `LockManager` asks of its storage."""

    def __repr__(self):
        return "Locks"

    def open(self) -> None:
        """Nothing to open."""

    def close(self) -> None:
        """Nothing to close."""

    def cleanup(self) -> None:
        """Forget those that are over."""
        DavLock.objects.filter(expires_at__lt=timezone.now()).delete()

    def clear(self) -> None:
        """Forget them all."""
        DavLock.objects.all().delete()

    def get(self, token: str) -> dict | None:
        """The lock of that token, if it still holds."""
        kept = DavLock.objects.filter(token=token, expires_at__gte=timezone.now()).first()
        return _given(kept.content) if kept else None

    def create(self, path: str, lock: dict) -> dict:
        """Keep a lock, eight hours at most; its token is given here."""
        self.cleanup()  # the library never asks for it
        timeout = float(lock.get("timeout") or USUAL)
        lock["timeout"] = timeout = LONGEST if timeout < 0 or timeout > LONGEST else timeout
        lock["root"] = normalize_lock_root(path)
        lock["expire"] = time.time() + timeout
        validate_lock(lock)
        lock["token"] = generate_lock_token()
        DavLock.objects.create(token=lock["token"], root=lock["root"], content=_kept(lock), expires_at=_until(lock))
        return lock

    def refresh(self, token: str, *, timeout: float) -> dict:
        """Make a lock last longer. Raises ValueError when there is none."""
        kept = DavLock.objects.filter(token=token).first()
        if kept is None:
            raise ValueError(token)
        timeout = LONGEST if timeout < 0 or timeout > LONGEST else timeout
        kept.content |= {"timeout": timeout, "expire": time.time() + timeout}
        kept.expires_at = _until(kept.content)
        kept.save(update_fields=["content", "expires_at"])
        return _given(kept.content)

    def delete(self, token: str) -> bool:
        """Forget a lock; whether there was one."""
        return bool(DavLock.objects.filter(token=token).delete()[0])

    def get_lock_list(self, path: str, *, include_root: bool, include_children: bool, token_only: bool) -> list:
        """The locks on a path, on what is below it, or both."""
        root = normalize_lock_root(path)
        alive = DavLock.objects.filter(expires_at__gte=timezone.now())
        found = list(alive.filter(root=root)) if include_root else []
        if include_children:
            found += list(alive.filter(root__startswith=root.rstrip("/") + "/"))
        return [kept.token if token_only else _given(kept.content) for kept in found]
