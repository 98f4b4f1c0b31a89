from beffroi.config import preparation, runtime

DESCRIPTION = """Crée une installation vide pour une intercommunalité de France : ses communes, leur population, leurs
codes, et leurs contours, lus dans un fichier GeoJSON ou, à défaut, demandés à geo.api.gouv.fr.

Une deuxième exécution met le territoire à jour sans rien effacer."""


def configure(parser):
    parser.add_argument("--siren", metavar="N", help="le SIREN de l’intercommunalité (neuf chiffres)")
    parser.add_argument("--contours", metavar="FICHIER", help="les contours des communes, en GeoJSON")
    parser.add_argument("--hors-ligne", action="store_true", help="ne pas demander les contours au réseau")
    parser.add_argument("--chercher", metavar="NOM", help="chercher le SIREN par le nom, ou celui d’une commune")


def run(options):
    if not options.siren and not options.chercher:
        raise runtime.Failure("Donnez --siren N, ou cherchez-le par --chercher NOM.", runtime.BAD_USAGE)
    with runtime.installation(migrated=False):
        from django.core.management import CommandError, call_command

        preparation.migrate()
        if preparation.is_demonstration():
            raise runtime.Failure(
                "Cette base contient la démonstration. Créez la vraie installation dans un autre dossier "
                "(BEFFROI_HOME) ou une autre base (DATABASE_URL)."
            )
        asked = {"siren": options.siren, "contours": options.contours, "chercher": options.chercher}
        try:
            call_command("init_territory", hors_ligne=options.hors_ligne, **asked)
        except CommandError as fault:
            raise runtime.Failure(str(fault)) from fault
        preparation.collect_static()
    if not options.chercher:
        print("Créez maintenant le compte de l’administrateur : ./beffroi admin ADRESSE")
    return runtime.OK
