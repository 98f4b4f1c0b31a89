from pathlib import Path

from beffroi.config import runtime

DESCRIPTION = """Importe les adresses d’un fichier CSV de la Base Adresse Nationale, compressé (.gz) ou non.

Seules celles des communes du territoire sont gardées ; un nouvel import remplace les précédentes."""


def configure(parser):
    parser.add_argument("action", choices=["import"], help="importer")
    parser.add_argument("files", nargs="+", type=Path, metavar="FICHIER", help="un fichier par département")


def run(options):
    with runtime.installation():
        from django.core.management import CommandError, call_command

        try:
            call_command("import_addresses", *map(str, options.files))
        except CommandError as fault:
            raise runtime.Failure(str(fault)) from fault
    return runtime.OK
