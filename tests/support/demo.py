"""The demonstration as the tests use it: loaded once for each state of the code, then copied, files included."""

import contextlib
import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.cache import caches
from django.test import Client, override_settings
from django.utils import timezone

from beffroi.config import env, preparation
from beffroi.kernel.models import User
from beffroi.shared.accounts.demo import ACCOUNTS
from tests import database

PREFIX = "beffroi_demo_"
# What is loaded comes from these files and folders; the rest only shows it. A new home folder always loads afresh.
LOADED = ("demo", "models", "actions", "workflow", "migrations", "data")


def fingerprint() -> str:
    """Changes with the day, the migrations and the code that loads something."""
    digest = hashlib.sha256(f"{database.fingerprint()} {timezone.localdate()}".encode())
    for path in sorted((env.PROJECT / "src").rglob("*")):
        inside = path.relative_to(env.PROJECT / "src").parts
        if path.is_file() and path.suffix != ".pyc" and any(part.startswith(LOADED) for part in inside):
            digest.update(f"{'/'.join(inside)} {path.stat().st_size}".encode())
            if path.suffix == ".py":
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(digest: str) -> Path:
    return env.home() / "test-demo" / digest


def _storages(folder: Path) -> dict:
    files = settings.STORAGES["files"]
    return {**settings.STORAGES, "files": {**files, "OPTIONS": {**files["OPTIONS"], "location": folder / "files"}}}


def _settings(digest: str) -> override_settings:
    folder = _files(digest)
    return override_settings(DEMO=True, MEDIA_ROOT=folder / "media", STORAGES=_storages(folder))


def template(source: str) -> tuple[str, str]:
    """The name of a database that holds the demonstration, and the digest that names its files."""
    digest = fingerprint()

    def load() -> None:
        _forget()
        for former in _files("").glob("*"):
            shutil.rmtree(former, ignore_errors=True)
        (_files(digest) / "media").mkdir(parents=True)
        with _settings(digest):
            preparation.load_demonstration()

    return database.prepared(PREFIX, digest, source, load), digest


@contextlib.contextmanager
def in_use(suffix: str = "_demo") -> Iterator[str]:
    """Make a copy of the demonstration the database of Django, with its files; yields its name."""
    before = settings.DATABASES["default"]["NAME"]
    name, digest = template(database.template())
    with _settings(digest):
        copy = database.use_copy(name, suffix)
        _forget()
        try:
            yield copy
        finally:
            database.drop(copy)
            database.point_to(before)
            _forget()


def _forget() -> None:
    """What is kept in memory is about another database."""
    ContentType.objects.clear_cache()
    for alias in settings.CACHES:
        caches[alias].clear()


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at pages: nobody in particular, or one of the demonstration accounts."""

    name: str
    email: str = ""
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False), compare=False, repr=False)

    @property
    def user(self):
        from django.contrib.auth.models import AnonymousUser

        return User.objects.get(email=self.email) if self.email else AnonymousUser()


def visitors() -> list[Visitor]:
    """The visitor without account, then one account for each role; their sessions are in the database."""
    found, seen = [Visitor("visiteur")], set()
    for account in ACCOUNTS:
        kind = (account.role, bool(account.place), account.superuser)
        if kind in seen:
            continue
        seen.add(kind)
        visitor = Visitor(account.email.split("@")[0], account.email)
        visitor.client.force_login(visitor.user)
        found.append(visitor)
    return found
