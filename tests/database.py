"""The databases of the tests: migrated once for each state of the migrations, then copied for each run."""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

from beffroi.config import embedded, env, preparation

TEMPLATE = "beffroi_template_"
RUN = "beffroi_run_"
LOCK = 739_114_201


def fingerprint() -> str:
    """Changes with the migrations, the installed parts and the versions of the dependencies."""
    digest = hashlib.sha256("\n".join(settings.INSTALLED_APPS).encode())
    sources = sorted(path for tree in ("src", "tests") for path in (env.PROJECT / tree).rglob("migrations/*.py"))
    for path in [env.PROJECT / "requirements.lock", *sources]:
        digest.update(str(path.relative_to(env.PROJECT)).encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@contextlib.contextmanager
def server() -> Iterator[None]:
    """The server of the tests, stopped when the last run leaves it; one given by DATABASE_URL is left alone."""
    if not settings.EMBEDDED:
        yield
        return
    with embedded.running(settings.SERVER_HOME, durable=False):
        yield


def template() -> str:
    """The name of a migrated database, made now if the migrations have changed."""
    return prepared(TEMPLATE, fingerprint(), None, preparation.migrate)


def prepared(prefix: str, digest: str, source: str | None, fill: Callable[[], None]) -> str:
    """The name of a database that `fill` has filled, starting from a copy of `source`; made once for each `digest`."""
    name = prefix + digest
    with _maintenance() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        if name not in _databases(cursor, prefix):
            draft = RUN + f"{os.getpid()}_draft"
            _execute(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", draft)
            if source:
                _execute(cursor, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", draft, source)
            else:
                _execute(cursor, "CREATE DATABASE {}", draft)
            before = settings.DATABASES["default"]["NAME"]
            point_to(draft)
            try:
                fill()
            finally:
                point_to(before)
            _execute(cursor, "ALTER DATABASE {} RENAME TO {}", draft, name)
        if settings.EMBEDDED:
            _sweep(cursor, prefix, keep=name)
    return name


def use_copy(source: str, suffix: str = "") -> str:
    """Copy a database and make it that of Django. The copy is named by this process, so runs do not meet."""
    name = f"{RUN}{os.getpid()}{suffix}"
    connections.close_all()
    with _maintenance() as cursor:
        _execute(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _execute(cursor, "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, source)
    point_to(name)
    return name


def make_empty(suffix: str) -> str:
    """The name of a new database with nothing in it."""
    name = f"{RUN}{os.getpid()}{suffix}"
    with _maintenance() as cursor:
        _execute(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _execute(cursor, "CREATE DATABASE {}", name)
    return name


def drop(name: str) -> None:
    connections.close_all()
    with _maintenance() as cursor:
        _execute(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def point_to(name: str) -> None:
    """Make a database that of Django."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


@contextlib.contextmanager
def _maintenance() -> Iterator[psycopg.Cursor]:
    config = settings.DATABASES["default"]
    parameters = {k.lower(): config[k] for k in ("USER", "PASSWORD", "HOST", "PORT") if config[k]}
    with psycopg.connect(dbname="postgres", autocommit=True, **parameters) as connection:
        yield connection.cursor()


def _execute(cursor: psycopg.Cursor, statement: str, *names: str) -> None:
    cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _databases(cursor: psycopg.Cursor, prefix: str) -> list[str]:
    cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix])
    return [name for (name,) in cursor.fetchall()]


def _sweep(cursor: psycopg.Cursor, prefix: str, keep: str) -> None:
    """Drop what killed runs and earlier states of the code left."""
    for name in _databases(cursor, prefix):
        if name != keep:
            with contextlib.suppress(psycopg.errors.ObjectInUse):
                _execute(cursor, "DROP DATABASE IF EXISTS {}", name)
    for name in _databases(cursor, RUN):
        if not os.path.exists(f"/proc/{name.removeprefix(RUN).split('_')[0]}"):
            _execute(cursor, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
