"""Installations made for a test: a home folder of their own, and the command run on them as a person would."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from beffroi.config import embedded, env

PATIENCE = 600


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class Installation:
    """A home folder and the variables of its environment."""

    home: Path
    variables: dict[str, str] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("BEFFROI_", "DJANGO_")) and k != "DATABASE_URL"
        }
        own = {"BEFFROI_HOME": str(self.home), "PYTHONPATH": str(env.PROJECT / "src")}
        return kept | own | self.variables

    def run(self, *arguments: object, **options) -> subprocess.CompletedProcess:
        """Run one verb to its end; `returncode`, `stdout` and `stderr` tell how it went."""
        command = [sys.executable, "-m", "beffroi.config.cli", *map(str, arguments)]
        options = {"stdin": subprocess.DEVNULL} | options if "input" not in options else options
        return subprocess.run(
            command, env=self.environment(), capture_output=True, text=True, check=False, timeout=PATIENCE, **options
        )

    @contextlib.contextmanager
    def demo(self) -> Iterator["Demo"]:
        """The demonstration, served. Killed at the end if it still runs."""
        port = free_port()
        self.home.mkdir(parents=True, exist_ok=True)
        log = self.home.parent / f"{self.home.name}-{port}.log"
        command = [sys.executable, "-m", "beffroi.config.cli", "demo", "--port", str(port)]
        with log.open("w") as output:
            process = subprocess.Popen(
                command, env=self.environment(), stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
        demo = Demo(self, process, port, log)
        try:
            demo.wait_until_well()
            yield demo
        finally:
            if process.poll() is None:
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(30)
                process.kill()
            process.wait()
            embedded.Server(self.home).stop()


@dataclass
class Demo:
    """A running demonstration."""

    installation: Installation
    process: subprocess.Popen
    port: int
    log: Path

    def said(self) -> str:
        return self.log.read_text()

    def status(self, path: str = "/sante/?vital") -> int:
        """The HTTP status of a page, 0 when nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
                return answer.status
        except urllib.error.HTTPError as fault:
            fault.close()
            return fault.code
        except OSError:
            return 0

    def wait_until_well(self, path: str = "/sante/?vital") -> None:
        deadline = time.monotonic() + PATIENCE
        while self.status(path) != 200:
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.2)

    def programs(self) -> dict[str, int]:
        """The process group of each program: the forge, each web server, the worker."""
        return json.loads((self.installation.home / "demo.json").read_text())["groups"]

    def kill(self) -> None:
        """As a power cut would, for all but PostgreSQL."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
