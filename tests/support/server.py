"""A real installation of the demonstration: web and worker processes, their own database, home folder and port."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from beffroi.config import embedded, env
from beffroi.kernel.models import User
from beffroi.kernel.ui import build
from beffroi.shared.accounts.demo import ACCOUNTS, PASSWORD
from tests.support import demo

PATIENCE = 90


@dataclass(frozen=True)
class Installation:
    """The running installation: `url` without final slash, `home` its folder, `environment` that of its processes."""

    url: str
    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    @contextlib.contextmanager
    def with_modules(self, *names: str) -> Iterator[str]:
        """The same installation started again with these modules only; gives its address."""
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        environment = self.environment | {"BEFFROI_MODULES": ",".join(names), "BEFFROI_SITE_URL": url}
        with contextlib.ExitStack() as stack:
            _start(stack, environment, self.home, url, ["serve", "--port", str(port), "--workers", "1"])
            yield url

    def letters(self, to: str) -> list[dict]:
        """The e-mails that its letter box holds for this address, the last one first."""
        found = []
        for path in sorted((self.home / "courriels").glob("*.json"), reverse=True):
            with contextlib.suppress(OSError, ValueError):
                letter = json.loads(path.read_text(encoding="utf-8"))
                if to in letter["to"]:
                    found.append(letter)
        return found

    def wait_for_letter(self, to: str, *, containing: str = "", seconds: float = 60) -> dict:
        """The last e-mail to this address that holds these words; waits for it."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for letter in self.letters(to):
                if containing in letter["subject"] + letter["text"]:
                    return letter
            time.sleep(0.2)
        raise AssertionError(
            f"no letter to {to} with « {containing} » : {[one['subject'] for one in self.letters(to)]}"
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _database_url(name: str) -> str:
    if settings.EMBEDDED:
        return embedded.url(settings.SERVER_HOME, name)
    config = settings.DATABASES["default"]
    return f"postgresql://{config['USER']}:{config['PASSWORD']}@{config['HOST']}:{config['PORT']}/{name}"


@contextlib.contextmanager
def running() -> Iterator[Installation]:
    """Serve a copy of the demonstration. While it runs, Django in the tests reads and writes the same database."""
    if not (Path(build.__file__).parent / "static" / "beffroi" / ".stamp").is_file():
        pytest.skip("the front end is not built (./beffroi test builds it)")
    home = Path(tempfile.mkdtemp(prefix="beffroi-journeys-"))
    with demo.in_use("_journeys") as name, contextlib.ExitStack() as stack:
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        shutil.copytree(Path(settings.MEDIA_ROOT).parent, home, dirs_exist_ok=True)
        _real_passwords()
        port = _free_port()
        url = f"http://127.0.0.1:{port}"
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("BEFFROI_", "DJANGO_"))}
        environment |= {
            "BEFFROI_HOME": str(home),
            "BEFFROI_DEMO": "1",
            "BEFFROI_SITE_URL": url,
            "BEFFROI_SECRET_KEY": settings.SECRET_KEY,
            "DATABASE_URL": _database_url(name),
            "PYTHONPATH": str(env.PROJECT / "src"),
        }
        for command in (["serve", "--port", str(port), "--workers", "1"], ["worker"]):
            _start(stack, environment, home, url, command)
        yield Installation(url, home, environment)


def _start(stack: contextlib.ExitStack, environment: dict, home: Path, url: str, command: list[str]) -> None:
    """Run a command of Beffroi until the stack closes; a server is waited for."""
    path = home / f"{command[0]}-{url.rpartition(':')[2]}.log"
    log = stack.enter_context(path.open("wb"))
    process = subprocess.Popen(
        [sys.executable, "-m", "beffroi.config.cli", *command],
        env=environment,
        cwd=env.PROJECT,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    stack.callback(_stop, process)
    if command[0] == "serve":
        _wait(url, process, path)


def _real_passwords() -> None:
    """The tests keep passwords with a quick function that a real installation refuses."""
    encoded = PBKDF2PasswordHasher().encode(PASSWORD, "sel-des-parcours")
    User.objects.filter(email__in=[account.email for account in ACCOUNTS]).update(password=encoded)


def _wait(url: str, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/sante/?vital", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"the installation does not answer:\n{log.read_text()[-3000:]}")


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
