import fcntl
import ipaddress
import os
import sys
import time
from contextlib import contextmanager

from beffroi.config import env, preparation, processes, runtime, supervise

DESCRIPTION = """Montre la plateforme avec un territoire de démonstration : la base, les données, le site, le worker.

Tout est préparé la première fois, puis gardé : la fois suivante démarre en quelques secondes. Ctrl-C arrête tout."""


def configure(parser):
    parser.add_argument("--port", type=int, metavar="N", default=env.number("PORT", 8000), help="port d’écoute (8000)")
    parser.add_argument(
        "--host", metavar="ADRESSE", default=env.text("HOST", "127.0.0.1"), help="adresse d’écoute (127.0.0.1)"
    )
    parser.add_argument("--reset", action="store_true", help="effacer la démonstration et la recommencer")


def run(options):
    home = env.home()
    home.mkdir(parents=True, exist_ok=True)
    address = f"http://{'127.0.0.1' if options.host in {'0.0.0.0', '::'} else options.host}:{options.port}"  # noqa: S104
    os.environ["BEFFROI_DEMO"] = "1"
    os.environ.setdefault("BEFFROI_SITE_URL", address)
    if not _is_loopback(options.host):
        os.environ.setdefault("BEFFROI_ALLOWED_HOSTS", "*")
        print(
            f"Attention : la démonstration sera visible de tout le réseau ({options.host}), avec des mots de passe "
            "connus de tous. N’y mettez aucune donnée réelle.",
            file=sys.stderr,
        )
    with _only_one(home, address) as lock, runtime.database():
        record = home / "demo.json"
        processes.clear_leftovers(record)
        processes.require_free_port(options.host, options.port)
        accounts = _prepare(home, options.reset)
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        supervise.become(
            supervise.Plan(
                record=str(record),
                welcome=_welcome(address, accounts),
                host=options.host,
                port=options.port,
                web=2,
                concurrency=2,
                wait=True,
                keep=(lock.fileno(),),
            )
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _only_one(home, address):
    """Two demonstrations in one home would share everything: the second one is told where the first is."""
    with open(home / "demo.lock", "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            lock.seek(0)
            where = lock.read().strip() or address
            raise runtime.Failure(
                f"La démonstration tourne déjà : {where}. Arrêtez-la d’abord par Ctrl-C, ou lancez celle-ci dans un "
                "autre dossier avec BEFFROI_HOME.",
                runtime.NOT_READY,
            ) from fault

        yield lock


def _prepare(home, reset: bool) -> list[dict[str, str]]:
    """Bring everything to the level of the code; nothing to do when nothing changed since the last time."""
    if not reset:
        kept = preparation.read_prepared(home)
        if kept:
            return kept["accounts"]
    runtime.setup_django()
    from django.db import connections

    from beffroi.shared.accounts.demo import demo_accounts

    if reset:
        _reset(home)
    started = time.monotonic()
    print("Préparation de la base de données…", flush=True)
    preparation.migrate()
    print("Chargement du territoire de démonstration…", flush=True)
    preparation.load_demonstration()
    print("Fichiers statiques…", flush=True)
    preparation.collect_static()
    accounts = demo_accounts()
    connections.close_all()
    preparation.write_prepared(home, accounts=accounts)
    print(f"Prêt en {time.monotonic() - started:.0f} s.", flush=True)
    return accounts


def _reset(home) -> None:
    from django.db import connection, connections

    tables = connection.introspection.table_names()
    if "kernel_entry" in tables and not preparation.is_demonstration():
        raise runtime.Failure(
            "Cette base n’est pas une démonstration : --reset refuse de l’effacer. Lancez la démonstration ailleurs, "
            "avec BEFFROI_HOME."
        )
    connections.close_all()
    preparation.empty(home)


def _welcome(address: str, accounts: list[dict[str, str]]) -> str:
    lines = [
        "",
        "Beffroi est prêt.",
        f"  Le portail       {address}/",
        f"  Le bureau        {address}/bureau/",
        f"  Le terrain       {address}/terrain/",
        f"  L’état de santé  {address}/sante/",
    ]
    if accounts:
        width = max(len(account["email"]) for account in accounts)
        lines += ["", f"Comptes de démonstration (mot de passe : {accounts[0]['password']})"]
        lines += [f"  {account['email']:<{width}}  {account['label']}" for account in accounts]
        lines.append(f"  Les agents ont aussi un code, qui change : {address}/demo/codes/")
    return "\n".join([*lines, "", "Ctrl-C arrête tout."])
