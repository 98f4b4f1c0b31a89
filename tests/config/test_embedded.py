"""The embedded PostgreSQL, really started, killed and started again."""

import os
import pwd
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from beffroi.config import embedded, env


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "a home"
    yield home
    embedded.Server(home).stop()


def _lent() -> set[int]:
    """The users that root may lend the server to."""
    return {entry.pw_uid for entry in pwd.getpwall() if entry.pw_name in {"postgres", "nobody"}}


def _add_line(home: Path) -> None:
    with psycopg.connect(embedded.url(home)) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (moment timestamptz DEFAULT now())")
        connection.execute("INSERT INTO kept DEFAULT VALUES")


def _lines(home: Path) -> int:
    with psycopg.connect(embedded.url(home)) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def _wait_until(condition, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_server_new_home_folds_accents_and_writes_safely(home):
    with embedded.running(home), psycopg.connect(embedded.url(home)) as connection:
        assert connection.execute("SELECT lower('ÉÀÇ'), current_setting('fsync')").fetchone() == ("éàç", "on")


def test_server_second_user_leaves_first_still_served(home):
    with embedded.running(home):
        with embedded.running(home):
            pass
        assert embedded.Server(home).answers()
    assert not embedded.Server(home).answers()


def test_server_killed_user_does_not_keep_it_running(home):
    code = (
        "import sys, time, pathlib\nfrom beffroi.config import embedded\n"
        "with embedded.running(pathlib.Path(sys.argv[1])): print('ready', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(home)],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(env.PROJECT / "src")},
    ) as user:
        assert user.stdout.readline() == b"ready\n"
        user.kill()
    assert embedded.Server(home).answers()
    with embedded.running(home):
        pass
    assert not embedded.Server(home).answers()


def test_server_killed_starts_again_with_all_that_was_committed(home):
    server = embedded.Server(home)
    server.start()
    _add_line(home)
    os.kill(server.pid(), signal.SIGKILL)
    server.start()
    assert _lines(home) == 1


def test_server_lock_of_a_killed_one_with_a_reused_number_starts_again(home):
    server = embedded.Server(home)
    server.start()
    _add_line(home)
    os.kill(server.pid(), signal.SIGKILL)
    _wait_until(lambda: not server._processes())
    with subprocess.Popen(["sleep", "60"], user=server.data.stat().st_uid) as stranger:
        for lock in (server.data / "postmaster.pid", server.sockets / ".s.PGSQL.5432.lock"):
            lines = lock.read_text().splitlines(keepends=True)
            lock.write_text(f"{stranger.pid}\n" + "".join(lines[1:]))
        server.start()
        assert _lines(home) == 1
        assert stranger.poll() is None
        stranger.kill()


def test_server_frozen_is_reported_and_left_alone(home, monkeypatch):
    server = embedded.Server(home)
    server.start()
    pid = server.pid()
    os.kill(pid, signal.SIGSTOP)
    monkeypatch.setattr(embedded, "START_TIMEOUT", 0.5)
    with pytest.raises(embedded.ServerError, match=f"sans répondre .processus .*{pid}"):
        server.start()
    os.kill(pid, signal.SIGCONT)
    assert server.pid() == pid


def test_server_interrupted_creation_starts_anew(home):
    (home / "postgres.new" / "base").mkdir(parents=True)
    with embedded.running(home) as server:
        assert server.answers()
    assert not (home / "postgres.new").exists()


def test_server_full_disk_says_so(home, monkeypatch):
    monkeypatch.setattr(embedded, "ROOM_TO_CREATE", 1 << 60)
    with pytest.raises(embedded.ServerError, match="est plein.*BEFFROI_HOME"):
        embedded.Server(home).start()


def test_server_data_of_another_version_is_refused(home):
    with embedded.running(home) as server:
        pass
    (server.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(embedded.ServerError, match="PostgreSQL 17"):
        server.start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends the server to another user")
def test_server_of_root_in_a_closed_folder_runs_as_another_user(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with embedded.running(closed / "home") as server:
        status = Path(f"/proc/{server.pid()}/status").read_text()
    assert "Uid:\t0" not in status
    assert closed.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may create files for somebody else")
@pytest.mark.parametrize(("owner", "expected"), [(2, {2}), (54321, _lent())])
def test_server_of_root_in_the_home_of_another_runs_as_its_owner_if_it_has_a_name(tmp_path, owner, expected):
    home = tmp_path / "home"
    home.mkdir()
    os.chown(home, owner, owner)
    with embedded.running(home) as server:
        assert server.data.stat().st_uid in expected


def test_url_home_with_a_long_path_stays_short_enough_for_a_socket(tmp_path):
    home = tmp_path / ("x" * 90)
    with embedded.running(home), psycopg.connect(embedded.url(home)) as connection:
        assert connection.info.dbname == "beffroi"
