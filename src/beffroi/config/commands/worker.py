from beffroi.config import env, runtime, supervise

DESCRIPTION = """Exécute les tâches de fond : messages à envoyer, sceau du journal, durées de conservation, indicateurs.

Plusieurs workers peuvent tourner en même temps, sur plusieurs machines : chaque tâche n’est prise qu’une fois."""


def configure(parser):
    number = env.number("WORKER_CONCURRENCY", 2)
    parser.add_argument("--concurrency", type=int, metavar="N", default=number, help="tâches menées de front (2)")


def run(options):
    with runtime.installation():
        record = str(env.home() / "worker.json")
        supervise.become(
            supervise.Plan(record=record, welcome="Le worker attend des tâches.", concurrency=options.concurrency)
        )
