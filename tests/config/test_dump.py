"""A database put back over another one by a server that has few locks: refused, explained, and nothing changed."""

import psycopg
import pytest

from beffroi.config import dump, embedded, runtime

pytestmark = pytest.mark.slow


def _make_tables(address: str, first: int, last: int) -> None:
    """In transactions of 200: one that made them all would itself lack locks."""
    with psycopg.connect(address, autocommit=True) as connection:
        for start in range(first, last + 1, 200):
            numbers = range(start, min(start + 200, last + 1))
            connection.execute("; ".join(f"CREATE TABLE t{number} (n int CHECK (n > 0))" for number in numbers))


@pytest.fixture
def given(tmp_path, monkeypatch):
    """The address of a server with the fewest locks that PostgreSQL allows."""
    monkeypatch.setattr(embedded, "SETTINGS", embedded.SETTINGS | {"max_locks_per_transaction": "10"})
    home = tmp_path / "home"
    with embedded.running(home, durable=False):
        monkeypatch.setenv("DATABASE_URL", embedded.url(home))
        yield embedded.url(home)


def test_lack_of_locks_is_foretold_then_explained_and_changes_nothing(given, tmp_path):
    kept = tmp_path / "kept.dump"
    _make_tables(given, 1, 50)
    dump.write(kept)
    assert dump.has_locks_enough()
    dump.replace(kept, "beffroi-first")
    assert dump.last_mark() == "beffroi-first"

    _make_tables(given, 51, 2000)
    assert not dump.has_locks_enough()
    with pytest.raises(runtime.Failure, match=r"rien n’a été changé(.|\n)*max_locks_per_transaction = 512"):
        dump.replace(kept, "beffroi-second")
    assert dump.last_mark() == "beffroi-first"
    with psycopg.connect(given) as connection:
        assert connection.execute("SELECT to_regclass('t2000') IS NOT NULL").fetchone() == (True,)


def test_embedded_server_has_locks_enough_for_many_more_tables(tmp_path, monkeypatch):
    home = tmp_path / "home"
    with embedded.running(home, durable=False):
        monkeypatch.setenv("DATABASE_URL", embedded.url(home))
        _make_tables(embedded.url(home), 1, 3000)
        dump.write(tmp_path / "kept.dump")
        assert dump.has_locks_enough()
        dump.replace(tmp_path / "kept.dump", "beffroi-whole")
        assert dump.last_mark() == "beffroi-whole"
