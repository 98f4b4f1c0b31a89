"""What a verb that serves becomes once everything is ready: a small process that keeps the others alive.

`become` replaces the process, and with it all that preparing had loaded.
"""

import contextlib
import json
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from beffroi.config import embedded, env, processes, runtime
from beffroi.config.supervisor import Program, Supervisor, web_programs, worker_program

READY_TIMEOUT = 90
STOPPING = {signal.SIGTERM, signal.SIGINT}


@dataclass(frozen=True)
class Plan:
    """What to keep alive. `keep` are numbers of open files whose locks are held until the end."""

    record: str
    welcome: str
    host: str = ""
    port: int = 0
    web: int = 0
    concurrency: int = 0
    wait: bool = False
    keep: tuple[int, ...] = ()


def become(plan: Plan) -> NoReturn:
    """Replace this process by one that carries out the plan. A stop asked meanwhile is kept for it."""
    for handle in plan.keep:
        os.set_inheritable(handle, True)
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
    command = [sys.executable, "-m", "beffroi.config.supervise", json.dumps(asdict(plan))]
    os.execve(sys.executable, command, os.environ)  # noqa: S606


def main(arguments: Sequence[str]) -> int:
    plan = Plan(**json.loads(arguments[0]))
    for handle in plan.keep:
        os.set_inheritable(handle, False)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)
        with _database() as server:
            return _carry_out(plan, server)
    except (runtime.Failure, embedded.ServerError) as fault:
        print(f"\n{fault}", file=sys.stderr)
        return getattr(fault, "code", runtime.NOT_READY)
    except KeyboardInterrupt:
        return runtime.OK


@contextlib.contextmanager
def _database() -> Iterator[embedded.Server | None]:
    """The embedded server, held until the end; nothing where another one is used."""
    if not runtime.is_embedded():
        yield None
        return
    with embedded.running(env.home(), again=True) as server:
        yield server


def _carry_out(plan: Plan, server: embedded.Server | None) -> int:
    doors = processes.listeners(plan.host, plan.port, plan.web) if plan.web else []
    programs: list[Program] = web_programs(doors)
    if plan.concurrency:
        programs.append(worker_program(plan.concurrency))
    supervisor = Supervisor(programs, doors, Path(plan.record), restart=runtime.is_embedded())

    def ready() -> None:
        if plan.wait:
            _wait_until_ready(plan.host, plan.port)
        runtime.say(plan.welcome)

    return supervisor.run(lambda: runtime.revive(server), ready)


def _wait_until_ready(host: str, port: int) -> None:
    """Until the site answers anything: what is wrong is then written on its health page."""
    deadline = time.monotonic() + READY_TIMEOUT
    here = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((here, port), timeout=5) as line:
            line.sendall(b"GET /sante/?vital HTTP/1.0\r\nHost: localhost\r\n\r\n")
            if line.recv(16).startswith(b"HTTP/"):
                return
        time.sleep(0.1)
    raise runtime.Failure(f"Le site ne répond pas après {READY_TIMEOUT} s. Le message ci-dessus dit pourquoi.")


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
