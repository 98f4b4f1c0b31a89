import json
import shutil
import tempfile
import uuid
from pathlib import Path

from beffroi.config import archive, dump, env, preparation, runtime

DESCRIPTION = """Remet en place une sauvegarde faite par « ./beffroi backup » : base, fichiers et clés.

L’archive est d’abord relue en entier : une archive abîmée est refusée sans que rien ne soit touché. Une installation
qui contient déjà des données n’est remplacée qu’avec --force ; les anciennes restent jusqu’à la réussite."""

RECORD = "restore.json"


def configure(parser):
    parser.add_argument("archive", type=Path, help="l’archive à remettre en place")
    parser.add_argument("--force", action="store_true", help="remplacer les données présentes")
    parser.add_argument("--verify", action="store_true", help="vérifier l’archive, sans rien remettre en place")


def run(options):
    manifest = archive.verify(options.archive)
    made_at = manifest["made_at"][:16].replace("T", " ")
    if options.verify:
        print(f"L’archive est entière : {len(manifest['members'])} éléments, faite le {made_at} (UTC).")
        return runtime.OK
    with runtime.installation(migrated=False):
        finish_interrupted()
        _require_known(manifest)
        if _is_filled() and not options.force:
            raise runtime.Failure(
                "Cette installation contient déjà des données : rien n’a été touché. Faites d’abord une sauvegarde, "
                "puis ajoutez --force pour les remplacer."
            )
        _require_alone()
        with tempfile.TemporaryDirectory(dir=env.home(), prefix=".restore-") as folder:
            _restore(options.archive, Path(folder))
        preparation.migrate()
        preparation.collect_static()
    print(f"Sauvegarde du {made_at} (UTC) remise en place : {len(manifest['members'])} éléments vérifiés.")
    return runtime.OK


def _require_known(manifest: dict) -> None:
    from django.db.migrations.loader import MigrationLoader

    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    unknown = sorted(set(manifest["migrations"]) - known)
    if unknown:
        raise runtime.Failure(
            f"Cette sauvegarde vient d’une version plus récente, ou d’une installation qui a d’autres modules "
            f"({', '.join(unknown[:3])}). Mettez Beffroi à jour ou complétez BEFFROI_MODULES. Rien n’a été touché."
        )


def _is_filled() -> bool:
    from beffroi.config import stores

    with runtime.connect() as connection:
        for table in ("kernel_user", "organisations_organisation", "kernel_entry"):
            exists = connection.execute("SELECT to_regclass(%s)", [f"public.{table}"]).fetchone()[0]
            if exists and connection.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone()[0]:  # noqa: S608
                return True
    return any(next(store.names(), None) for store in stores.all_stores())


def _require_alone() -> None:
    from django.db import connections

    connections.close_all()
    for connection in connections.all(initialized_only=True):
        connection.close_pool()  # type: ignore[attr-defined]
    with runtime.connect() as connection:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        ).fetchone()[0]
    if others:
        raise runtime.Failure(
            f"La base est utilisée ({others} connexion(s)) : arrêtez d’abord le site et les workers, puis recommencez."
        )


def _restore(source: Path, folder: Path) -> None:
    """Everything is laid aside first; then the database changes in one transaction, and the files by renaming.

    A record kept meanwhile lets `finish_interrupted` end the work, or undo it, after a kill or a power cut.
    """
    mark = f"beffroi-{uuid.uuid4().hex}"
    record = env.home() / RECORD
    places = _places(mark)
    roots = [str(root) for root in _roots()]
    record.write_text(json.dumps({"mark": mark, "folders": roots}))
    try:
        _lay_aside(source, folder, places, mark)
        dump.replace(folder / archive.DUMP, mark)
    except BaseException:
        finish_interrupted()
        raise
    finish_interrupted()


def _roots() -> list[Path]:
    """The folders of the stores that lie in no other one."""
    from beffroi.config import stores

    folders = {store.folder for store in stores.all_stores() if store.folder}
    return sorted(folder for folder in folders if not folders & set(folder.parents))


def _places(mark: str) -> dict[str, Path]:
    """Where the files of each local store are laid aside: inside its own folder, which may be a disk of its own."""
    from beffroi.config import stores

    places = {}
    for store in stores.all_stores():
        for root in _roots():
            if store.folder and store.folder.is_relative_to(root):
                places[store.alias] = root / f".new-{mark}" / store.folder.relative_to(root)
    return places


def _lay_aside(source: Path, folder: Path, places: dict[str, Path], mark: str) -> None:
    """Write the content of the archive beside its final places; what a remote store keeps is written there at once."""
    from beffroi.config import stores

    by_alias = {store.alias: store for store in stores.all_stores()}
    for root in _roots():
        (root / f".new-{mark}").mkdir(parents=True)
    for name, content in archive.members(source):
        kind, _, rest = name.partition("/")
        alias, _, path = rest.partition("/")
        if name == archive.DUMP:
            _write(folder / name, content)
        elif kind == "keys":
            _write(env.home() / f".new-{mark}" / rest, content, mode=0o600)
        elif kind == "files" and alias in places:
            _write(places[alias] / path, content)
        elif kind == "files":
            by_alias.get(alias, by_alias["default"]).put(path, content)


def _write(path: Path, content, mode: int = 0o640) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as output:
        shutil.copyfileobj(content, output, archive.CHUNK)
    path.chmod(mode)


def finish_interrupted() -> None:
    """End a restoration that was interrupted: complete it if the database had changed, forget it otherwise."""
    record = env.home() / RECORD
    try:
        kept = json.loads(record.read_text())
    except (OSError, ValueError):
        return
    mark, roots = kept["mark"], [Path(root) for root in kept["folders"]]
    if dump.last_mark() == mark:
        for root in roots:
            _exchange(root, mark)
        keys = env.home() / f".new-{mark}"
        for key in keys.glob("*"):
            key.replace(env.home() / key.name)
    for folder in (*roots, env.home()):
        for leftover in folder.glob(f".*-{mark}"):
            shutil.rmtree(leftover, ignore_errors=True)
    record.unlink()


def _exchange(root: Path, mark: str) -> None:
    """Put the new files in the place of the old ones, step by step so that it can be resumed after any of them."""
    new, ready, before = (root / f".{step}-{mark}" for step in ("new", "ready", "before"))
    if new.exists():
        before.mkdir(exist_ok=True)
        for old in root.iterdir():
            if not old.name.startswith("."):
                old.rename(before / old.name)
        new.rename(ready)
    for item in ready.glob("*"):
        item.rename(root / item.name)
