import contextlib
import errno
import json
import os
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from beffroi.config import archive, dump, env, runtime

DESCRIPTION = """Sauvegarde la base de données, les fichiers et les clés dans une archive vérifiable.

Le site peut rester ouvert pendant ce temps. L’archive contient des données personnelles et les clés de
l’installation : gardez-la dans un lieu sûr, hors de cette machine."""

PATTERN = "beffroi-*.tar"


def configure(parser):
    parser.add_argument(
        "target", nargs="?", type=Path, default=env.home() / "backups", help="dossier ou fichier (backups/ du dossier)"
    )
    parser.add_argument("--keep", type=int, metavar="N", help="ne garder que les N dernières archives du dossier")


def run(options):
    now = datetime.now(UTC)
    target = options.target
    if target.suffix != ".tar":
        target = target / f"beffroi-{now:%Y-%m-%dT%H%M%SZ}.tar"
    with runtime.installation(migrated=False), _said_plainly(target):
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        writer = archive.Writer(target)
        try:
            count = _fill(writer, now)
        except BaseException:
            writer.abandon()
            raise
        _remember(now, target)
    if options.keep:
        for old in sorted(target.parent.glob(PATTERN))[: -options.keep]:
            old.unlink()
    print(f"Sauvegarde faite : {target} ({target.stat().st_size / 1e6:.1f} Mo, {count} fichiers).")
    return runtime.OK


def _fill(writer: archive.Writer, now: datetime) -> int:
    """Database first: the files that it names are never removed within the day, so each of them is in the archive."""
    from beffroi.config import cli, stores

    with tempfile.TemporaryDirectory(dir=writer.path.parent, prefix=".dump-") as folder:
        database = Path(folder) / archive.DUMP
        dump.write(database)
        with database.open("rb") as content:
            writer.add(archive.DUMP, content, database.stat().st_size)
    count = 0
    for store in stores.all_stores():
        for name in store.names():
            # A file that is replaced or removed meanwhile belongs to the next backup.
            with contextlib.suppress(FileNotFoundError):
                kept, size = store.open(name)
                with kept:
                    writer.add(f"files/{store.alias}/{name}", kept, size)
                count += 1
    for pattern in archive.KEYS:
        for key in sorted(env.home().glob(pattern)):
            with key.open("rb") as content:
                writer.add(f"keys/{key.name}", content, key.stat().st_size)
    writer.finish(made_at=now.isoformat(), beffroi=cli.beffroi_version(), migrations=applied_migrations())
    return count


def applied_migrations() -> list[str]:
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _remember(now: datetime, target: Path) -> None:
    from beffroi.kernel.health import BACKUP_RECORD

    draft = env.home() / f".{BACKUP_RECORD}"
    draft.write_text(json.dumps({"at": now.isoformat(), "archive": str(target)}))
    draft.replace(env.home() / BACKUP_RECORD)


@contextlib.contextmanager
def _said_plainly(target: Path):
    try:
        yield
    except OSError as fault:
        if fault.errno == errno.ENOSPC:
            free = shutil.disk_usage(target.parent).free >> 20
            raise runtime.Failure(
                f"Le disque de {target.parent} est plein ({free} Mo libres) : aucune archive n’a été gardée. Libérez "
                "de la place, ou donnez un autre dossier.",
                runtime.NOT_READY,
            ) from fault
        if fault.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise runtime.Failure(
                f"Vous n’avez pas le droit d’écrire dans {target.parent} (utilisateur {os.geteuid()}).",
                runtime.NOT_READY,
            ) from fault
        raise
