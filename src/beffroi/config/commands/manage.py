import os

from beffroi.config import runtime

DESCRIPTION = "Lance une commande de Django dans l’installation, par exemple « ./beffroi manage makemigrations »."


def configure(parser):
    parser.add_argument("rest", nargs="*", help="la commande de Django et ses arguments")


def run(options):
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "beffroi.config.settings")
    with runtime.database():
        execute_from_command_line(["./beffroi manage", *options.rest])
    return runtime.OK
