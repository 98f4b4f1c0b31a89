"""Keeps the site and the worker alive: starts again the one that dies, stops all of them at the end.

The processes that work are forked by another that has everything loaded (`forge.py`); this one loads nothing, and
stays small. All are its own children: when the forge dies, those that it made go on.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from beffroi.config import processes
from beffroi.config.runtime import OK, say

STOP_TIMEOUT = 15
RESTART_DELAYS = (0, 0.5, 1, 2, 4)
STEADY = 60
TURN = 0.2


@dataclass
class Program:
    """One process to keep alive, forked by the forge. `label` is what a person reads when it stops."""

    label: str
    name: str
    request: dict[str, Any] = field(default_factory=dict)
    pid: int = 0
    asked: bool = False
    started: float = 0
    failures: int = -1
    again_at: float = 0

    def ended(self) -> None:
        """It is no more: say when it may be started again, later and later if it does not hold."""
        now = time.monotonic()
        self.failures = 0 if now - self.started > STEADY else self.failures + 1
        self.again_at = now + RESTART_DELAYS[min(max(self.failures, 0), len(RESTART_DELAYS) - 1)]
        self.pid, self.asked = 0, False


def web_programs(doors: Sequence[socket.socket]) -> list[Program]:
    """One process of the site for each of these sockets."""
    return [
        Program("Le serveur web", f"web-{number}", {"role": "web", "door": door.fileno(), "of": len(doors)})
        for number, door in enumerate(doors, 1)
    ]


def worker_program(concurrency: int) -> Program:
    """The worker of the background jobs, and of the periodic ones."""
    return Program("Le worker", "worker", {"role": "worker", "concurrency": concurrency})


class Supervisor:
    """Keeps programs alive. `record` is a file that names them, so that a next start finds those left by a kill.

    Without `restart`, a program that fails by itself ends everything: somebody else starts it all again. One that is
    killed always comes back.
    """

    def __init__(self, programs: Sequence[Program], doors: Sequence[socket.socket], record: Path, *, restart: bool):
        self.forge = Program("Le modèle des processus", "forge")
        self.programs = list(programs)
        self.doors = list(doors)
        self.record = record
        self.restart = restart
        self.control: socket.socket | None = None
        self._unknown: dict[int, int] = {}  # those that ended before the forge had told whose they are

    def run(self, watch: Callable[[], None], ready: Callable[[], None]) -> int:
        """Start, then block until interrupted (then 0), or, without `restart`, until a program fails: then its exit
        code. Whatever happens, all that was started is stopped.

        `ready` is called once, when each program has started; `watch` several times a second.
        """
        try:
            processes.adopt_orphans()
            said = False
            while True:
                code = self._look_after()
                if code is not None:
                    return code
                if not said and all(program.pid for program in self.programs):
                    said = True
                    ready()
                watch()
                self._hear()
        except KeyboardInterrupt:
            say("Arrêt…")
            return OK
        finally:
            self.stop()

    def _look_after(self) -> int | None:
        """Bring back what ended; the exit code of a failure that ends all."""
        for program, code in self._gone():
            if code > 0 and not self.restart:
                return code
            say(f"{program.label} s’est arrêté (code {code}) : relance.", sys.stderr)
        now = time.monotonic()
        if not self.forge.pid and now >= self.forge.again_at:
            self._start_forge()
        for program in self.programs:
            if not program.pid and not program.asked and now >= program.again_at:
                self._ask(program)
        return None

    def _gone(self) -> list[tuple[Program, int]]:
        """The programs that ended since the last time. What they may have left behind them ends too."""
        found = []
        codes = self._unknown | dict(processes.ended())
        for program in (self.forge, *self.programs):
            if program.pid in codes:
                found.append((program, codes.pop(program.pid)))
                if program is not self.forge:
                    processes.signal_group(program.pid, signal.SIGKILL)
                program.ended()
        self._unknown = codes if any(program.asked and not program.pid for program in self.programs) else {}
        if any(program is self.forge for program, _code in found):
            self._forget_forge()
        return found

    def _start_forge(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        command = [sys.executable, "-m", "beffroi.config.forge", str(theirs.fileno())]
        command += [str(door.fileno()) for door in self.doors]
        handle = subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            pass_fds=[theirs.fileno(), *(door.fileno() for door in self.doors)],
            start_new_session=True,
            preexec_fn=processes.die_with_parent,
        )
        handle.returncode = 0  # we wait for our children ourselves, adopted ones included
        theirs.close()
        self.control, self.forge.pid, self.forge.started = ours, handle.pid, time.monotonic()
        self._write_record()

    def _forget_forge(self) -> None:
        if self.control:
            self.control.close()
            self.control = None
        for program in self.programs:
            program.asked = False

    def _ask(self, program: Program) -> None:
        """The forge answers when it has loaded everything."""
        if self.control:
            with contextlib.suppress(OSError):
                self.control.send(json.dumps({"name": program.name, **program.request}).encode())
                program.asked = True

    def _hear(self) -> None:
        """Wait for an answer of the forge, for the time of a turn at most."""
        if self.control is None:
            time.sleep(TURN)
            return
        if select.select([self.control], [], [], TURN)[0]:
            with contextlib.suppress(OSError):
                if answer := self.control.recv(4096):
                    self._started(**json.loads(answer))
                else:
                    time.sleep(TURN)  # it is dying

    def _started(self, name: str, pid: int) -> None:
        program = next(program for program in self.programs if program.name == name)
        program.pid, program.started = pid, time.monotonic()
        self._write_record()

    def stop(self) -> None:
        """Ask every program to finish what it does, then insist."""
        if self.control:
            self.control.close()
        left = {program.pid for program in (self.forge, *self.programs) if program.pid}
        groups = set(left)
        for pid in left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_TIMEOUT
        while left and time.monotonic() < deadline:
            left -= dict(processes.ended()).keys()
            time.sleep(0.02)
        for pid in groups:
            processes.signal_group(pid, signal.SIGKILL)
        while left:
            left -= dict(processes.ended()).keys()
            time.sleep(0.02)
        self.record.unlink(missing_ok=True)

    def _write_record(self) -> None:
        groups = {program.name: program.pid for program in (self.forge, *self.programs) if program.pid}
        draft = self.record.with_suffix(".part")
        with contextlib.suppress(OSError):  # a full disk: the former record stays whole
            draft.write_text(json.dumps({"supervisor": os.getpid(), "groups": groups}))
            draft.replace(self.record)
