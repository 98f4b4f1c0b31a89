"""Bringing an installation to the level of the code: database, static files, demonstration data."""

import contextlib
import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

from beffroi.config import env, runtime

STATIC_STAMP = ".beffroi"
PREPARED = "prepared.json"


def migrate() -> None:
    """Apply the missing migrations, then what each part completes by itself after them."""
    from django.core.management import call_command

    if not runtime.pending_migrations():
        return
    if has_tables():
        call_command("migrate", verbosity=0, interactive=False)
        return
    with _each_model_alone():
        _migrate_others_first()
        call_command("migrate", verbosity=0, interactive=False)


@contextlib.contextmanager
def _each_model_alone() -> Iterator[None]:
    """Let a step of a migration make again the model that it changes, and no other, while an empty database is filled.

    Django makes again every model that a relation leads to, that is almost all of them at each of a thousand steps. A
    schema needs none of it but for a primary key that changes its type, and Python code run by a migration gets them
    all anew (`ProjectState.clear_delayed_apps_cache`). A test compares the schema with what Django makes by itself.
    """
    from django.db.migrations.state import ProjectState

    def itself(state: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[tuple[str, str]]:
        state.is_delayed = True
        return {(app_label, model_name)}

    with mock.patch.object(ProjectState, "_find_reload_model", itself):
        yield


def _migrate_others_first() -> None:
    """Create the tables of our dependencies in an empty database before our own.

    Django makes every model again for the Python code that a migration runs: theirs goes quicker without our models.
    """
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from beffroi.kernel import modules

    ours = {config.label for config, _module in modules.installed()}
    executor = MigrationExecutor(connection)
    executor.migrate([last for last in executor.loader.graph.leaf_nodes() if last[0] not in ours])


def has_tables() -> bool:
    """Whether the database was ever filled, by any version."""
    from django.db import connection

    return "django_migrations" in connection.introspection.table_names()


def static_is_stale() -> bool:
    """Whether `collect_static` has something to do."""
    from django.conf import settings

    stamp = Path(settings.STATIC_ROOT) / STATIC_STAMP
    return not stamp.is_file() or stamp.read_text() != _static_fingerprint()


def collect_static() -> bool:
    """Gather the static files when ours or the dependencies changed; True when it was done.

    Those of the version before are kept: a page still open somewhere may ask for them.
    """
    from django.conf import settings
    from django.core.management import call_command

    if not static_is_stale():
        return False
    root = Path(settings.STATIC_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    (root / STATIC_STAMP).write_text(_static_fingerprint())
    return True


def _static_fingerprint() -> str:
    from django.conf import settings

    digest = hashlib.sha256((env.PROJECT / "requirements.lock").read_bytes())
    digest.update("\n".join([*settings.INSTALLED_APPS, settings.STORAGES["staticfiles"]["BACKEND"]]).encode())
    for path in sorted((env.PROJECT / "src").glob("beffroi/**/static/**/*")):
        if path.is_file():
            digest.update(str(path.relative_to(env.PROJECT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def load_demonstration() -> None:
    """Load the demonstration data of every part, in their order. Refuses an installation that is in use.

    What shows that a database is a demonstration is a line of its journal, written before anything else.
    """
    from django.contrib.contenttypes.models import ContentType
    from django.db import transaction
    from django.utils.module_loading import import_string

    from beffroi.kernel import journal, modules, search
    from beffroi.shared.organisations.models import Organisation

    if not is_demonstration():
        if Organisation.objects.exists():
            raise runtime.Failure(
                "Cette base contient une vraie installation : la démonstration n’y touche pas. Lancez-la ailleurs, "
                "par exemple : BEFFROI_HOME=/tmp/beffroi-demo ./beffroi demo"
            )
        with transaction.atomic():
            journal.record(DEMONSTRATION, ContentType.objects.get_for_model(Organisation), actor=None)
    for module in sorted((module for _config, module in modules.installed()), key=lambda part: part.demo_order):
        if module.demo:
            import_string(module.demo)()
    search.learn_words()  # otherwise a mistyped word finds nothing before the first night


DEMONSTRATION = "organisations.demonstration_started"


def is_demonstration() -> bool:
    """Whether the database was filled by `demo`."""
    from beffroi.kernel.models import Entry

    return Entry.objects.filter(verb=DEMONSTRATION).exists()


def empty(home: Path) -> None:
    """Erase the database and the files, down to the last table. For a demonstration only: the caller has checked."""
    with runtime.connect(autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    shutil.rmtree(home / "media", ignore_errors=True)
    (home / PREPARED).unlink(missing_ok=True)


def code_fingerprint() -> str:
    """Changes when any file of the sources, or a dependency, does. Reads no content, so it takes no time."""
    digest = hashlib.sha256((env.PROJECT / "requirements.lock").read_bytes())
    for path in sorted((env.PROJECT / "src").rglob("*")):
        if "__pycache__" not in path.parts and path.is_file():
            found = path.stat()
            digest.update(f"{path.relative_to(env.PROJECT)} {found.st_size} {found.st_mtime_ns}\n".encode())
    for name in ("BEFFROI_MODULES", "BEFFROI_DEBUG"):
        digest.update(f"{name}={env.text(name.removeprefix('BEFFROI_'))}".encode())
    return digest.hexdigest()


def database_identity() -> str:
    """Changes when the database is another one, even under the same address."""
    with runtime.connect() as connection:
        row = connection.execute(
            "SELECT system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()), "
            "to_regclass('public.django_migrations')::oid FROM pg_control_system()"
        ).fetchone()
    return " ".join(map(str, row))


def read_prepared(home: Path) -> dict | None:
    """What the last `demo` kept, if neither the code nor the database has changed since."""
    try:
        kept = json.loads((home / PREPARED).read_text())
    except (OSError, ValueError):
        return None
    if kept.get("code") != code_fingerprint() or kept.get("database") != database_identity():
        return None
    return kept


def write_prepared(home: Path, **facts: object) -> None:
    content = {"code": code_fingerprint(), "database": database_identity(), **facts}
    (home / PREPARED).write_text(json.dumps(content, ensure_ascii=False))
