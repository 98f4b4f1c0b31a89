"""Dumping and restoring a database with PostgreSQL's own programs."""

import contextlib
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import IO, cast

from beffroi.config import embedded, env, runtime
from beffroi.config.runtime import Failure

# Their content means nothing elsewhere: it is made again.
TRANSIENT_TABLES = ("kernel_cache", "procrastinate_workers")
MORE_LOCKS = (
    "demandez à l’administrateur du serveur « ALTER SYSTEM SET max_locks_per_transaction = "
    f"{embedded.SETTINGS['max_locks_per_transaction']} », puis un redémarrage de PostgreSQL."
)


def programs() -> Path:
    """The folder of a pg_dump at least as recent as the server. Raises Failure when there is none."""
    with runtime.connect() as connection:
        server = connection.info.server_version // 10000
    folders = [Path(found).resolve().parent] if (found := shutil.which("pg_dump")) else []
    try:
        folders.insert(0, embedded.binaries())
    except embedded.ServerError:
        if not folders:
            raise Failure("pg_dump est introuvable : installez le client de PostgreSQL.", runtime.NOT_READY) from None
    for folder in folders:
        said = subprocess.run([folder / "pg_dump", "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603
        version = re.search(r"(\d+)(\.\d+)?", said)
        if version and int(version[1]) >= server:
            return folder
    raise Failure(
        f"Le serveur est en PostgreSQL {server} ; il faut un pg_dump de cette version ou plus récent. Installez le "
        f"client de PostgreSQL {server}.",
        runtime.NOT_READY,
    )


def environment() -> dict[str, str]:
    """How libpq's programs find the database: never on the command line, which other users can read."""
    config = env.database(runtime.database_url())
    variables = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    kept |= {name: str(config[key]) for name, key in variables.items() if config[key]}
    return kept | {f"PG{name.upper()}": value for name, value in config["OPTIONS"].items()}


def write(target: Path) -> None:
    """Dump the database of the installation, in one consistent view. Raises Failure."""
    command = [str(programs() / "pg_dump"), "--format=custom", "--no-owner", "--no-acl", f"--file={target}"]
    command += [f"--exclude-table-data={table}" for table in TRANSIENT_TABLES]
    done = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Failure(f"La base de données n’a pas pu être sauvegardée :\n{done.stderr.strip()[-1000:]}")


def replace(dump: Path, mark: str) -> None:
    """Put the content of the dump in the place of all that the database holds, in one transaction.

    Until it is committed the old content stays; a fault at any point leaves it untouched. `mark` becomes the comment
    of the schema, which tells afterwards that it was done. Raises Failure.
    """
    folder = programs()
    script = [str(folder / "pg_restore"), "--no-owner", "--no-acl", "--no-comments", "--file=-", str(dump)]
    apply = [str(folder / "psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-"]
    errors = dump.with_suffix(".errors")
    with (
        errors.open("w+") as said,
        subprocess.Popen(script, stdout=subprocess.PIPE, stderr=said, env=environment()) as reader,  # noqa: S603
        subprocess.Popen(apply, stdin=subprocess.PIPE, stderr=said, env=environment()) as writer,  # noqa: S603
    ):
        finished = _pump(reader, writer, mark)
    message = errors.read_text().strip()[-1000:]
    errors.unlink()
    if not finished or writer.returncode:
        why = f"\nPostgreSQL manque de verrous : {MORE_LOCKS}" if "max_locks_per_transaction" in message else ""
        raise Failure(f"La sauvegarde n’a pas pu être remise en place ; rien n’a été changé.\n{message}{why}")


def _pump(reader: subprocess.Popen, writer: subprocess.Popen, mark: str) -> bool:
    source, target = cast(IO[bytes], reader.stdout), cast(IO[bytes], writer.stdin)
    try:
        target.write(b"BEGIN;\nSET lock_timeout = '10s';\nDROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n")
        shutil.copyfileobj(source, target, 1 << 20)
        if reader.wait() == 0:
            target.write(f"COMMENT ON SCHEMA public IS '{mark}';\nCOMMIT;\n".encode())
            target.close()
            return writer.wait() == 0
        # Without COMMIT the end of the input undoes everything.
        target.close()
    except BrokenPipeError:
        reader.kill()
        with contextlib.suppress(BrokenPipeError):
            target.close()
    return False


def has_locks_enough() -> bool:
    """Whether the server can hold the locks that `replace` takes on this database.

    A transaction that drops a schema locks each of its tables, constraints, types, defaults, triggers and functions
    until its end; the tables that come back are locked too.
    """
    catalogues = ("pg_class", "pg_constraint", "pg_type", "pg_attrdef", "pg_trigger", "pg_proc")
    made = " + ".join(f"(SELECT count(*) FROM {name} WHERE oid >= 16384)" for name in catalogues)  # noqa: S608
    with runtime.connect() as connection:
        row = connection.execute(
            f"SELECT {made}, (SELECT count(*) FROM pg_class WHERE oid >= 16384), "  # noqa: S608
            "current_setting('max_locks_per_transaction')::int * "
            "(current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int)"
        ).fetchone()
    dropped, relations, room = row
    return dropped + relations < room


def last_mark() -> str:
    """The mark of the last restored backup, empty if there was none."""
    with runtime.connect() as connection:
        row = connection.execute("SELECT obj_description('public'::regnamespace, 'pg_namespace')").fetchone()
    return row[0] or ""
