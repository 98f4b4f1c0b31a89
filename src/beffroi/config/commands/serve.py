from beffroi.config import env, processes, runtime, supervise

DESCRIPTION = """Sert le site. À mettre derrière un serveur mandataire (nginx, Caddy) qui porte le certificat.

Les tâches de fond ont leur propre commande : ./beffroi worker."""


def configure(parser):
    parser.add_argument(
        "--host", metavar="ADRESSE", default=env.text("HOST", "127.0.0.1"), help="adresse d’écoute (127.0.0.1)"
    )
    parser.add_argument("--port", type=int, metavar="N", default=env.number("PORT", 8000), help="port d’écoute (8000)")
    parser.add_argument(
        "--workers", type=int, metavar="N", default=env.number("WEB_WORKERS", 2), help="nombre de processus (2)"
    )


def run(options):
    processes.require_free_port(options.host, options.port)
    with runtime.database():
        prepare()
        supervise.become(
            supervise.Plan(
                record=str(env.home() / f"serve-{options.port}.json"),
                welcome=f"Beffroi sert http://{options.host}:{options.port}",
                host=options.host,
                port=options.port,
                web=options.workers,
            )
        )


def prepare() -> None:
    """Refuse to serve what would not work: a database of another version, static files that are missing."""
    from beffroi.config import preparation

    runtime.setup_django()
    runtime.require_migrated()
    preparation.collect_static()
