"""The command line, once the environment is there: `./beffroi VERB …`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from beffroi.config import env, french, runtime

VERBS = (
    ("demo", "montrer la plateforme avec un territoire de démonstration"),
    ("init", "créer une installation vide pour un EPCI de France"),
    ("migrate", "mettre la base et les fichiers statiques au niveau de cette version"),
    ("serve", "servir le site"),
    ("worker", "exécuter les tâches de fond (messages, nuit)"),
    ("check", "vérifier l’installation, et avec --deploy sa mise en production"),
    ("admin", "créer un compte d’administrateur"),
    ("backup", "sauvegarder la base et les fichiers dans une archive"),
    ("restore", "remettre une sauvegarde en place"),
    ("addresses", "importer les adresses de la Base Adresse Nationale"),
    ("files", "ramasser les fichiers que plus rien ne désigne"),
    ("journal", "prouver que le journal n’a pas été altéré"),
    ("modules", "montrer les modules installés"),
    ("test", "lancer tous les tests"),
    ("shell", "ouvrir une console Python dans l’installation"),
    ("manage", "lancer une commande de Django (pour qui développe)"),
)

EPILOGUE = f"""\
codes de sortie :
  {runtime.OK}    tout s’est bien passé
  {runtime.FAILED}    la vérification ou l’opération a échoué
  {runtime.BAD_USAGE}    la commande est mal écrite
  {runtime.NOT_READY}    quelque chose d’extérieur manque (réseau, disque, port, base)
  {runtime.INTERRUPTED}  interrompu au clavier

Toutes les données sont dans {env.home()} (variable BEFFROI_HOME).
Les variables d’environnement sont décrites dans docs/exploitation.md."""


def beffroi_version() -> str:
    try:
        return version("beffroi")
    except PackageNotFoundError:
        import tomllib

        return tomllib.loads((env.PROJECT / "pyproject.toml").read_text())["project"]["version"]


def build_parser(only: str = "") -> argparse.ArgumentParser:
    """The parser of every verb; with `only`, the details of that verb alone are loaded."""
    french.install()
    parser = argparse.ArgumentParser(
        prog="./beffroi",
        description="Beffroi, la plateforme numérique libre d’une communauté de communes.",
        epilog=EPILOGUE,
        formatter_class=french.HelpFormatter,
    )
    version_help = "montrer la version et s’arrêter"
    parser.add_argument("--version", action="version", version=f"Beffroi {beffroi_version()}", help=version_help)
    verbs = parser.add_subparsers(dest="verb", metavar="VERBE", title="verbes", required=True)
    for verb, help_text in VERBS:
        sub = verbs.add_parser(verb, help=help_text, formatter_class=french.HelpFormatter, add_help=verb != "manage")
        if verb == only:
            command = import_module(f"beffroi.config.commands.{verb}")
            sub.description = command.DESCRIPTION
            sub.set_defaults(run=command.run)
            command.configure(sub)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    verb = next((a for a in arguments if not a.startswith("-")), "")
    if not arguments:
        build_parser().print_help()
        return runtime.BAD_USAGE
    parser = build_parser(verb)
    rest = arguments[1:]
    if arguments[0] == verb == "manage" or (arguments[0] == verb == "test" and not {"-h", "--help"} & set(rest)):
        options = argparse.Namespace(rest=rest, run=import_module(f"beffroi.config.commands.{verb}").run)
    else:
        options = parser.parse_args(arguments)
    # A polite stop ends the verb as Ctrl-C does, so that what it started is stopped too.
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return options.run(options)
    except runtime.Failure as failure:
        print(f"\n{failure}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        print("\nInterrompu.", file=sys.stderr)
        return runtime.INTERRUPTED


def _interrupt(_number, _frame):
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
