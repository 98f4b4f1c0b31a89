"""Runs the web server and the worker together, starts again the one that dies, stops all of them at the end."""

import contextlib
import ctypes
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.config import env
from beffroi.config.runtime import NOT_READY, OK, Failure

STOP_TIMEOUT = 15
RESTART_DELAYS = (0.5, 2, 5, 15, 30)
STEADY = 60
PR_SET_PDEATHSIG = 1


@dataclass
class Program:
    """One process to keep alive. `label` is what a person reads when it stops."""

    label: str
    command: Sequence[str]
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen | None = None
    started: float = 0
    failures: int = 0
    again_at: float = 0

    def start(self) -> None:
        self.started = time.monotonic()
        self.again_at = 0
        self.process = subprocess.Popen(  # noqa: S603
            self.command,
            stdin=subprocess.DEVNULL,
            env=os.environ | self.environment,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )

    def signal(self, number: int) -> None:
        """Reach the process and all that it started."""
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)


def _die_with_parent() -> None:
    """On Linux, a supervisor that is killed does not leave its programs behind."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Supervisor:
    """Keeps programs alive. `record` is a file that names them, so that a next start finds those left by a kill."""

    def __init__(self, programs: Sequence[Program], record: Path, *, restart: bool = True):
        self.programs = list(programs)
        self.record = record
        self.restart = restart

    def start(self) -> None:
        self.clear_leftovers()
        for program in self.programs:
            program.start()
        self._write_record()

    def add(self, program: Program) -> None:
        """Start one more program beside those that run."""
        program.start()
        self.programs.append(program)
        self._write_record()

    def run(self, watch: Callable[[], None] = lambda: None, first: Callable[[], None] = lambda: None) -> int:
        """Start, then block until interrupted (then 0), or, without `restart`, until a program ends: then its exit
        code. Whatever happens, all that was started is stopped.

        `first` is called once they are started; `watch` every two seconds or so.
        """
        try:
            self.start()
            first()
            return self._keep(watch)
        except KeyboardInterrupt:
            print("Arrêt…", flush=True)
            return OK
        finally:
            self.stop()

    def _keep(self, watch: Callable[[], None]) -> int:
        watched = time.monotonic()
        while True:
            time.sleep(0.2)
            code = self._look_after()
            if code is not None:
                return code
            if time.monotonic() - watched > 2:
                watched = time.monotonic()
                watch()

    def _look_after(self) -> int | None:
        for program in self.programs:
            code = program.process.poll() if program.process else None
            if code is not None and not self.restart:
                return code if code >= 0 else 128 - code
            if code is not None:
                self._bring_back(program, code)
        return None

    def _bring_back(self, program: Program, code: int) -> None:
        now = time.monotonic()
        if not program.again_at:
            program.signal(signal.SIGKILL)  # what the dead process may have left behind it
            program.failures = 0 if now - program.started > STEADY else program.failures + 1
            delay = RESTART_DELAYS[min(program.failures, len(RESTART_DELAYS) - 1)]
            program.again_at = now + delay
            print(f"{program.label} s’est arrêté (code {code}) : relance.", file=sys.stderr, flush=True)
        elif now >= program.again_at:
            program.start()
            self._write_record()

    def stop(self) -> None:
        """Ask every program to finish what it does, then insist."""
        for program in self.programs:
            if program.process and program.process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    program.process.terminate()
        deadline = time.monotonic() + STOP_TIMEOUT
        for program in self.programs:
            if program.process:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    program.process.wait(max(0.1, deadline - time.monotonic()))
                program.signal(signal.SIGKILL)
                program.process.wait()
        self.record.unlink(missing_ok=True)

    def clear_leftovers(self) -> None:
        """End what an earlier supervisor, killed, left running: only processes of this very project."""
        try:
            groups = json.loads(self.record.read_text())["groups"]
        except (OSError, ValueError, KeyError):
            return
        for number in (signal.SIGTERM, signal.SIGKILL):
            left = [pid for pid, group in _process_groups() if group in groups and _is_ours(pid)]
            for pid in left:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, number)
            deadline = time.monotonic() + 5
            while any(Path(f"/proc/{pid}").exists() for pid in left) and time.monotonic() < deadline:
                time.sleep(0.1)
        self.record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        groups = [program.process.pid for program in self.programs if program.process]
        self.record.write_text(json.dumps({"supervisor": os.getpid(), "groups": groups}))


def _process_groups():
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # After the name in brackets: state, parent, group.
            yield int(stat.parent.name), int(stat.read_text().rpartition(")")[2].split()[2])


def _is_ours(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return os.fsencode(env.PROJECT) in Path(f"/proc/{pid}/environ").read_bytes()
    return False


def require_free_port(host: str, port: int) -> None:
    """Raise Failure with a way out when the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError as fault:
            raise Failure(
                f"Le port {port} est réservé à l’administrateur de la machine. Essayez --port 8000.", NOT_READY
            ) from fault
        except OSError as fault:
            if fault.errno == 98:
                why = f"Le port {port} est déjà utilisé par un autre programme. Essayez --port {free_port(host)}."
            else:
                why = f"L’adresse {host} n’est pas celle de cette machine ({fault.strerror})."
            raise Failure(why, NOT_READY) from fault


def free_port(host: str) -> int:
    """A port that nobody uses now, near the usual ones where possible."""
    for port in range(8001, 8100):
        with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port
    return 0


def web_program(host: str, port: int, workers: int) -> Program:
    """The web server: granian, as many processes as `workers`, two threads each."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--no-ws", "--workers", str(workers)]
    command += ["--blocking-threads", "2", "--backlog", "1024", "--host", host, "--port", str(port)]
    command += ["--respawn-failed-workers", "--workers-kill-timeout", "5", "--log-level", "warning"]
    return Program("Le serveur web", [*command, "beffroi.config.wsgi:application"])


def worker_program(concurrency: int) -> Program:
    """The worker of the background jobs, and of the periodic ones."""
    command = [sys.executable, "-m", "django", "procrastinate", "worker", "--concurrency", str(concurrency)]
    command += ["--delete-jobs", "successful", "--shutdown-graceful-timeout", "10"]
    environment = {"DJANGO_SETTINGS_MODULE": "beffroi.config.settings"}
    return Program("Le worker", command, environment)
