"""The process that has everything loaded, and forks the others: web servers and workers.

Loading Beffroi takes seconds and two hundred megabytes. It is done once, here; each process forked shares that memory
as long as it does not write into it, and is ready at once. The forge opens no connection and starts no thread: a copy
of either would not work. Its children belong to the supervisor, so that they outlive it: see `supervisor.py`.
"""

import contextlib
import gc
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

from beffroi.config import processes, runtime

BLOCKING_THREADS = 2
GRACE = 10


def main(arguments: Sequence[str]) -> int:
    """Load everything, then fork as asked on the socket whose number is given, until it is closed.

    A request is a JSON object: `name` (given back in the answer), `role` (a key of ROLES) and what that role needs. The
    answer holds `name` and `pid`.
    """
    supervisor = os.getppid()
    processes.name("forge")
    with socket.socket(fileno=int(arguments[0])) as control:
        load(sites=len(arguments) > 1)
        while request := control.recv(4096):
            asked = json.loads(request)
            pid = _fork(asked, control, supervisor)
            control.send(json.dumps({"name": asked["name"], "pid": pid}).encode())
    return runtime.OK


def load(*, sites: bool) -> None:
    """Import all that pages and jobs use. `sites` where web servers will be forked, not only workers."""
    gc.disable()
    runtime.setup_django()
    if sites:
        import_module("beffroi.config.wsgi")
    from django.urls import get_resolver

    _ = get_resolver().url_patterns  # imports the views
    gc.collect()
    # What is here stays: the collector of the children does not walk through it, which would copy it.
    gc.freeze()


def _fork(asked: dict[str, Any], control: socket.socket, supervisor: int) -> int:
    """Do what is asked in a process of its own, child of the supervisor; gives its number.

    It is forked twice, the one between ending at once: an orphan goes to the supervisor, which adopts them.
    """
    reading, writing = os.pipe()
    between = os.fork()
    if not between:
        child = os.fork()
        if not child:
            os.close(reading)
            os.close(writing)
            control.close()
            _become(asked, supervisor)
        os.write(writing, str(child).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as told:
        pid = int(told.read())
    os.waitpid(between, 0)
    return pid


def _become(asked: dict[str, Any], supervisor: int) -> NoReturn:
    code = runtime.FAILED
    try:
        os.setsid()
        processes.name(asked["name"])
        while os.getppid() != supervisor:
            if os.getppid() == 1:
                os._exit(runtime.FAILED)
            os.sched_yield()
        processes.die_with_parent()
        gc.enable()
        ROLES[asked["role"]](asked)
        code = runtime.OK
    except SystemExit as ending:
        code = ending.code if isinstance(ending.code, int) else runtime.FAILED
    except KeyboardInterrupt:
        code = runtime.INTERRUPTED
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _web(asked: dict[str, Any]) -> None:
    """Serve the site on a socket that already listens: one process of granian, started here rather than by its own
    command, which would load everything in each.
    """
    from granian.constants import Interfaces, RuntimeModes
    from granian.log import LogLevels
    from granian.net import SocketHolder
    from granian.server.mp import MPServer

    from beffroi.config.wsgi import application

    door: Any = SocketHolder
    server: Any = MPServer(
        "beffroi.config.wsgi:application",
        interface=Interfaces.WSGI,
        websockets=False,
        blocking_threads=BLOCKING_THREADS,
        backpressure=processes.BACKLOG // asked["of"],
        runtime_mode=RuntimeModes.mt,
        log_level=LogLevels.warning,
    )
    server._shd, server._sso, server._ipc = door(asked["door"], False, processes.BACKLOG), None, {}
    server._spawn_worker(0, server._spawn_wsgi_worker, lambda: application).inner.run()


def _worker(asked: dict[str, Any]) -> None:
    """Execute the background jobs, and the periodic ones."""
    from django.core.management import call_command

    options = ["--concurrency", str(asked["concurrency"]), "--delete-jobs", "successful"]
    call_command("procrastinate", "worker", *options, "--shutdown-graceful-timeout", str(GRACE))


ROLES: dict[str, Callable[[dict[str, Any]], None]] = {"web": _web, "worker": _worker}


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.exit(main(sys.argv[1:]))
