from beffroi.config import runtime

DESCRIPTION = "Ouvre une console Python où les modèles de l’installation sont déjà importés."


def configure(parser):
    parser.add_argument("-c", "--command", help="exécuter cette ligne de Python au lieu d’ouvrir la console")


def run(options):
    from django.core.management import call_command

    with runtime.installation():
        call_command("shell", *(["--command", options.command] if options.command else []))
    return runtime.OK
