"""`init_territory --siren N`: an empty real installation for any EPCI of France."""

from django.core.management.base import BaseCommand, CommandError

from beffroi.shared.organisations import credits
from beffroi.shared.organisations.installation import InstallationError, Report, install_territory
from beffroi.shared.organisations.official import Division, SourceMissing


class Command(BaseCommand):
    help = "Installe le territoire d’une intercommunalité de France : communes, codes, population, contours."

    def add_arguments(self, parser):
        parser.add_argument("--siren", metavar="N", help="SIREN de l’intercommunalité (neuf chiffres)")
        parser.add_argument("--contours", metavar="FICHIER", help="contours des communes, en GeoJSON")
        parser.add_argument("--hors-ligne", action="store_true", help="ne pas télécharger les contours")
        parser.add_argument("--chercher", metavar="NOM", help="chercher le SIREN par le nom, ou celui d’une commune")

    def handle(self, *args, **options):
        try:
            if options["chercher"]:
                self._search(options["chercher"])
            elif options["siren"]:
                self._install(options)
            else:
                raise CommandError("Donnez --siren N, ou --chercher NOM.")
        except (InstallationError, SourceMissing) as error:
            raise CommandError(str(error)) from error

    def _install(self, options) -> None:
        report = install_territory(
            options["siren"],
            contours=options["contours"],
            online=not options["hors_ligne"],
            say=self.stdout.write,
        )
        self._conclude(report, options["siren"])

    def _search(self, text: str) -> None:
        found = Division.installed().search(text)
        if not found:
            raise CommandError(f"Aucune intercommunalité ne répond à « {text} ».")
        for siren, name in found:
            self.stdout.write(f"{siren}  {name}")

    def _conclude(self, report: Report, siren: str) -> None:
        self.stdout.write(f"{report.operator.name} : {report.communes} communes, édition {report.edition}.")
        if report.warning:
            self.stdout.write(report.warning)
        missing = report.without_outline
        if missing:
            who = "Toutes les communes sont" if len(missing) == report.communes else f"{len(missing)} communes sont"
            self.stdout.write(
                f"{who} sans contour : un point sur la carte ne peut pas y être situé. Pour les ajouter, relancez la "
                f"commande avec un accès au réseau, ou : ./beffroi init --siren {siren} --contours FICHIER.geojson"
            )
        self.stdout.write(f"Données : {credits.TERRITORY_CREDIT}.")
