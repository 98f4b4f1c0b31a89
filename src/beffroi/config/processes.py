"""Processes and ports of the machine: who our children are, who ended and how, what a killed supervisor left behind."""

import contextlib
import ctypes
import json
import os
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from beffroi.config import env
from beffroi.config.runtime import NOT_READY, Failure

PR_SET_PDEATHSIG, PR_SET_NAME, PR_SET_CHILD_SUBREAPER = 1, 15, 36
BACKLOG = 1024


def die_with_parent() -> None:
    """On Linux, a supervisor that is killed does not leave its programs behind."""
    _control(PR_SET_PDEATHSIG, signal.SIGTERM)


def adopt_orphans() -> None:
    """On Linux, make the children of our children ours when their parent dies, so that we learn how they end."""
    _control(PR_SET_CHILD_SUBREAPER, 1)


def name(role: str) -> None:
    """What `ps` and `top` call this process: forked ones all bear the command of the one that forked them."""
    _control(PR_SET_NAME, f"beffroi {role}".encode())


def _control(option: int, value: int | bytes) -> None:
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def ended() -> Iterator[tuple[int, int]]:
    """Each child that ended since the last call: its number, its exit code (negative: the signal that killed it)."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            yield pid, os.waitstatus_to_exitcode(status)


def signal_group(pid: int, number: int) -> None:
    """Reach a process that leads a group, and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def clear_leftovers(record: Path) -> None:
    """End what an earlier supervisor, killed, left running: only processes of this very project.

    `record` is the file where that supervisor had written the groups of its programs.
    """
    try:
        groups = set(json.loads(record.read_text())["groups"].values())
    except (OSError, ValueError, KeyError, AttributeError):
        return
    for number in (signal.SIGTERM, signal.SIGKILL):
        left = [pid for pid, group in _process_groups() if group in groups and _is_ours(pid)]
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, number)
        deadline = time.monotonic() + 5
        while any(Path(f"/proc/{pid}").exists() for pid in left) and time.monotonic() < deadline:
            time.sleep(0.1)
    record.unlink(missing_ok=True)


def _process_groups() -> Iterator[tuple[int, int]]:
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
    with socket.socket(_family(host)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(probe, host, port)


def listeners(host: str, port: int, count: int) -> list[socket.socket]:
    """As many sockets that listen to the same address, one for each web process.

    The system shares the visitors out between them. They belong to whoever keeps the processes: those who knock at the
    door of a process that died wait there for the one that takes its place.
    """
    require_free_port(host, port)
    found = []
    for _process in range(count):
        door = socket.socket(_family(host))
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        _bind(door, host, port)
        door.listen(BACKLOG)
        found.append(door)
        port = door.getsockname()[1]
    return found


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _bind(door: socket.socket, host: str, port: int) -> None:
    try:
        door.bind((host, port))
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
        with socket.socket(_family(host)) as probe, contextlib.suppress(OSError):
            probe.bind((host, port))
            return port
    return 0
