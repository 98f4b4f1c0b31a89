from beffroi.config import runtime

DESCRIPTION = """« collect » retire les fichiers que plus rien ne désigne (la même chose se fait seule chaque nuit).
« check » relit chaque fichier et nomme ceux qui manquent ou sont abîmés."""


def configure(parser):
    parser.add_argument("action", choices=["collect", "check"], help="ramasser, ou vérifier")
    parser.add_argument("--dry-run", action="store_true", help="collect : dire ce qui serait retiré, sans rien retirer")
    parser.add_argument("--quick", action="store_true", help="check : comparer les tailles seulement")


def run(options):
    from django.core.management import CommandError, call_command

    with runtime.installation():
        try:
            if options.action == "collect":
                call_command("files_collect", dry_run=options.dry_run)
            else:
                call_command("files_check", quick=options.quick)
        except CommandError as fault:
            raise runtime.Failure(str(fault)) from fault
    return runtime.OK
