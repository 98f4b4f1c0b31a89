"""What the verbs of the command line share: a database that answers, Django ready, failures said plainly."""

import contextlib
import os
import re
import sys
import time
from collections.abc import Iterator
from typing import Any, TextIO
from urllib.parse import urlsplit

from beffroi.config import embedded, env

OLDEST_POSTGRESQL = 15

OK, FAILED, BAD_USAGE, NOT_READY, INTERRUPTED = 0, 1, 2, 3, 130


class Failure(Exception):
    """The verb cannot go on. The message is for the person; `code` is the exit code of the command."""

    def __init__(self, message: str, code: int = FAILED):
        super().__init__(message)
        self.code = code


def is_embedded() -> bool:
    return not os.environ.get("DATABASE_URL")


def database_url() -> str:
    return os.environ.get("DATABASE_URL") or embedded.url(env.home())


@contextlib.contextmanager
def database() -> Iterator[embedded.Server | None]:
    """A database that answers and is recent enough. The embedded server runs as long as somebody uses it."""
    try:
        with contextlib.ExitStack() as stack:
            server = None
            if is_embedded():
                server = stack.enter_context(embedded.running(env.home()))
            check_server()
            yield server
    except embedded.ServerError as fault:
        raise Failure(str(fault), NOT_READY) from fault
    except env.ConfigurationError as fault:
        raise Failure(str(fault), NOT_READY) from fault


def say(text: object, stream: TextIO | None = None) -> None:
    """Print, if what is printed still goes somewhere: a full disk, or a closed terminal, stops nobody."""
    with contextlib.suppress(OSError):
        print(text, file=stream, flush=True)


def revive(server: embedded.Server | None) -> None:
    """Start the embedded server again when something killed it. Where it cannot be, say why: it is tried again."""
    if server and not server.runs():
        say("PostgreSQL s’est arrêté : relance.", sys.stderr)
        try:
            server.revive()
        except embedded.ServerError as fault:
            say(fault, sys.stderr)
            time.sleep(2)


def connect(name: str = "", **options: Any):
    """A connection outside of Django, to the database of the installation or to another one of its server."""
    import psycopg

    config = env.database(database_url())
    parameters = {k.lower(): config[k] for k in ("USER", "PASSWORD", "HOST", "PORT") if config[k]}
    parameters |= config["OPTIONS"] | {"dbname": name or config["NAME"], "connect_timeout": 10}
    return psycopg.connect(**parameters, **options)


def check_server() -> None:
    """Raise Failure when the server does not answer, refuses us, or is older than what Beffroi needs."""
    import psycopg

    address = _without_password(database_url())
    try:
        with connect() as connection:
            version = connection.info.server_version // 10000
    except psycopg.OperationalError as fault:
        raise Failure(_explain_connection(str(fault), address), NOT_READY) from fault
    if version < OLDEST_POSTGRESQL:
        raise Failure(
            f"Ce serveur PostgreSQL est en version {version} ; Beffroi demande la {OLDEST_POSTGRESQL} ou une plus "
            "récente. Mettez-le à jour, ou retirez DATABASE_URL pour utiliser le serveur embarqué.",
            NOT_READY,
        )


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2] or 'socket local'}{parts.path}"


def _explain_connection(said: str, address: str) -> str:
    if "password authentication failed" in said or "no password supplied" in said:
        why = "Le nom d’utilisateur ou le mot de passe est refusé."
    elif re.search(r'database ".*" does not exist', said):
        why = "Cette base n’existe pas encore : créez-la (createdb), ou corrigez son nom."
    elif "could not translate host name" in said or "failed to resolve host" in said:
        why = "Le nom de ce serveur est inconnu du réseau."
    elif "too many clients" in said or "remaining connection slots" in said:
        why = "Le serveur a atteint son nombre maximal de connexions : augmentez max_connections."
    else:
        why = "Vérifiez qu’il est lancé et joignable depuis cette machine."
    return f"La base de données {address} ne répond pas. {why}\nRéponse reçue : {said.strip().splitlines()[-1]}"


def setup_django() -> None:
    """Load every installed part. Raises Failure for a variable that cannot be used."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    import django

    try:
        django.setup()
    except env.ConfigurationError as fault:
        raise Failure(str(fault), NOT_READY) from fault
    except ModuleNotFoundError as fault:
        if (fault.name or "").startswith("beffroi.modules."):
            name = str(fault.name).split(".")[2]
            raise Failure(f"BEFFROI_MODULES nomme un module qui n’existe pas : « {name} ».", NOT_READY) from fault
        raise


def pending_migrations() -> list[str]:
    """The migrations that the code has and the database has not."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return [f"{m.app_label}.{m.name}" for m, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def require_migrated() -> None:
    if pending_migrations():
        raise Failure(
            "La base de données n’est pas à jour pour cette version. Faites une sauvegarde (./beffroi backup), puis "
            "« ./beffroi migrate ».",
            NOT_READY,
        )


@contextlib.contextmanager
def installation(*, migrated: bool = True) -> Iterator[embedded.Server | None]:
    """Database and Django together, for a verb that works on an installation."""
    with database() as server:
        setup_django()
        if migrated:
            require_migrated()
        yield server
