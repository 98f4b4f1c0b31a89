"""Kills, full disks and busy ports: what was acknowledged is still there, and the command says how to go on."""

import contextlib
import os
import signal
import subprocess
import threading
import time

import psycopg
import pytest

from beffroi.config import embedded, runtime
from tests.config.installations import Installation

pytestmark = pytest.mark.slow


class Writer(threading.Thread):
    """Commits numbers one after the other, and remembers each number whose commit was acknowledged."""

    def __init__(self, home):
        super().__init__(daemon=True)
        self.url, self.acknowledged, self.ended = embedded.url(home), [], threading.Event()
        with psycopg.connect(self.url) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS essai (number bigint)")

    def run(self):
        number = 0
        while not self.ended.is_set():
            try:
                with psycopg.connect(self.url, autocommit=True) as connection:
                    while not self.ended.is_set():
                        number += 1
                        connection.execute("INSERT INTO essai VALUES (%s)", [number])
                        self.acknowledged.append(number)
            except psycopg.OperationalError:
                time.sleep(0.05)

    def finish(self):
        self.ended.set()
        self.join()

    def lost(self) -> set[int]:
        with psycopg.connect(self.url) as connection:
            kept = {number for (number,) in connection.execute("SELECT number FROM essai")}
        return set(self.acknowledged) - kept


def _kill_group(number: int) -> None:
    os.killpg(number, signal.SIGKILL)


def _kill_database(server: embedded.Server) -> None:
    """Kill its processes, whichever of them has already followed another."""
    for pid in server._processes():
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def test_demo_killed_in_each_of_its_parts_loses_nothing_acknowledged(demonstration):
    with demonstration.demo() as demo:
        writer = Writer(demonstration.home)
        writer.start()
        for group in demo.programs().values():
            _kill_group(group)
        time.sleep(1)
        demo.wait_until_well()
        demo.wait_until_well("/sante/")
        assert "relance" in demo.said()

        server = embedded.Server(demonstration.home)
        _kill_database(server)
        before = len(writer.acknowledged)
        demo.wait_until_well()
        assert "PostgreSQL s’est arrêté" in demo.said()
        _wait_for(lambda: len(writer.acknowledged) > before + 10)

        demo.kill()
        _kill_database(server)
        writer.finish()
    with demonstration.demo():
        assert len(writer.acknowledged) > 20
        assert writer.lost() == set()


def test_demo_killed_leaves_no_web_server_and_starts_again_on_the_same_port(demonstration):
    with demonstration.demo() as demo:
        demo.kill()
        _wait_for(lambda: demo.status() == 0)
    with demonstration.demo() as again:
        assert again.status("/") == 200


def test_demo_already_running_says_where(demonstration):
    with demonstration.demo() as demo:
        second = demonstration.run("demo", "--port", demo.port + 1)
        assert second.returncode == runtime.NOT_READY
        assert f"tourne déjà : http://127.0.0.1:{demo.port}" in second.stderr
        other = Installation(demonstration.home.parent / "autre").run("demo", "--port", demo.port)
        assert other.returncode == runtime.NOT_READY
        assert "est déjà utilisé" in other.stderr
        assert demo.status("/") == 200


def test_demo_stopped_politely_ends_all_it_started(demonstration):
    with demonstration.demo() as demo:
        groups = demo.programs().values()
        demo.process.terminate()
        assert demo.process.wait(60) == runtime.OK
        assert not embedded.Server(demonstration.home).answers()
        for group in groups:
            with pytest.raises(ProcessLookupError):
                os.killpg(group, 0)


def test_demo_never_touches_a_real_installation(folder):
    real = Installation(folder / "home")
    done = real.run("init", "--siren", "240200634", "--hors-ligne")
    assert done.returncode == 0, done.stderr
    assert "30 communes" in done.stdout
    for arguments in (("demo", "--port", "0"), ("demo", "--reset", "--port", "0")):
        refused = real.run(*arguments)
        assert refused.returncode == runtime.FAILED
        assert "BEFFROI_HOME" in refused.stderr


@pytest.fixture
def small_disk(folder):
    """A disk of its own, of 700 MB."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts a disk")
    disk = folder / "disque"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=700m,mode=755", "tmpfs", disk], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no mount here: {mounted.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=False)


def _fill(disk) -> None:
    block = b"0" * (1 << 20)
    with (disk / "plein").open("wb", buffering=0) as file:
        while True:
            try:
                file.write(block)
            except OSError:
                block = block[: len(block) // 2]
                if not block:
                    return


def test_full_disk_is_told_and_nothing_is_lost(prepared, small_disk):
    subprocess.run(["cp", "-a", str(prepared.home), str(small_disk / "home")], check=True)
    installation = Installation(small_disk / "home")
    with embedded.running(installation.home):
        writer = Writer(installation.home)
        writer.start()
        _wait_for(lambda: len(writer.acknowledged) > 50)
        writer.finish()
    _fill(small_disk)
    for arguments in (("demo", "--port", "0"), ("backup",), ("check",)):
        done = installation.run(*arguments)
        assert done.returncode == runtime.NOT_READY
        assert "est plein" in done.stderr
        assert "Traceback" not in done.stderr
    (small_disk / "plein").unlink()
    with installation.demo():
        assert writer.lost() == set()


def test_disk_full_while_it_works_loses_nothing_acknowledged(prepared, small_disk):
    subprocess.run(["cp", "-a", str(prepared.home), str(small_disk / "home")], check=True)
    installation = Installation(small_disk / "home")
    with installation.demo() as demo:
        writer = Writer(installation.home)
        _fill(small_disk)
        writer.start()
        time.sleep(3)
        (small_disk / "plein").unlink()
        demo.wait_until_well()
        before = len(writer.acknowledged)
        _wait_for(lambda: len(writer.acknowledged) > before + 50)
        writer.finish()
        assert writer.lost() == set()


def _wait_for(condition, patience: float = 120) -> None:
    deadline = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.1)
