"""A backup put back elsewhere gives the same installation: rows, files, keys; nothing is ever overwritten unasked."""

import os
import subprocess

import psycopg
import pytest

from beffroi.config import embedded, runtime
from tests.config.installations import Installation, free_port

pytestmark = pytest.mark.slow

COUNTS = """
SELECT (SELECT count(*) FROM kernel_entry), (SELECT count(*) FROM kernel_user), (SELECT count(*) FROM files_blob)
"""


def _counts(installation: Installation) -> tuple:
    with embedded.running(installation.home), psycopg.connect(embedded.url(installation.home)) as connection:
        return connection.execute(COUNTS).fetchone()


def _files(folder) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def saved(demonstration, folder):
    """The archive of a demonstration."""
    done = demonstration.run("backup", folder / "sauvegardes")
    assert done.returncode == 0, done.stderr
    (archive,) = (folder / "sauvegardes").glob("*.tar")
    assert f"Sauvegarde faite : {archive}" in done.stdout
    return archive


def test_backup_restored_elsewhere_gives_the_same_rows_files_and_keys(demonstration, saved, folder):
    other = Installation(folder / "autre")
    done = other.run("restore", saved)
    assert done.returncode == 0, done.stderr
    assert _counts(other) == _counts(demonstration)
    assert _counts(other)[2] >= 1
    assert _files(other.home / "files") == _files(demonstration.home / "files") != {}
    assert (other.home / "secret_key").read_text() == (demonstration.home / "secret_key").read_text()
    assert (other.home / "secret_key").stat().st_mode & 0o777 == 0o600
    contents = len(_files(other.home / "files"))
    checked = other.run("files", "check")
    assert f"{contents} contenus vérifiés, 0 inconnus" in checked.stdout
    with other.demo() as demo:
        assert demo.status("/") == 200


def test_restore_of_a_filled_installation_needs_force(demonstration, saved):
    with embedded.running(demonstration.home), psycopg.connect(embedded.url(demonstration.home)) as connection:
        connection.execute("CREATE TABLE essai ()")
    (demonstration.home / "files" / "depuis").write_bytes(b"un fichier venu depuis")
    refused = demonstration.run("restore", saved)
    assert refused.returncode == runtime.FAILED
    assert "--force" in refused.stderr
    assert (demonstration.home / "files" / "depuis").exists()
    done = demonstration.run("restore", "--force", saved)
    assert done.returncode == 0, done.stderr
    assert not (demonstration.home / "files" / "depuis").exists()
    with embedded.running(demonstration.home), psycopg.connect(embedded.url(demonstration.home)) as connection:
        assert connection.execute("SELECT to_regclass('essai')").fetchone() == (None,)


def test_restore_of_a_damaged_archive_touches_nothing(demonstration, saved):
    before = _counts(demonstration), _files(demonstration.home / "files")
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(content)
    done = demonstration.run("restore", "--force", saved)
    assert done.returncode == runtime.FAILED
    assert "abîmée" in done.stderr
    assert (_counts(demonstration), _files(demonstration.home / "files")) == before


def test_restore_while_the_site_runs_is_refused(demonstration, saved):
    with demonstration.demo() as demo:
        done = demonstration.run("restore", "--force", saved)
        assert done.returncode == runtime.FAILED
        assert "arrêtez d’abord le site" in done.stderr
        assert demo.status("/") == 200


def test_backup_keeps_the_last_ones_only(demonstration, saved):
    for name in ("beffroi-2020-01-01T000000Z.tar", "beffroi-2021-01-01T000000Z.tar"):
        (saved.parent / name).write_bytes(b"")
    done = demonstration.run("backup", "--keep", "2", saved.parent)
    assert done.returncode == 0, done.stderr
    kept = sorted(path.name for path in saved.parent.glob("*.tar"))
    assert len(kept) == 2
    assert saved.name in kept


@pytest.fixture
def bucket():
    """The variables of a bucket of a real S3 server."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    keys = {"aws_access_key_id": "essai", "aws_secret_access_key": "essai", "region_name": "eu-west-3"}
    client = boto3.client("s3", endpoint_url=address, **keys)
    client.create_bucket(Bucket="territoire", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    yield {
        "BEFFROI_S3_BUCKET": "territoire",
        "BEFFROI_S3_ENDPOINT": address,
        "BEFFROI_S3_REGION": "eu-west-3",
        "BEFFROI_S3_ACCESS_KEY": "essai",
        "BEFFROI_S3_SECRET_KEY": "essai",
    }
    server.stop()


def test_backup_moves_files_from_the_disk_to_s3_and_back(demonstration, saved, folder, bucket):
    remote = Installation(folder / "distante", bucket)
    done = remote.run("restore", saved)
    assert done.returncode == 0, done.stderr
    assert not _files(remote.home / "files") if (remote.home / "files").exists() else True
    kept = len(_files(demonstration.home / "files"))
    assert f"{kept} contenus vérifiés" in remote.run("files", "check").stdout
    assert "le compartiment S3 « territoire » s’écrit et se lit" in remote.run("check").stdout
    assert remote.run("backup", folder / "distantes").returncode == 0
    (archive,) = (folder / "distantes").glob("*.tar")
    home = Installation(folder / "retour")
    done = home.run("restore", archive)
    assert done.returncode == 0, done.stderr
    assert _files(home.home / "files") == _files(demonstration.home / "files")


@pytest.fixture
def external(folder):
    """A PostgreSQL server of its own, reached by TCP and password as one on another machine would be."""
    import shutil

    binaries, data, port = embedded.binaries(), folder / "externe", free_port()
    user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    data.mkdir()
    if user:
        shutil.chown(data, "nobody", "nogroup")
    (folder / "mot").write_text("secret\n")
    (folder / "mot").chmod(0o644)
    command = [binaries / "initdb", "-D", data, "-U", "beffroi", "-E", "UTF8", "--locale=C", "--pwfile", folder / "mot"]
    subprocess.run([*command, "-A", "scram-sha-256"], check=True, capture_output=True, cwd="/", **user)
    options = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories="
    control = [binaries / "pg_ctl", "-D", data, "-w", "-l", data / "log"]
    subprocess.run([*control, "-o", options, "start"], check=True, cwd="/", stdout=subprocess.DEVNULL, **user)
    url = f"postgresql://beffroi:secret@127.0.0.1:{port}"
    with psycopg.connect(f"{url}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE territoire")
    yield f"{url}/territoire"
    subprocess.run([*control, "-m", "immediate", "stop"], check=False, cwd="/", stdout=subprocess.DEVNULL, **user)


def test_external_server_holds_an_installation_and_takes_a_backup(saved, folder, external):
    remote = Installation(folder / "distante", {"DATABASE_URL": external})
    done = remote.run("restore", saved)
    assert done.returncode == 0, done.stderr
    assert not (remote.home / "postgres").exists()
    with remote.demo() as demo:
        assert demo.status("/") == 200
        with psycopg.connect(external) as connection:
            pooled = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = 'territoire' AND backend_type = 'client backend'"
            ).fetchone()[0]
        assert 3 <= pooled <= 20
    assert remote.run("backup", folder / "distantes").returncode == 0


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(("secret", "faux"), "mot de passe est refusé"), (("/territoire", "/absente"), "n’existe pas encore")],
)
def test_external_server_that_refuses_is_told(folder, external, change, sentence):
    done = Installation(folder / "distante", {"DATABASE_URL": external.replace(*change)}).run("check")
    assert done.returncode == runtime.NOT_READY
    assert sentence in done.stderr
