from functools import partial

from beffroi.config import env, runtime
from beffroi.config.supervisor import Supervisor, worker_program

DESCRIPTION = """Exécute les tâches de fond : messages à envoyer, sceau du journal, durées de conservation, indicateurs.

Plusieurs workers peuvent tourner en même temps, sur plusieurs machines : chaque tâche n’est prise qu’une fois."""


def configure(parser):
    number = env.number("WORKER_CONCURRENCY", 2)
    parser.add_argument("--concurrency", type=int, metavar="N", default=number, help="tâches menées de front (2)")


def run(options):
    with runtime.installation() as server:
        record = env.home() / "worker.json"
        supervisor = Supervisor([worker_program(options.concurrency)], record, restart=runtime.is_embedded())
        said = partial(print, "Le worker attend des tâches.", flush=True)
        return supervisor.run(lambda: runtime.revive(server), said)
